package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the formulas, written out. */
class MelSpectrogramTest {

    @Property(tries = 60)
    void transformsAsTheSumSays(@ForAll @IntRange(min = 1, max = 130) int length, @ForAll long seed) {
        double[] input = new Random(seed).doubles(length, -1, 1).toArray();
        double[] re = new double[length];
        double[] im = new double[length];

        new Fourier(length).transform(input, re, im);

        for (int k = 0; k < length; k++) {
            double sumRe = 0;
            double sumIm = 0;
            for (int n = 0; n < length; n++) {
                sumRe += input[n] * Math.cos(2 * Math.PI * k * n / length);
                sumIm -= input[n] * Math.sin(2 * Math.PI * k * n / length);
            }
            assertThat(re[k]).isEqualTo(sumRe, within(1e-9));
            assertThat(im[k]).isEqualTo(sumIm, within(1e-9));
        }
    }

    @ParameterizedTest
    @CsvSource({"8000, 60, 25, 10", "16000, 400, 160, 40", "11025, 51, 17, 5"})
    void isTheLogarithmOfMelWeightedPower(int rate, int fftSize, int hop, int mels) {
        float[] samples = new float[900];
        Random random = new Random(7);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) (random.nextGaussian() / 4);
        }

        float[] spectrogram = new MelSpectrogram(rate, fftSize, hop, mels).of(samples);

        int frames = 1 + samples.length / hop;
        assertThat(spectrogram).hasSize(mels * frames);
        for (int frame : new int[] {0, 1, frames / 2, frames - 1}) {
            double[] power = power(samples, fftSize, frame * hop - fftSize / 2);
            for (int mel = 0; mel < mels; mel++) {
                double sum = 0;
                for (int bin = 0; bin < power.length; bin++) {
                    sum += power[bin] * weight(rate, mels, mel, (double) bin * rate / fftSize);
                }
                assertThat((double) spectrogram[mel * frames + frame])
                        .as("frame %d, mel %d", frame, mel)
                        .isEqualTo(10 * Math.log10(Math.max(1e-10, sum)), within(1e-4));
            }
        }
    }

    private static double[] power(float[] samples, int fftSize, int start) {
        double[] power = new double[fftSize / 2 + 1];
        for (int k = 0; k < power.length; k++) {
            double re = 0;
            double im = 0;
            for (int n = 0; n < fftSize; n++) {
                int at = start + n;
                at = at < 0 ? -at : at >= samples.length ? 2 * samples.length - 2 - at : at;
                double x = samples[at] * 0.5 * (1 - Math.cos(2 * Math.PI * n / fftSize));
                re += x * Math.cos(2 * Math.PI * k * n / fftSize);
                im += x * Math.sin(2 * Math.PI * k * n / fftSize);
            }
            power[k] = re * re + im * im;
        }
        return power;
    }

    private static double weight(int rate, int mels, int mel, double frequency) {
        double top = 2595 * Math.log10(1 + rate / 2.0 / 700);
        double[] edges = DoubleStream.of(mel, mel + 1, mel + 2)
                .map(place -> 700 * (Math.pow(10, place * top / (mels + 1) / 2595) - 1))
                .toArray();
        double up = (frequency - edges[0]) / (edges[1] - edges[0]);
        double down = (edges[2] - frequency) / (edges[2] - edges[1]);
        return Math.max(0, Math.min(up, down));
    }

    @ParameterizedTest
    @CsvSource({"16000, 8000", "8000, 16000", "44100, 16000", "22050, 8000"})
    void keepsATonesPitchAndHeightAtAnotherRate(int from, int to) {
        float[] tone = new float[from / 4];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (float) Math.sin(2 * Math.PI * 440 * i / from);
        }

        float[] resampled = Resampler.resample(new Wave(from, tone), to).samples();

        assertThat(resampled).hasSize((int) Math.ceil((double) tone.length * to / from));
        for (int i = to / 20; i < to / 5; i++) {
            assertThat((double) resampled[i]).isEqualTo(Math.sin(2 * Math.PI * 440 * i / to), within(0.02));
        }
    }

    @Test
    void filtersWhatTheLowerRateCannotHold() {
        float[] tone = new float[4_000];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (float) Math.sin(2 * Math.PI * 6_500 * i / 16_000);
        }

        float[] resampled = Resampler.resample(new Wave(16_000, tone), 8_000).samples();

        for (int i = 200; i < 1_800; i++) {
            assertThat(resampled[i]).isBetween(-0.05f, 0.05f);
        }
    }
}
