package io.signalbox.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes small pictures as PNG, without the desktop classes that a server's Java may lack. */
public final class Png {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int BITS = 8;
    private static final byte GREY = 0;
    private static final byte COLOUR = 2;
    private static final int HEADER_BYTES = 13;

    private Png() {}

    /** Base64 of a grey picture; {@code pixels} row by row, 0 black, 255 white. */
    public static String grey(byte[] pixels, int width, int height) {
        return of(pixels, 1, height, width);
    }

    /** Base64 of a picture of one channel or three, given one after the other, each row by row. */
    static String of(byte[] pixels, int channels, int height, int width) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(HEADER_BYTES)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) BITS)
                        .put(channels == 1 ? GREY : COLOUR)
                        .array());
        chunk(out, "IDAT", deflate(interleaved(pixels, channels, height, width)));
        chunk(out, "IEND", new byte[0]);
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }

    /** A pixel's channels together; in front of each row its filter: 0, none. */
    private static byte[] interleaved(byte[] pixels, int channels, int height, int width) {
        byte[] rows = new byte[height * (width * channels + 1)];
        int at = 0;
        for (int row = 0; row < height; row++) {
            at++;
            for (int column = 0; column < width; column++) {
                for (int channel = 0; channel < channels; channel++) {
                    rows[at++] = pixels[(channel * height + row) * width + column];
                }
            }
        }
        return rows;
    }

    private static byte[] deflate(byte[] raw) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(raw);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content);
        out.writeBytes(number(content.length));
        out.writeBytes(name);
        out.writeBytes(content);
        out.writeBytes(number((int) crc.getValue()));
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
