package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.server.DatabaseTrouble;
import io.signalbox.server.ingest.EventStore.Stored;
import io.signalbox.server.ingest.Lane.Frame;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes events in: in one transaction they are stored and every {@link Projection} takes them up; after the commit
 * {@link EventsCommitted} is published. What many trainers tell at the same time is committed together, for a commit costs
 * the database more than what is in it. Effects are idempotent by (job, seq). Thread-safe.
 */
@Service
public class Ingest {

    /**
     * The fewer, the more is committed together; the more, the fewer wait for one job's long change. Half as many as the pool has
     * connections: however many trainers there are, calls need not wait for one.
     */
    private static final int LANES = 4;

    private final Lane[] lanes =
            IntStream.range(0, LANES).mapToObj(i -> new Lane()).toArray(Lane[]::new);
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
     * Takes in what a trainer told. Events held already are skipped. Not within a {@link #change}: what others told meanwhile
     * would be committed with it.
     *
     * @throws EventGapException if one is missing before the first new one; nothing is taken in then
     * @throws StaleAttemptException if there are new ones and a newer attempt has begun; likewise
     */
    public void receive(long jobId, List<Event> events) {
        receive(jobId, events, () -> true);
    }

    /**
     * The same of somebody who may be told at any moment that another has taken over.
     *
     * @param mayTell asked when the events are about to be stored, while no {@link #change} of the job is under way
     * @throws StaleAttemptException also if that says no
     */
    public void receive(long jobId, List<Event> events, BooleanSupplier mayTell) {
        Lane lane = lane(jobId);
        Frame frame = new Frame(jobId, events, mayTell);
        lane.add(frame);
        while (!frame.isDone()) {
            if (lane.leads(frame)) {
                try {
                    commitWaiting(lane);
                } finally {
                    lane.unlock();
                }
            }
        }
        frame.throwFailure();
        Failpoint.reach("ingest.before-ack");
    }

    private Lane lane(long jobId) {
        return lanes[Math.floorMod(Long.hashCode(jobId), LANES)];
    }

    private void commitWaiting(Lane lane) {
        List<Frame> frames = new ArrayList<>();
        long begin = System.nanoTime();
        RuntimeException failure = commit(() -> {
            frames.addAll(lane.next()); // not before there is a connection: more may have come while it was waited for
            return frames;
        });
        if (failure == null || frames.size() <= 1 || DatabaseTrouble.of(failure) != null) {
            frames.addAll(frames.isEmpty() ? lane.next() : List.of());
            frames.forEach(frame -> frame.done(failure));
        } else { // which of them is at fault shows each alone
            frames.forEach(frame -> frame.done(commit(() -> List.of(frame))));
        }
        lane.rest(frames.size(), System.nanoTime() - begin);
    }

    /** Takes frames of different jobs in; why none of them could be, null if all were. */
    private @Nullable RuntimeException commit(Supplier<List<Frame>> frames) {
        try {
            transactions.executeWithoutResult(status -> {
                takeAll(frames.get());
                Failpoint.reach("ingest.before-commit");
            });
            return null;
        } catch (RuntimeException e) {
            return e;
        } catch (Error e) { // whoever waits for a frame is to hear of it
            return new IllegalStateException("events could not be taken in", e);
        }
    }

    private void takeAll(List<Frame> frames) {
        List<Long> jobs = frames.stream().map(frame -> frame.jobId).toList();
        Map<Long, Long> last = store.lockLastSeqs(jobs);
        Map<Long, Integer> attempts = store.attempts(jobs);
        Map<Long, List<Event>> fresh = new LinkedHashMap<>();
        for (Frame frame : frames) {
            List<Event> events = fresh(frame, Objects.requireNonNull(last.get(frame.jobId)));
            if (events.isEmpty()) {
                continue;
            }
            int attempt = events.get(0).attempt();
            if (attempt < Objects.requireNonNull(attempts.get(frame.jobId)) || !frame.mayTell.getAsBoolean()) {
                throw new StaleAttemptException(frame.jobId, attempt);
            }
            fresh.put(frame.jobId, events);
        }
        take(fresh);
    }

    private static List<Event> fresh(Frame frame, long last) {
        List<Event> fresh =
                frame.events.stream().filter(event -> event.seq() > last).toList();
        for (int i = 0; i < fresh.size(); i++) {
            if (fresh.get(i).seq() != last + 1 + i) {
                throw new EventGapException(
                        frame.jobId, last + 1 + i, fresh.get(i).seq());
            }
        }
        return fresh;
    }

    /** Tells something on the server's side; only while no trainer of the job lives. */
    public void tell(long jobId, int attempt, EventDetail... details) {
        change(jobId, () -> {
            append(jobId, attempt, details);
            return null;
        });
    }

    /** Tells the first of a job in the transaction that makes it: nobody knows the job yet, so nobody is waited for. */
    public void begin(long jobId, EventDetail first) {
        append(jobId, 0, first);
    }

    private void append(long jobId, int attempt, EventDetail... details) {
        long seq = Objects.requireNonNull(store.lockLastSeqs(List.of(jobId)).get(jobId));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Event> events = new ArrayList<>();
        for (EventDetail detail : details) {
            events.add(new Event(++seq, now, jobId, attempt, null, null, detail));
        }
        take(Map.of(jobId, events));
        forget(jobId); // another server may take in what comes next
    }

    /** Does something to a job in one transaction while no event of it comes in; may {@link #tell} within. */
    public <T> T change(long jobId, Supplier<T> work) {
        Lane lane = lane(jobId);
        lane.lock();
        try {
            return transactions.execute(status -> {
                store.lock(jobId); // for the other servers
                return work.get();
            });
        } finally {
            lane.unlock();
        }
    }

    /** @param events of each job, one or more */
    private void take(Map<Long, List<Event>> events) {
        if (events.isEmpty()) {
            return;
        }
        events.forEach((jobId, fresh) -> {
            long before = fresh.get(0).seq() - 1;
            if (!Objects.equals(level.put(jobId, before + fresh.size()), before)) {
                projections.forEach(projection -> projection.forget(jobId)); // another server took in what came before
            }
        });
        Map<Long, List<Stored>> stored = new LinkedHashMap<>();
        events.forEach((jobId, fresh) ->
                stored.put(jobId, fresh.stream().map(Stored::of).toList()));
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status == STATUS_COMMITTED) {
                    stored.forEach(store::committed);
                    events.forEach((jobId, fresh) -> publisher.publishEvent(new EventsCommitted(jobId, fresh)));
                } else {
                    events.keySet().forEach(jobId -> forget(jobId));
                }
            }
        });
        store.insert(stored);
        projections.forEach(projection -> projection.apply(events));
    }

    private void forget(long jobId) {
        level.remove(jobId);
        projections.forEach(projection -> projection.forget(jobId));
    }
}
