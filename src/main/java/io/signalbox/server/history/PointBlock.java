package io.signalbox.server.history;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Up to 64 points of a curve in one row, as they were recorded: a row for each would cost the database more than all the
 * rest of taking an event in. Stored as (x, value), 16 bytes a point, big-endian.
 */
final class PointBlock {

    private static final int CAPACITY = 64;
    private static final int POINT_BYTES = Long.BYTES + Double.BYTES;

    private final ByteBuffer points = ByteBuffer.allocate(CAPACITY * POINT_BYTES);

    PointBlock() {}

    PointBlock(byte[] stored) {
        points.put(stored);
    }

    /** The first point's x. */
    long x0() {
        return points.getLong(0);
    }

    boolean isFull() {
        return !points.hasRemaining();
    }

    boolean isEmpty() {
        return points.position() == 0;
    }

    void add(long x, double value) {
        points.putLong(x).putDouble(value);
    }

    byte[] bytes() {
        return Arrays.copyOf(points.array(), points.position());
    }

    /** The points with {@code from <= x <= to}, each as a bucket of its own. */
    List<Bucket> between(long from, long to) {
        List<Bucket> found = new ArrayList<>();
        for (int at = 0; at < points.position(); at += POINT_BYTES) {
            long x = points.getLong(at);
            if (from <= x && x <= to) {
                found.add(Bucket.of(x, x, points.getDouble(at + Long.BYTES)));
            }
        }
        return found;
    }

    /** This block's points before {@code x}. */
    PointBlock before(long x) {
        PointBlock block = new PointBlock();
        between(Long.MIN_VALUE, x - 1).forEach(point -> block.add(point.lastX(), point.last()));
        return block;
    }
}
