package io.signalbox.data;

import java.util.Arrays;

/**
 * Log-mel spectrograms, in decibels: {@code torchaudio.transforms.MelSpectrogram} by its defaults ({@code power} 2, a periodic
 * Hann window of {@code n_fft}, frames centred on reflected ends, mels of the HTK formula from 0 to half the rate, triangles
 * of height 1) followed by {@code AmplitudeToDB("power")} without {@code top_db}: {@code 10 log10(max(x, 1e-10))}. librosa
 * gives the same with {@code htk=True, norm=None, pad_mode="reflect"}. Thread-safe.
 */
final class MelSpectrogram {

    private static final double SMALLEST = 1e-10;
    private static final double DECIBELS = 10;
    private static final double HTK_FACTOR = 2595;
    private static final double HTK_BREAK = 700;

    private final int fftSize;
    private final int hop;
    private final double[] window;
    private final Fourier fourier;

    /** Weights of each mel, from its first bin on. */
    private final double[][] filters;

    private final int[] firstBins;

    /**
     * Settles everything that recordings have in common.
     *
     * @param rate samples a second
     * @param fftSize {@code n_fft}: samples that a frame looks at
     * @param hop {@code hop_length}: samples from frame to frame
     * @param mels {@code n_mels}: bands of frequency
     */
    MelSpectrogram(int rate, int fftSize, int hop, int mels) {
        this.fftSize = fftSize;
        this.hop = hop;
        this.fourier = new Fourier(fftSize);
        this.window = new double[fftSize];
        Arrays.setAll(window, i -> 0.5 - 0.5 * Math.cos(2 * Math.PI * i / fftSize));
        this.filters = new double[mels][];
        this.firstBins = new int[mels];
        double highest = mel(rate / 2.0);
        for (int i = 0; i < mels; i++) {
            double left = hertz(highest * i / (mels + 1));
            double centre = hertz(highest * (i + 1) / (mels + 1));
            double right = hertz(highest * (i + 2) / (mels + 1));
            setFilter(i, left, centre, right, (double) rate / fftSize);
        }
    }

    private void setFilter(int mel, double left, double centre, double right, double bin) {
        int first = (int) Math.ceil(left / bin);
        int last = Math.min((int) Math.floor(right / bin), fftSize / 2);
        firstBins[mel] = first;
        filters[mel] = new double[Math.max(0, last - first + 1)];
        for (int k = 0; k < filters[mel].length; k++) {
            double frequency = (first + k) * bin;
            filters[mel][k] =
                    Math.max(0, Math.min((frequency - left) / (centre - left), (right - frequency) / (right - centre)));
        }
    }

    private static double mel(double hertz) {
        return HTK_FACTOR * Math.log10(1 + hertz / HTK_BREAK);
    }

    private static double hertz(double mel) {
        return HTK_BREAK * (Math.pow(10, mel / HTK_FACTOR) - 1);
    }

    /** Frames of so many samples, of which there must be more than half of {@code n_fft}. */
    static int frames(int samples, int hop) {
        return 1 + samples / hop;
    }

    /** One mel after the other, low ones first, each with its frames. */
    float[] of(float[] samples) {
        int frames = frames(samples.length, hop);
        float[] spectrogram = new float[filters.length * frames];
        double[] cut = new double[fftSize];
        double[] re = new double[fftSize];
        double[] im = new double[fftSize];
        for (int frame = 0; frame < frames; frame++) {
            int start = frame * hop - fftSize / 2;
            for (int i = 0; i < fftSize; i++) {
                cut[i] = samples[reflected(start + i, samples.length)] * window[i];
            }
            fourier.transform(cut, re, im);
            for (int mel = 0; mel < filters.length; mel++) {
                double power = 0;
                int bin = firstBins[mel];
                for (double weight : filters[mel]) {
                    power += weight * (re[bin] * re[bin] + im[bin] * im[bin]);
                    bin++;
                }
                spectrogram[mel * frames + frame] = (float) (DECIBELS * Math.log10(Math.max(power, SMALLEST)));
            }
        }
        return spectrogram;
    }

    private static int reflected(int at, int length) {
        int inside = Math.abs(at);
        return inside < length ? inside : 2 * (length - 1) - inside;
    }
}
