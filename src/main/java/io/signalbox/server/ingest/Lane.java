package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that share a lock. Frames of theirs that come while one is committed wait, and are committed together after it, by the
 * thread of one of them.
 */
final class Lane {

    /** Most frames in one transaction: a lane that has more is to acknowledge some before it takes the rest. */
    private static final int MOST = 1024;

    /** A commit that was slow for once is not paid for twice. */
    private static final long LONGEST_REST = Duration.ofMillis(200).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Frame> waiting = new ConcurrentLinkedQueue<>();
    private volatile long restsUntil = System.nanoTime();

    /** What a trainer told, and what became of it. */
    static final class Frame {

        final long jobId;
        final List<Event> events;
        final BooleanSupplier mayTell;
        private final Thread teller = Thread.currentThread();
        private @Nullable RuntimeException failure;
        private volatile boolean done;

        Frame(long jobId, List<Event> events, BooleanSupplier mayTell) {
            this.jobId = jobId;
            this.events = events;
            this.mayTell = mayTell;
        }

        /** It was committed, or could not be. */
        void done(@Nullable RuntimeException why) {
            failure = why;
            done = true;
            LockSupport.unpark(teller);
        }

        boolean isDone() {
            return done;
        }

        void throwFailure() {
            if (failure != null) {
                throw failure;
            }
        }
    }

    void add(Frame frame) {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("frames are not taken in within a change of a job");
        }
        waiting.add(frame);
    }

    void lock() {
        lock.lock();
    }

    /**
     * Whether the thread of this frame, which waits, has got the lock and is to commit what waits; if not it has waited until that may
     * be otherwise, or until the frame is done.
     */
    boolean leads(Frame frame) {
        long rest = restsUntil - System.nanoTime();
        if (rest > 0 && waiting.peek() == frame) {
            LockSupport.parkNanos(frame, rest);
            return false;
        }
        if (rest <= 0 && lock.tryLock()) {
            return true;
        }
        LockSupport.park(frame);
        return false;
    }

    /**
     * Has frames gather after a commit that took several: so a lane is busy for half of the time at most, and the longer commits
     * take, the more the next one has. Trainers tell again once they are acknowledged: at once, they would only tell less at a time.
     */
    void rest(int frames, long nanos) {
        restsUntil = System.nanoTime() + (frames > 1 ? Math.min(nanos, LONGEST_REST) : 0);
    }

    /** And has the first frame that waits, if any, committed by its own thread. */
    void unlock() {
        lock.unlock();
        Frame next = waiting.peek();
        if (next != null && !lock.isHeldByCurrentThread()) {
            LockSupport.unpark(next.teller);
        }
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
