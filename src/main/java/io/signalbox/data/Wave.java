package io.signalbox.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A recording, mixed to one channel.
 *
 * @param rate samples a second
 * @param samples from -1 to 1
 */
record Wave(int rate, float[] samples) {

    static final int LOWEST_RATE = 1_000;
    static final int HIGHEST_RATE = 192_000;

    private static final int RIFF = 0x46464952;
    private static final int WAVE = 0x45564157;
    private static final int FORMAT = 0x20746D66;
    private static final int DATA = 0x61746164;
    private static final int RIFF_BYTES = 12;
    private static final int CHUNK_BYTES = 8;
    private static final int FORMAT_BYTES = 16;
    private static final int EXTENSIBLE_BYTES = 40;
    private static final int SUBFORMAT_AT = 24;
    private static final int INTEGERS = 1;
    private static final int FLOATS = 3;
    private static final int EXTENSIBLE = 0xFFFE;
    private static final int MOST_CHANNELS = 64;
    private static final String UNREADABLE = "audio.unreadable";

    /** How samples are written. */
    private record Encoding(boolean floats, int channels, int rate, int bits) {

        int frameBytes() {
            return channels * bits / Byte.SIZE;
        }
    }

    /**
     * Reads a WAV file (RIFF; PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64): its channels' mean.
     *
     * @throws BadDataException naming a file that is none, is cut off, or is of another kind
     */
    static Wave read(String name, byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < RIFF_BYTES || bytes.getInt(0) != RIFF || bytes.getInt(8) != WAVE) {
            throw ClassFolders.refuse(name, UNREADABLE, "is no WAV file");
        }
        Encoding encoding = null;
        int at = RIFF_BYTES;
        while (at <= file.length - CHUNK_BYTES) {
            int type = bytes.getInt(at);
            long length = Integer.toUnsignedLong(bytes.getInt(at + 4));
            int content = at + CHUNK_BYTES;
            if (length > file.length - content) {
                throw ClassFolders.refuse(name, UNREADABLE, "ends before what it announces; was it cut off?");
            }
            if (type == FORMAT) {
                encoding = encoding(name, bytes.slice(content, (int) length).order(ByteOrder.LITTLE_ENDIAN));
            } else if (type == DATA) {
                return samples(
                        name, encoding, bytes.slice(content, (int) length).order(ByteOrder.LITTLE_ENDIAN));
            }
            at = content + (int) length + (int) (length & 1);
        }
        throw ClassFolders.refuse(name, UNREADABLE, "holds no samples; was it cut off?");
    }

    private static Encoding encoding(String name, ByteBuffer chunk) {
        if (chunk.limit() < FORMAT_BYTES) {
            throw ClassFolders.refuse(name, UNREADABLE, "does not say how its samples are written");
        }
        int kind = Short.toUnsignedInt(chunk.getShort(0));
        if (kind == EXTENSIBLE && chunk.limit() >= EXTENSIBLE_BYTES) {
            kind = Short.toUnsignedInt(chunk.getShort(SUBFORMAT_AT));
        }
        Encoding encoding = new Encoding(
                kind == FLOATS, Short.toUnsignedInt(chunk.getShort(2)), chunk.getInt(4), chunk.getShort(14));
        boolean bits = encoding.floats
                ? encoding.bits == Float.SIZE || encoding.bits == Double.SIZE
                : encoding.bits > 0 && encoding.bits <= Integer.SIZE && encoding.bits % Byte.SIZE == 0;
        if ((kind != INTEGERS && kind != FLOATS) || !bits) {
            throw ClassFolders.refuse(
                    name,
                    "audio.encoding",
                    "is written in format " + kind + " with " + encoding.bits
                            + " bits; save it as PCM (8, 16, 24, 32 bits) or floats");
        }
        if (encoding.channels < 1 || encoding.channels > MOST_CHANNELS) {
            throw ClassFolders.refuse(name, UNREADABLE, "has " + encoding.channels + " channels");
        }
        if (encoding.rate < LOWEST_RATE || encoding.rate > HIGHEST_RATE) {
            throw ClassFolders.refuse(
                    name,
                    UNREADABLE,
                    "has " + encoding.rate + " samples a second; " + LOWEST_RATE + " to " + HIGHEST_RATE + " are read");
        }
        return encoding;
    }

    private static Wave samples(String name, @Nullable Encoding encoding, ByteBuffer data) {
        if (encoding == null) {
            throw ClassFolders.refuse(name, UNREADABLE, "does not say how its samples are written");
        }
        if (data.limit() == 0 || data.limit() % encoding.frameBytes() != 0) {
            throw ClassFolders.refuse(
                    name,
                    UNREADABLE,
                    "has " + data.limit() + " bytes of samples, of " + encoding.frameBytes()
                            + " bytes each; was it cut off?");
        }
        float[] samples = new float[data.limit() / encoding.frameBytes()];
        for (int i = 0; i < samples.length; i++) {
            double sum = 0;
            for (int channel = 0; channel < encoding.channels; channel++) {
                sum += sample(encoding, data);
            }
            samples[i] = (float) (sum / encoding.channels);
            if (!Float.isFinite(samples[i])) {
                throw ClassFolders.refuse(name, UNREADABLE, "holds a sample that is no finite number");
            }
        }
        return new Wave(encoding.rate, samples);
    }

    /** 8 bits are unsigned, more are signed. */
    private static double sample(Encoding encoding, ByteBuffer data) {
        if (encoding.floats) {
            return encoding.bits == Float.SIZE ? data.getFloat() : data.getDouble();
        }
        return switch (encoding.bits) {
            case 8 -> ((data.get() & 0xFF) - 0x80) / 0x1p7;
            case 16 -> data.getShort() / 0x1p15;
            case 24 -> ((data.get() & 0xFF) | (data.get() & 0xFF) << 8 | data.get() << 16) / 0x1p23;
            default -> data.getInt() / 0x1p31;
        };
    }

    /** Cut, or padded with silence at its end. */
    Wave lasting(int count) {
        return samples.length == count ? this : new Wave(rate, Arrays.copyOf(samples, count));
    }

    double seconds() {
        return (double) samples.length / rate;
    }
}
