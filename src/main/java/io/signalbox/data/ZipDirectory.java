package io.signalbox.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The directory at a zip's end (APPNOTE.TXT, 4.3.12 to 4.3.16). Java reads it into memory whole, so its size is looked at
 * first.
 */
final class ZipDirectory {

    private static final long LARGEST = 256L << 20;
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int SIZE_AT = 12;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int LARGE_END_AT = 8;
    private static final int LARGE_END_BYTES = 56;
    private static final int LARGE_SIZE_AT = 40;

    private ZipDirectory() {}

    /** Refuses a zip whose directory is too large; what is no zip passes. */
    static void check(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long from = Math.max(0, channel.size() - END_BYTES - LONGEST_COMMENT - LOCATOR_BYTES);
            ByteBuffer tail = read(channel, from, (int) (channel.size() - from));
            for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
                if (tail.getInt(at) == END) {
                    long size = Integer.toUnsignedLong(tail.getInt(at + SIZE_AT));
                    check(size == 0xFFFFFFFFL ? 0 : size);
                    int locator = at - LOCATOR_BYTES;
                    if (locator >= 0 && tail.getInt(locator) == LOCATOR) {
                        check(large(channel, tail.getLong(locator + LARGE_END_AT)));
                    }
                }
            }
        }
    }

    private static long large(FileChannel channel, long at) throws IOException {
        boolean inside = at >= 0 && at <= channel.size() - LARGE_END_BYTES;
        return inside ? read(channel, at, LARGE_END_BYTES).getLong(LARGE_SIZE_AT) : 0;
    }

    private static void check(long size) {
        if (size < 0 || size > LARGEST) {
            throw Problems.single(
                    Problems.FILE,
                    "zip.too-large",
                    "the zip's directory has " + Long.toUnsignedString(size) + " bytes, more than " + LARGEST);
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
            continue;
        }
        return bytes.flip();
    }
}
