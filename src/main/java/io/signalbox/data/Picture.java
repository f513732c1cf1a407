package io.signalbox.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A decoded picture.
 *
 * @param pixels its channels one after the other, each row by row, 0 black, 255 full
 */
record Picture(int channels, int height, int width, byte[] pixels) {

    /** A camera's 24 million fit; four of them are decoded at once, at most 8 bytes a pixel. */
    static final int MOST_PIXELS = 25_000_000;

    private static final int BYTE_BITS = 8;
    private static final int WHITE = 255;

    /** ITU-R 601-2 luma in 16-bit fixed point, as Pillow's conversion to grey has it. */
    private static final int RED = 19_595;

    private static final int GREEN = 38_470;
    private static final int BLUE = 7_471;
    private static final int HALF = 1 << 15;

    /** Height and width, read without decoding. */
    record Size(int height, int width) {}

    /** What is done with a file once its format is known and its size is within bounds. */
    private interface Reading<T> {
        T read(ImageReader reader) throws IOException;
    }

    /** The size of a picture (of the first of several), from its header. */
    static Size size(String name, byte[] file) {
        return read(name, file, Picture::size);
    }

    private static Size size(ImageReader reader) throws IOException {
        return new Size(reader.getHeight(0), reader.getWidth(0));
    }

    /**
     * Decodes a PNG, JPEG, GIF (its first frame) or BMP, transparency left out.
     *
     * @param channels 3 for red, green and blue, 1 for brightness
     * @throws BadDataException naming a file that is none, is damaged, cut off, or too large
     */
    static Picture decode(String name, byte[] file, int channels) {
        if (!PictureEnd.isThere(file)) {
            throw ClassFolders.refuse(name, "image.unreadable", "is no whole picture; was it cut off?");
        }
        return read(name, file, reader -> {
            boolean[] warned = new boolean[1];
            IIOReadWarningListener listener = (source, warning) -> warned[0] = true;
            reader.addIIOReadWarningListener(listener);
            BufferedImage image = reader.read(0);
            if (warned[0]) {
                throw new IOException("the picture is damaged");
            }
            return of(image, channels);
        });
    }

    private static <T> T read(String name, byte[] file, Reading<T> reading) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw ClassFolders.refuse(name, "image.unreadable", "is no PNG, JPEG, GIF or BMP picture");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                Size size = size(reader);
                if ((long) size.height * size.width > MOST_PIXELS) {
                    throw ClassFolders.refuse(
                            name,
                            "image.too-large",
                            "is " + size.width + " by " + size.height + " pixels; a picture may have " + MOST_PIXELS);
                }
                return reading.read(reader);
            } finally {
                reader.dispose();
            }
        } catch (BadDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The readers tell of broken files by exceptions of many kinds.
            BadDataException refused = ClassFolders.refuse(
                    name,
                    "image.unreadable",
                    "cannot be read as a picture (" + Problems.echo(String.valueOf(e.getMessage()))
                            + "); save it anew, in RGB or grey");
            refused.initCause(e);
            throw refused;
        }
    }

    private static Picture of(BufferedImage image, int channels) {
        int height = image.getHeight();
        int width = image.getWidth();
        byte[] pixels = new byte[channels * height * width];
        boolean grey = isGrey(image.getColorModel());
        boolean bytes = isBytes(image.getColorModel());
        int[] row = new int[width];
        int[] samples = new int[width * image.getRaster().getNumBands()];
        for (int y = 0; y < height; y++) {
            if (grey) {
                greyRow(image, y, row);
            } else if (bytes) {
                byteRow(image.getRaster(), y, samples, row);
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
            }
            put(row, pixels, channels, y, height * width);
        }
        return new Picture(channels, height, width, pixels);
    }

    /** Java would convert such a picture by its own idea of grey, in which 128 is not 128. */
    private static boolean isGrey(ColorModel model) {
        return !(model instanceof IndexColorModel) && model.getNumColorComponents() == 1;
    }

    /** Whether its samples are red, green, blue and perhaps transparency as they stand: converting each takes longer. */
    private static boolean isBytes(ColorModel model) {
        return model instanceof ComponentColorModel
                && model.getColorSpace().isCS_sRGB()
                && model.getTransferType() == DataBuffer.TYPE_BYTE
                && !model.isAlphaPremultiplied();
    }

    private static void byteRow(Raster raster, int y, int[] samples, int[] row) {
        raster.getPixels(0, y, row.length, 1, samples);
        int bands = raster.getNumBands();
        for (int x = 0; x < row.length; x++) {
            int at = x * bands;
            row[x] = samples[at] << 16 | samples[at + 1] << 8 | samples[at + 2];
        }
    }

    private static void greyRow(BufferedImage image, int y, int[] row) {
        Raster raster = image.getRaster();
        int bits = raster.getSampleModel().getSampleSize(0);
        raster.getSamples(0, y, row.length, 1, 0, row);
        for (int x = 0; x < row.length; x++) {
            int value = bits == BYTE_BITS
                    ? row[x]
                    : bits > BYTE_BITS ? row[x] >> (bits - BYTE_BITS) : row[x] * WHITE / ((1 << bits) - 1);
            row[x] = value << 16 | value << 8 | value;
        }
    }

    private static void put(int[] row, byte[] pixels, int channels, int y, int plane) {
        int at = y * row.length;
        for (int x = 0; x < row.length; x++) {
            int red = row[x] >> 16 & WHITE;
            int green = row[x] >> 8 & WHITE;
            int blue = row[x] & WHITE;
            if (channels == 1) {
                pixels[at + x] = (byte) ((red * RED + green * GREEN + blue * BLUE + HALF) >> 16);
            } else {
                pixels[at + x] = (byte) red;
                pixels[plane + at + x] = (byte) green;
                pixels[2 * plane + at + x] = (byte) blue;
            }
        }
    }

    /**
     * This in another size, by bilinear interpolation that takes in every pixel where it makes smaller (a triangle as wide as
     * the step), as Pillow's and torchvision's {@code resize} with {@code antialias} do.
     */
    Picture resized(int toHeight, int toWidth) {
        if (toHeight == height && toWidth == width) {
            return this;
        }
        Resampling across = Resampling.of(width, toWidth);
        Resampling down = Resampling.of(height, toHeight);
        byte[] resized = new byte[channels * toHeight * toWidth];
        float[] narrow = new float[height * toWidth];
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < toWidth; x++) {
                    float sum = 0;
                    int from = (channel * height + y) * width + across.first()[x];
                    for (float weight : across.weights()[x]) {
                        sum += weight * (pixels[from++] & WHITE);
                    }
                    narrow[y * toWidth + x] = sum;
                }
            }
            for (int y = 0; y < toHeight; y++) {
                for (int x = 0; x < toWidth; x++) {
                    float sum = 0;
                    int from = down.first()[y] * toWidth + x;
                    for (float weight : down.weights()[y]) {
                        sum += weight * narrow[from];
                        from += toWidth;
                    }
                    resized[(channel * toHeight + y) * toWidth + x] =
                            (byte) Math.max(0, Math.min(WHITE, Math.round(sum)));
                }
            }
        }
        return new Picture(channels, toHeight, toWidth, resized);
    }

    /**
     * How a line of pixels becomes one of another length.
     *
     * @param first the first pixel that each new one is made of
     * @param weights of it and those behind it; their sum is 1
     */
    private record Resampling(int[] first, float[][] weights) {

        static Resampling of(int from, int to) {
            int[] first = new int[to];
            float[][] weights = new float[to][];
            double step = (double) from / to;
            double reach = Math.max(step, 1);
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * step;
                int begin = Math.max((int) (centre - reach + 0.5), 0);
                int end = Math.min((int) (centre + reach + 0.5), from);
                double[] triangle = new double[end - begin];
                double sum = 0;
                for (int k = 0; k < triangle.length; k++) {
                    triangle[k] = Math.max(0, 1 - Math.abs((begin + k + 0.5 - centre) / reach));
                    sum += triangle[k];
                }
                first[i] = begin;
                weights[i] = new float[triangle.length];
                for (int k = 0; k < triangle.length; k++) {
                    weights[i][k] = (float) (triangle[k] / sum);
                }
            }
            return new Resampling(first, weights);
        }
    }
}
