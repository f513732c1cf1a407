package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.Log;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal from front to back, once. A last line without its line feed is a torn tail and is left out. Events that
 * other damage took away are replaced, each under its own number, by a {@link Log} event of level error that says so: the
 * stream stays without gap and the loss is visible.
 */
public final class JournalReader implements Closeable {

    private static final int BUFFER = 1 << 16;
    private static final int MAX_LINE = FrameChannel.MAX_LENGTH;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private final ArrayDeque<Event> ready = new ArrayDeque<>();
    private int position;
    private int limit;
    private byte[] line = new byte[1024];
    private int length;
    private long lastSeq;
    private int damagedLines;
    private @Nullable Event lastGood;
    private @Nullable Event nextGood;

    /**
     * Opens a journal.
     *
     * @param afterSeq only events above are read; of the seq, the last that the reader holds already
     */
    public JournalReader(Path file, long afterSeq) throws IOException {
        this(file, afterSeq, 0);
    }

    /** Begins at a byte position, where a line begins. */
    JournalReader(Path file, long afterSeq, long offset) throws IOException {
        in = Files.newInputStream(file);
        in.skipNBytes(offset);
        lastSeq = afterSeq;
    }

    /** The next events, at most {@code max}; empty at the end. */
    public List<Event> next(int max) throws IOException {
        List<Event> events = new ArrayList<>();
        while (events.size() < max) {
            if (ready.isEmpty() && !readOn()) {
                break;
            }
            Event event = ready.poll();
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    /** Goes one line further, or fills up the next number that damage took away; false at the end. */
    private boolean readOn() throws IOException {
        if (nextGood != null) {
            fillUpTo(nextGood);
            return true;
        }
        if (!readLine()) {
            return fillEnd();
        }
        Event event = length <= MAX_LINE ? JournalLine.decode(line, length) : null;
        if (event == null) {
            damagedLines++;
        } else if (event.seq() > lastSeq) {
            nextGood = event;
        } else {
            lastGood = event;
            damagedLines = 0;
        }
        return true;
    }

    private void fillUpTo(Event good) {
        boolean gap = damagedLines > 0 || lastGood != null;
        if (gap && lastSeq + 1 < good.seq()) {
            ready.add(lost(lastSeq + 1, good));
            lastSeq++;
        } else {
            ready.add(good);
            lastGood = good;
            lastSeq = good.seq();
            damagedLines = 0;
            nextGood = null;
        }
    }

    private boolean fillEnd() {
        Event before = lastGood;
        if (before == null || damagedLines == 0) {
            return false;
        }
        Event lost = lost(before.seq() + 1, before);
        lastGood = lost;
        damagedLines--;
        if (lost.seq() > lastSeq) {
            ready.add(lost);
            lastSeq = lost.seq();
        }
        return true;
    }

    private static Event lost(long seq, Event neighbour) {
        return new Event(
                seq,
                neighbour.at(),
                neighbour.jobId(),
                neighbour.attempt(),
                null,
                null,
                new Log("error", "event " + seq + " is lost: the journal was damaged here"));
    }

    /** Reads a line with its line feed into {@link #line}; one that is too long is passed over and counts as damaged. */
    private boolean readLine() throws IOException {
        length = 0;
        while (true) {
            if (position == limit) {
                limit = Math.max(0, in.read(buffer));
                position = 0;
                if (limit == 0) {
                    return false;
                }
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            append(position, end);
            position = end;
            if (end < limit) {
                position++;
                return true;
            }
        }
    }

    private void append(int from, int to) {
        int count = Math.min(to - from, MAX_LINE + 1 - length);
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + count));
        }
        System.arraycopy(buffer, from, line, length, count);
        length += count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
