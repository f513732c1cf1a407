package io.signalbox.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** A recording for people: its wave above its spectrogram, low tones at the bottom. */
final class WavePicture {

    private static final int MOST_COLUMNS = 256;
    private static final int WAVE_ROWS = 32;
    private static final int WHITE = 255;

    private WavePicture() {}

    /** A PNG, base64. */
    static String draw(Wave wave, ByteBuffer spectrogram, List<Integer> shape) {
        int mels = shape.get(1);
        int frames = shape.get(2);
        int width = Math.min(frames, MOST_COLUMNS);
        byte[] pixels = new byte[(WAVE_ROWS + mels) * width];
        float[] samples = wave.samples();
        for (int x = 0; x < width; x++) {
            float peak = 0;
            for (int i = (int) ((long) x * samples.length / width); i < (long) (x + 1) * samples.length / width; i++) {
                peak = Math.max(peak, Math.abs(samples[i]));
            }
            int half = Math.round(Math.min(peak, 1) * (WAVE_ROWS / 2 - 1));
            for (int y = WAVE_ROWS / 2 - half; y <= WAVE_ROWS / 2 + half; y++) {
                pixels[y * width + x] = (byte) WHITE;
            }
        }
        FloatBuffer values = spectrogram.asFloatBuffer();
        float[] all = new float[mels * frames];
        values.get(all);
        float[] sorted = all.clone();
        Arrays.sort(sorted);
        float low = sorted[0];
        float spread = Math.max(sorted[sorted.length - 1] - low, Float.MIN_NORMAL);
        for (int y = 0; y < mels; y++) {
            for (int x = 0; x < width; x++) {
                float value = all[(mels - 1 - y) * frames + (int) ((long) x * frames / width)];
                pixels[(WAVE_ROWS + y) * width + x] = (byte) Math.round(WHITE * (value - low) / spread);
            }
        }
        return Png.grey(pixels, width, WAVE_ROWS + mels);
    }
}
