package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochBegin;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What is written, what is sent and what the server holds, as sequence numbers, and when it is time to send. Holds no
 * events and never a lock while anything is read, written or sent.
 */
final class Outbox {

    /** Events in one frame. */
    static final int BATCH = 500;

    /** Answer of {@link #awaitTurn} when there is nothing to send yet. */
    static final long NOT_YET = Long.MIN_VALUE;

    private static final long LINGER_NANOS = Duration.ofMillis(100).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long written;
    private long sent;
    private long acked;
    private long urgent;
    private long waitingSince;

    /** {@code held} is the last seq that the server held when the attempt began. */
    Outbox(long held) {
        written = held;
        sent = held;
        acked = held;
        urgent = held;
    }

    /** An event stands in the journal. */
    void written(Event event) {
        boolean hurry = !(event.detail() instanceof BatchEnd || event.detail() instanceof EpochBegin);
        lock.lock();
        try {
            boolean first = written == sent;
            written = event.seq();
            if (first) {
                waitingSince = System.nanoTime();
            }
            if (hurry) {
                urgent = written;
            }
            if (first || hurry || written - sent == BATCH) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A new connection: the server says what it holds. */
    void connected(long held) {
        lock.lock();
        try {
            sent = held;
            acked = held;
            urgent = Math.max(urgent, written); // what waited for a connection waits no longer
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void sent(long seq) {
        lock.lock();
        try {
            sent = seq;
            waitingSince = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** False for an acknowledgement of what was never sent. */
    boolean acked(long seq) {
        lock.lock();
        try {
            if (seq > sent) {
                return false;
            }
            acked = Math.max(acked, seq);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets whoever waits look again. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until it is time to send events, at most {@code nanos} and while {@code open}. It is when all that was sent is acknowledged, and a
     * batch is full, or an event is in a hurry, or one has lingered for 100 ms.
     *
     * @return the seq after which to send, or {@link #NOT_YET} when it is not yet time
     */
    long awaitTurn(long nanos, BooleanSupplier open) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        lock.lockInterruptibly();
        try {
            while (open.getAsBoolean()) {
                long now = System.nanoTime();
                boolean idle = acked >= sent && written > sent;
                long due = urgent > sent || written - sent >= BATCH ? now : waitingSince + LINGER_NANOS;
                if (idle && due - now <= 0) {
                    return sent;
                }
                long until = idle && due - deadline < 0 ? due : deadline;
                if (until - now <= 0) {
                    return NOT_YET;
                }
                changed.awaitNanos(until - now);
            }
            return NOT_YET;
        } finally {
            lock.unlock();
        }
    }

    /** Whether something that was sent is not acknowledged yet. */
    boolean isWaitingForAck() {
        lock.lock();
        try {
            return acked < sent;
        } finally {
            lock.unlock();
        }
    }

    boolean awaitAcked(long seq, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (acked < seq && left > 0) {
                left = changed.awaitNanos(left);
            }
            return acked >= seq;
        } finally {
            lock.unlock();
        }
    }
}
