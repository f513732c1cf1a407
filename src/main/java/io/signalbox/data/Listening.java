package io.signalbox.data;

import io.signalbox.spec.DatasetOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/**
 * How recordings become spectrograms of one shape.
 *
 * @param rate that all are brought to
 * @param samples that all are cut or padded to
 */
record Listening(int rate, int samples, int mels, int hop, MelSpectrogram spectrogram) {

    /** As said at the upload, with nothing left open. */
    static Listening of(DatasetOptions.AudioFolder options) {
        int rate = Objects.requireNonNull(options.sampleRate(), "sample_rate");
        double seconds = Objects.requireNonNull(options.seconds(), "seconds");
        return new Listening(
                rate,
                (int) Math.max(1, Math.round(seconds * rate)),
                options.nMels(),
                options.hopLength(),
                new MelSpectrogram(rate, options.nFft(), options.hopLength(), options.nMels()));
    }

    List<Integer> shape() {
        return List.of(1, mels, MelSpectrogram.frames(samples, hop));
    }

    /** As it is listened to: at the common rate, of the common length. */
    Wave heard(Wave wave) {
        return Resampler.resample(wave, rate).lasting(samples);
    }

    /** The spectrogram's elements. */
    ByteBuffer bytes(Wave wave) {
        float[] decibels = spectrogram.of(heard(wave).samples());
        ByteBuffer bytes = ByteBuffer.allocate(decibels.length * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(decibels);
        return bytes;
    }
}
