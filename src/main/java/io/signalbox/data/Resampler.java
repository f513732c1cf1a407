package io.signalbox.data;

/**
 * Changes a recording's rate by interpolation with a windowed sine, as {@code torchaudio.functional.resample} does by its
 * defaults ({@code sinc_interp_hann}, {@code lowpass_filter_width} 6, {@code rolloff} 0.99); the method is that of J. O.
 * Smith's Digital Audio Resampling Home Page. What the lower rate cannot hold is filtered out.
 */
final class Resampler {

    private static final int ZERO_CROSSINGS = 6;
    private static final double ROLLOFF = 0.99;

    private Resampler() {}

    static Wave resample(Wave wave, int rate) {
        if (wave.rate() == rate) {
            return wave;
        }
        int common = common(wave.rate(), rate);
        int from = wave.rate() / common;
        int to = rate / common;
        float[] old = wave.samples();
        float[] samples = new float[Math.toIntExact(((long) old.length * to + from - 1) / from)];
        // New samples lie at as many different places between old ones as there are weights here.
        int phases = Math.min(to, samples.length);
        double base = Math.min(from, to) * ROLLOFF;
        double reach = ZERO_CROSSINGS * from / base;
        for (int phase = 0; phase < phases; phase++) {
            double centre = (double) phase * from / to;
            int first = (int) Math.ceil(centre - reach);
            double[] weights = new double[(int) Math.floor(centre + reach) - first + 1];
            for (int k = 0; k < weights.length; k++) {
                weights[k] = weight((first + k - centre) / from * base) * base / from;
            }
            long start = first;
            for (int i = phase; i < samples.length; i += to) {
                samples[i] = (float) sum(weights, old, start);
                start += from;
            }
        }
        return new Wave(rate, samples);
    }

    /** Beyond its ends a recording is silent. */
    private static double sum(double[] weights, float[] old, long start) {
        double sum = 0;
        int begin = (int) Math.max(0, -start);
        int end = (int) Math.min(weights.length, old.length - start);
        for (int k = begin; k < end; k++) {
            sum += weights[k] * old[(int) (start + k)];
        }
        return sum;
    }

    private static double weight(double t) {
        double window = Math.cos(t * Math.PI / ZERO_CROSSINGS / 2);
        double angle = t * Math.PI;
        return (angle == 0 ? 1 : Math.sin(angle) / angle) * window * window;
    }

    private static int common(int a, int b) {
        return b == 0 ? a : common(b, a % b);
    }
}
