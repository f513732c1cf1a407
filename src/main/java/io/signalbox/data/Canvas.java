package io.signalbox.data;

import java.util.Arrays;

/** A small grey picture that a round pen draws on, black to begin with. */
final class Canvas {

    private static final int WHITE = 255;

    private final int size;
    private final double[] ink;

    Canvas(int size) {
        this.size = size;
        this.ink = new double[size * size];
    }

    void clear() {
        Arrays.fill(ink, 0);
    }

    /** Sets the pen down at a point; the edge fades over one pixel. Ink does not add up. */
    void dot(double x, double y, double radius, double strength) {
        double reach = radius + 0.5;
        int left = Math.max(0, (int) Math.ceil(x - reach));
        int right = Math.min(size - 1, (int) Math.floor(x + reach));
        int top = Math.max(0, (int) Math.ceil(y - reach));
        int bottom = Math.min(size - 1, (int) Math.floor(y + reach));
        for (int row = top; row <= bottom; row++) {
            for (int column = left; column <= right; column++) {
                double away = Math.sqrt((column - x) * (column - x) + (row - y) * (row - y));
                double covered = strength * Math.min(1, reach - away);
                int at = row * size + column;
                ink[at] = Math.max(ink[at], covered);
            }
        }
    }

    /** Makes ink uneven, as paper does, and strews specks. */
    void age(Dice dice, double unevenness, double specks) {
        for (int i = 0; i < ink.length; i++) {
            if (ink[i] > 0) {
                ink[i] *= 1 - unevenness * dice.uniform(0, 1);
            }
        }
        int count = (int) (specks * dice.uniform(0, 2));
        for (int i = 0; i < count; i++) {
            ink[dice.below(ink.length)] += dice.uniform(0.1, 0.7);
        }
    }

    void copyTo(byte[] pixels) {
        for (int i = 0; i < ink.length; i++) {
            pixels[i] = (byte) Math.round(WHITE * Math.max(0, Math.min(1, ink[i])));
        }
    }
}
