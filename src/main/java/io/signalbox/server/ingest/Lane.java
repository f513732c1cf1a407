package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Jobs that share a lock. Frames of theirs that come while one is committed wait, and are committed together after it. */
final class Lane {

    /** Most frames in one transaction: it is to be short, and to hold few rows. */
    private static final int MOST = 256;

    final ReentrantLock lock = new ReentrantLock();
    private final Queue<Frame> waiting = new ConcurrentLinkedQueue<>();

    /** What a trainer told, and what became of it; changed under the lane's lock only. */
    static final class Frame {

        final long jobId;
        final List<Event> events;
        boolean done;

        @Nullable
        RuntimeException failure;

        Frame(long jobId, List<Event> events) {
            this.jobId = jobId;
            this.events = events;
        }
    }

    void add(Frame frame) {
        waiting.add(frame);
    }

    /** Frames to be committed now, at most one of a job. */
    List<Frame> next() {
        List<Frame> frames = new ArrayList<>();
        List<Frame> later = new ArrayList<>();
        Set<Long> jobs = new HashSet<>();
        for (Frame frame = waiting.poll(); frame != null; frame = frames.size() < MOST ? waiting.poll() : null) {
            (jobs.add(frame.jobId) ? frames : later).add(frame);
        }
        waiting.addAll(later);
        return frames;
    }
}
