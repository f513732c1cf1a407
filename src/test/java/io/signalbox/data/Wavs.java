package io.signalbox.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** WAV files made for tests. */
public final class Wavs {

    static final int RATE = 8_000;

    private Wavs() {}

    /** A tone of that frequency, 16 bits, 8,000 samples a second. */
    public static byte[] tone(double frequency, int samples) {
        ByteBuffer bytes = ByteBuffer.allocate(samples * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < samples; i++) {
            bytes.putShort((short) (20_000 * Math.sin(2 * Math.PI * frequency * i / RATE)));
        }
        return wav(1, 1, 16, RATE, bytes.array());
    }

    static byte[] wav(int format, int channels, int bits, int rate, byte[] samples) {
        int frame = channels * bits / 8;
        return ByteBuffer.allocate(44 + samples.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(36 + samples.length)
                .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) format)
                .putShort((short) channels)
                .putInt(rate)
                .putInt(rate * frame)
                .putShort((short) frame)
                .putShort((short) bits)
                .put("data".getBytes(StandardCharsets.US_ASCII))
                .putInt(samples.length)
                .put(samples)
                .array();
    }
}
