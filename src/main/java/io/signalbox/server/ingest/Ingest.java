package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.server.ingest.EventStore.Stored;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes events in: in one transaction they are stored and every {@link Projection} takes them up; after the commit
 * {@link EventsCommitted} is published. Effects are idempotent by (job, seq). Thread-safe; jobs do not wait for each other.
 */
@Service
public class Ingest {

    /** Jobs share locks beyond this number; only their throughput would suffer. */
    private static final int LOCKS = 256;

    private final ReentrantLock[] locks =
            IntStream.range(0, LOCKS).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);
    private final EventStore store;
    private final List<Projection> projections;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher publisher;
    private final Clock clock;

    /** Seq of the newest event of a job that the projections here took in, where they keep something of it in memory. */
    private final Map<Long, Long> level = new ConcurrentHashMap<>();

    Ingest(
            EventStore store,
            List<Projection> projections,
            TransactionTemplate transactions,
            ApplicationEventPublisher publisher,
            Clock clock) {
        this.store = store;
        this.projections = projections;
        this.transactions = transactions;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Takes in what a trainer told. Events held already are skipped.
     *
     * @throws EventGapException if one is missing before the first new one; nothing is taken in then
     * @throws StaleAttemptException if there are new ones and a newer attempt has begun; likewise
     */
    public void receive(long jobId, List<Event> events) {
        change(jobId, () -> {
            long last = store.lockLastSeq(jobId);
            List<Event> fresh = events.stream().filter(e -> e.seq() > last).toList();
            for (int i = 0; i < fresh.size(); i++) {
                if (fresh.get(i).seq() != last + 1 + i) {
                    throw new EventGapException(
                            jobId, last + 1 + i, fresh.get(i).seq());
                }
            }
            if (!fresh.isEmpty() && fresh.get(0).attempt() < store.attempt(jobId)) {
                throw new StaleAttemptException(jobId, fresh.get(0).attempt());
            }
            take(jobId, last, fresh);
            Failpoint.reach("ingest.before-commit");
            return null;
        });
        Failpoint.reach("ingest.before-ack");
    }

    /** Tells something on the server's side; only while no trainer of the job lives. */
    public void tell(long jobId, int attempt, EventDetail... details) {
        change(jobId, () -> {
            append(jobId, attempt, details);
            forget(jobId); // another server may take in what comes next
            return null;
        });
    }

    /** Tells the first of a job in the transaction that makes it: nobody knows the job yet, so nobody is waited for. */
    public void begin(long jobId, EventDetail first) {
        append(jobId, 0, first);
        forget(jobId);
    }

    private void append(long jobId, int attempt, EventDetail... details) {
        long last = store.lockLastSeq(jobId);
        long seq = last;
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Event> events = new ArrayList<>();
        for (EventDetail detail : details) {
            events.add(new Event(++seq, now, jobId, attempt, null, null, detail));
        }
        take(jobId, last, events);
    }

    /** Does something to a job in one transaction while no event of it comes in; may {@link #tell} within. */
    public <T> T change(long jobId, Supplier<T> work) {
        ReentrantLock lock = locks[Math.floorMod(Long.hashCode(jobId), LOCKS)];
        lock.lock();
        try {
            return transactions.execute(status -> {
                store.lock(jobId); // for the other servers
                return work.get();
            });
        } finally {
            lock.unlock();
        }
    }

    private void take(long jobId, long before, List<Event> events) {
        if (events.isEmpty()) {
            return;
        }
        List<Stored> stored = events.stream().map(Stored::of).toList();
        if (!Objects.equals(level.put(jobId, before + events.size()), before)) {
            projections.forEach(projection -> projection.forget(jobId)); // another server took in what came before
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status == STATUS_COMMITTED) {
                    store.committed(jobId, stored);
                    publisher.publishEvent(new EventsCommitted(jobId, events));
                } else {
                    forget(jobId);
                }
            }
        });
        store.insert(jobId, stored);
        projections.forEach(projection -> projection.apply(jobId, events));
    }

    private void forget(long jobId) {
        level.remove(jobId);
        projections.forEach(projection -> projection.forget(jobId));
    }
}
