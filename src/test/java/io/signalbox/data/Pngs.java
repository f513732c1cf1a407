package io.signalbox.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Reads pictures with the reader that every Java has. */
final class Pngs {

    private Pngs() {}

    /** Grey values, row by row. */
    static int[][] pixels(byte[] png) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
            Raster raster = image.getRaster();
            int[][] pixels = new int[image.getHeight()][image.getWidth()];
            for (int y = 0; y < pixels.length; y++) {
                for (int x = 0; x < pixels[y].length; x++) {
                    pixels[y][x] = raster.getSample(x, y, 0);
                }
            }
            return pixels;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
