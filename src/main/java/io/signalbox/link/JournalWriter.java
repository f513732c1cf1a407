package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.EpochBegin;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TestEnd;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers a trainer's events and writes them to its journal, each handed to the operating system before anybody is told of
 * it, so that nothing that was sent can be missing from the file when the process is killed. The end of the job and every
 * checkpoint are forced to the disk as well. Thread-safe; a writer waits for the disk and for nothing else.
 *
 * <p>Where the disk is full or broken, training goes on: events wait in memory without a number and are written when the
 * disk takes them again. Of more than {@value #MAX_UNWRITTEN} waiting ones the oldest that only tell of a batch, an epoch's
 * begin or a validation are dropped, and a Log event says how many.
 */
public final class JournalWriter implements Closeable {

    /** Events that wait for a disk that takes none. */
    static final int MAX_UNWRITTEN = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final int MAX_RECENT = 4096;
    private static final int INDEX_EVERY = 32;

    private record Unwritten(Event withoutSeq) {

        boolean droppable() {
            EventDetail detail = withoutSeq.detail();
            return detail instanceof BatchEnd || detail instanceof EpochBegin || detail instanceof TestEnd;
        }

        Event numbered(long seq) {
            Event event = withoutSeq;
            return new Event(
                    seq, event.at(), event.jobId(), event.attempt(), event.epoch(), event.step(), event.detail());
        }
    }

    private final Path path;
    private final RandomAccessFile file;
    private final long jobId;
    private final int attempt;
    private final long firstSeq;
    private final InstantSource clock;

    private final Deque<Unwritten> unwritten = new ArrayDeque<>();
    private final Deque<Event> recent = new ArrayDeque<>();
    private long[] index = new long[16];
    private long position;
    private long nextSeq;
    private long dropped;
    private boolean failing;
    private volatile Consumer<Event> listener = event -> {};

    /**
     * Creates the journal of an attempt.
     *
     * @throws FileAlreadyExistsException if the attempt has one already: no attempt runs twice
     */
    public JournalWriter(Path path, long jobId, int attempt, long nextSeq, InstantSource clock) throws IOException {
        this(path, create(path), jobId, attempt, nextSeq, clock);
    }

    JournalWriter(Path path, RandomAccessFile file, long jobId, int attempt, long nextSeq, InstantSource clock) {
        this.path = path;
        this.file = file;
        this.jobId = jobId;
        this.attempt = attempt;
        this.firstSeq = nextSeq;
        this.nextSeq = nextSeq;
        this.clock = clock;
    }

    private static RandomAccessFile create(Path path) throws IOException {
        Files.createFile(path);
        return new RandomAccessFile(path.toFile(), "rw");
    }

    /** Sets who is told of each event once it is written. Called by the thread that appends; must not wait. */
    void onWritten(Consumer<Event> listener) {
        this.listener = listener;
    }

    /** Tells something. */
    public synchronized void append(@Nullable Integer epoch, @Nullable Long step, EventDetail detail) {
        unwritten.add(new Unwritten(
                new Event(0, clock.instant().truncatedTo(ChronoUnit.MILLIS), jobId, attempt, epoch, step, detail)));
        try {
            writeAll();
            if (isForced(detail)) {
                force();
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Brings what was written from the operating system to the disk. */
    public void force() throws IOException {
        file.getFD().sync();
    }

    private static boolean isForced(EventDetail detail) {
        return detail instanceof CheckpointSaved
                || (detail instanceof StateChanged change && change.to().ended());
    }

    private void writeAll() throws IOException {
        if (dropped > 0) {
            write(lossNotice().numbered(nextSeq));
            dropped = 0;
        }
        for (Unwritten next = unwritten.peek(); next != null; next = unwritten.peek()) {
            write(next.numbered(nextSeq));
            unwritten.remove();
        }
        if (failing) {
            failing = false;
            LOG.info("The journal {} can be written again", path);
        }
    }

    private Unwritten lossNotice() {
        String message = dropped + " events of batches are lost: the journal could not be written";
        return new Unwritten(new Event(
                0,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                jobId,
                attempt,
                null,
                null,
                new Log("error", message)));
    }

    private void write(Event event) throws IOException {
        byte[] line = JournalLine.encode(event);
        file.seek(position);
        file.write(line);
        long count = event.seq() - firstSeq;
        if (count % INDEX_EVERY == 0) {
            remember((int) (count / INDEX_EVERY));
        }
        position += line.length;
        nextSeq++;
        publish(event);
    }

    private void remember(int slot) {
        if (slot == index.length) {
            index = Arrays.copyOf(index, 2 * slot);
        }
        index[slot] = position;
    }

    private void publish(Event event) {
        recent.add(event);
        if (recent.size() > MAX_RECENT) {
            recent.remove();
        }
        listener.accept(event);
    }

    private void failed(IOException e) {
        if (!failing) {
            failing = true;
            LOG.error("The journal {} cannot be written; training goes on, events wait in memory", path, e);
        }
        try {
            file.setLength(position);
        } catch (IOException truncating) {
            LOG.debug("What was half written to {} stays until it is written over", path, truncating);
        }
        while (unwritten.size() > MAX_UNWRITTEN && dropOldest()) {
            dropped++;
        }
    }

    private boolean dropOldest() {
        for (Iterator<Unwritten> each = unwritten.iterator(); each.hasNext(); ) {
            if (each.next().droppable()) {
                each.remove();
                return true;
            }
        }
        return false;
    }

    /** Seq of the event that comes next. */
    public synchronized long nextSeq() {
        return nextSeq;
    }

    /** Seq of the first event of this journal. */
    long firstSeq() {
        return firstSeq;
    }

    /** Events after {@code seq}, at most {@code max}: from memory, or from the file where they are too old for that. */
    List<Event> after(long seq, int max) throws IOException {
        long offset;
        synchronized (this) {
            Event oldest = recent.peek();
            if (oldest == null || oldest.seq() <= seq + 1) {
                return recent(seq, max);
            }
            offset = index[(int) ((seq + 1 - firstSeq) / INDEX_EVERY)];
        }
        try (JournalReader reader = new JournalReader(path, seq, offset)) {
            return reader.next(max);
        }
    }

    private List<Event> recent(long seq, int max) {
        Event oldest = recent.peek();
        if (oldest == null || seq + 1 >= nextSeq) {
            return List.of();
        }
        List<Event> events = new ArrayList<>();
        for (Event event : recent) {
            if (event.seq() > seq) {
                events.add(event);
                if (events.size() == max) {
                    break;
                }
            }
        }
        return events;
    }

    /**
     * The last chance of events that still wait for the disk: numbers them and hands them to the sender unwritten. No event
     * can be told after.
     */
    public synchronized void finish() {
        if (dropped > 0) {
            unwritten.addFirst(lossNotice());
            dropped = 0;
        }
        for (Unwritten next = unwritten.poll(); next != null; next = unwritten.poll()) {
            Event event = next.numbered(nextSeq++);
            recent.add(event);
            listener.accept(event);
        }
    }

    /** Forces what was written to the disk and closes the file. */
    @Override
    public synchronized void close() throws IOException {
        try (file) {
            force();
        }
    }
}
