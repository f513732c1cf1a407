package io.signalbox.server.ingest;

import io.signalbox.server.ingest.EventStore.Stored;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Events that follow one another, in one row: a row for each would cost the database several times what the events
 * themselves do. The body has a line for each: its type, a space, its JSON, which has no line break in it.
 */
final class EventBlock {

    /** A block is closed when it has so many bytes, or would have so many with the next event. */
    private static final int FULL = 64 << 10;

    /** What single steps tell, as lines begin: who reads curves from their buckets does without those of the past. */
    private static final List<byte[]> OF_STEPS = Stream.of("batch_end", "metrics_logged", "epoch_begin", "test_end")
            .map(type -> (type + ' ').getBytes(StandardCharsets.US_ASCII))
            .toList();

    private final long seq;
    private final byte[] body;
    private final int count;

    /** @param seq of the first event */
    EventBlock(long seq, byte[] body) {
        this.seq = seq;
        this.body = body;
        int lines = 0;
        for (byte b : body) {
            if (b == '\n') {
                lines++;
            }
        }
        this.count = lines;
    }

    static List<EventBlock> of(List<Stored> events) {
        List<EventBlock> blocks = new ArrayList<>();
        var body = new ByteArrayOutputStream();
        long first = events.get(0).seq();
        for (Stored event : events) {
            byte[] line = (event.type() + ' ' + event.body() + '\n').getBytes(StandardCharsets.UTF_8);
            if (body.size() > 0 && body.size() + line.length > FULL) {
                blocks.add(new EventBlock(first, body.toByteArray()));
                body.reset();
                first = event.seq();
            }
            body.writeBytes(line);
        }
        blocks.add(new EventBlock(first, body.toByteArray()));
        return blocks;
    }

    long seq() {
        return seq;
    }

    byte[] body() {
        return body;
    }

    /** Seq of the event after the last one here. */
    long next() {
        return seq + count;
    }

    /**
     * Adds events from {@code from} on, at most {@code limit}; up to {@code stepsAfter} none that tells of a single step.
     *
     * @return seq of the first event that was not looked at
     */
    long from(long from, long stepsAfter, int limit, List<Stored> found) {
        int begin = 0;
        int left = limit;
        long at = seq;
        for (; at < next() && left > 0; at++) {
            int end = begin;
            while (body[end] != '\n') {
                end++;
            }
            if (at >= from && (at > stepsAfter || !tellsOfAStep(begin))) {
                String line = new String(body, begin, end - begin, StandardCharsets.UTF_8);
                int space = line.indexOf(' ');
                found.add(new Stored(at, line.substring(0, space), line.substring(space + 1)));
                left--;
            }
            begin = end + 1;
        }
        return at;
    }

    private boolean tellsOfAStep(int line) {
        for (byte[] type : OF_STEPS) {
            int end = line + type.length;
            if (end <= body.length && Arrays.equals(body, line, end, type, 0, type.length)) {
                return true;
            }
        }
        return false;
    }
}
