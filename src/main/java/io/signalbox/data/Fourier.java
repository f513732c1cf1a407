package io.signalbox.data;

/**
 * The discrete Fourier transform of a length, {@code X[k] = sum over n of x[n] exp(-2 pi i k n / N)}, by splitting it at every
 * prime factor (Cooley and Tukey, 1965). Thread-safe.
 */
final class Fourier {

    private final int length;
    private final double[] cos;
    private final double[] sin;

    Fourier(int length) {
        this.length = length;
        this.cos = new double[length];
        this.sin = new double[length];
        for (int i = 0; i < length; i++) {
            cos[i] = Math.cos(2 * Math.PI * i / length);
            sin[i] = -Math.sin(2 * Math.PI * i / length);
        }
    }

    /** Fills {@code re} and {@code im} with the transform of real numbers. */
    void transform(double[] input, double[] re, double[] im) {
        transform(input, 0, 1, re, im, 0, length);
    }

    private void transform(double[] input, int from, int stride, double[] re, double[] im, int at, int size) {
        if (size == 1) {
            re[at] = input[from];
            im[at] = 0;
            return;
        }
        int parts = smallestFactor(size);
        int each = size / parts;
        for (int part = 0; part < parts; part++) {
            transform(input, from + part * stride, stride * parts, re, im, at + part * each, each);
        }
        double[] partRe = new double[parts];
        double[] partIm = new double[parts];
        for (int k = 0; k < each; k++) {
            for (int part = 0; part < parts; part++) {
                int angle = part * k * stride;
                int place = at + part * each + k;
                partRe[part] = re[place] * cos[angle] - im[place] * sin[angle];
                partIm[part] = re[place] * sin[angle] + im[place] * cos[angle];
            }
            for (int row = 0; row < parts; row++) {
                double sumRe = 0;
                double sumIm = 0;
                for (int part = 0; part < parts; part++) {
                    int angle = (int) ((long) part * row * each * stride % length);
                    sumRe += partRe[part] * cos[angle] - partIm[part] * sin[angle];
                    sumIm += partRe[part] * sin[angle] + partIm[part] * cos[angle];
                }
                re[at + row * each + k] = sumRe;
                im[at + row * each + k] = sumIm;
            }
        }
    }

    private static int smallestFactor(int number) {
        for (int factor = 2; factor * factor <= number; factor++) {
            if (number % factor == 0) {
                return factor;
            }
        }
        return number;
    }
}
