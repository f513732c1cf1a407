package io.signalbox.server.live;

import io.signalbox.server.Uptime;
import io.signalbox.server.ingest.EventStore;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;

/**
 * One live connection: where it stands in each stream it watches, and at most one message on its way. Thread-safe; all it
 * keeps is positions and the newest summary of each changed job.
 */
final class LiveClient {

    private static final Logger log = LoggerFactory.getLogger(LiveClient.class);

    private static final int BATCH = 500;

    /** A client that far behind is told to resync, and gets batches of this size until it is level. */
    private static final int RESYNC_BATCH = 2000;

    /** Of a message, beyond its first event: what a slow client costs in memory, and long enough for few round trips. */
    static final int MOST_CHARACTERS = 200_000;

    /** A client that had nothing to read, and gave no sign of life for so long, is dropped. */
    private static final Duration DEAD_AFTER = Duration.ofSeconds(25);

    /**
     * One that has a message on its way is given longer: megabytes lie in the system's buffers of a client that reads slowly, and
     * until it has read half of them none of our message goes out, nor does a ping come in.
     */
    private static final Duration STUCK_AFTER = Duration.ofMinutes(5);

    private static final int MOST_SUBSCRIPTIONS = 100;
    private static final int MOST_NOTICES = 100;

    private final Session session;
    private final EventStore store;
    private final Executor executor;
    private final Uptime uptime;
    private final Map<Long, Position> positions = new LinkedHashMap<>();
    private final Set<Long> dirty = new HashSet<>();
    private final Map<Long, String> summaries = new LinkedHashMap<>();
    private final Queue<String> notices = new ArrayDeque<>();

    /** Jobs whose summaries are wanted; null for all. */
    private @Nullable Set<Long> summaryOf = Set.of();

    private boolean busy;
    private volatile Duration lastSign;

    /**
     * Where a client stands in a stream; {@code live} once it was level with it.
     *
     * @param stepsAfter up to this seq what single steps told is left out
     */
    private record Position(long after, long stepsAfter, boolean live, boolean resyncing) {

        boolean leavesOut() {
            return after < stepsAfter;
        }
    }

    LiveClient(WebSocketSession session, EventStore store, Executor executor, Uptime uptime) {
        Session nativeSession = ((NativeWebSocketSession) session).getNativeSession(Session.class);
        if (nativeSession == null) {
            throw new IllegalStateException("a connection that is not a Jakarta WebSocket session");
        }
        this.session = nativeSession;
        this.store = store;
        this.executor = executor;
        this.uptime = uptime;
        this.lastSign = uptime.now();
    }

    void alive() {
        lastSign = uptime.now();
    }

    /** Drops a client that is dead, and pings one that has nothing to read. */
    void pingOrDrop() {
        try {
            boolean idle = idle();
            if (uptime.now().compareTo(lastSign.plus(idle ? DEAD_AFTER : STUCK_AFTER)) > 0) {
                session.close();
            } else if (idle) {
                session.getAsyncRemote().sendPing(ByteBuffer.allocate(0));
            }
        } catch (IOException | IllegalArgumentException e) {
            log.debug("a live client is gone: {}", e.getMessage());
        }
    }

    /** Whether no message is on its way: a ping would have to wait for it. */
    private synchronized boolean idle() {
        return !busy;
    }

    /** @param of the jobs whose summaries it wants from now on; null for all */
    synchronized void subscribeJobs(@Nullable Set<Long> of) {
        summaryOf = of;
        if (of != null) {
            summaries.keySet().retainAll(of);
        }
    }

    /** Those of some jobs whose summaries it wants. */
    synchronized Set<Long> wanted(Set<Long> some) {
        return summaryOf == null
                ? some
                : summaryOf.stream().filter(some::contains).collect(Collectors.toSet());
    }

    /** @param stepsAfter up to this seq what single steps told is left out; -1 for nothing */
    synchronized void subscribe(long jobId, long after, long stepsAfter) {
        if (positions.size() >= MOST_SUBSCRIPTIONS && !positions.containsKey(jobId)) {
            send(
                    "{\"error\":{\"type\":\"urn:signalbox:problem:too-many\",\"title\":\"No room for more\",\"status\":429,"
                            + "\"detail\":\"A connection watches at most " + MOST_SUBSCRIPTIONS
                            + " jobs; unsubscribe first.\"}}");
            return;
        }
        positions.put(jobId, new Position(after, stepsAfter, false, false));
        wake(jobId);
    }

    synchronized void unsubscribe(long jobId) {
        positions.remove(jobId);
        dirty.remove(jobId);
    }

    /** There are new events of a job. */
    synchronized void wake(long jobId) {
        if (positions.containsKey(jobId)) {
            dirty.add(jobId);
            schedule();
        }
    }

    /** There may be new events of any job. */
    synchronized void wakeAll() {
        List.copyOf(positions.keySet()).forEach(this::wake);
    }

    /** The newest summaries of jobs, of which it takes those it wants; one that has not gone out yet is replaced. */
    synchronized void summaries(Map<Long, String> messages) {
        for (Long id : wanted(messages.keySet())) {
            summaries.put(id, Objects.requireNonNull(messages.get(id)));
            schedule();
        }
    }

    /** A message out of turn; left out when too many wait. */
    synchronized void send(String message) {
        if (notices.size() < MOST_NOTICES) {
            notices.add(message);
            schedule();
        }
    }

    private void schedule() {
        if (!busy) {
            busy = true;
            executor.execute(this::sendNext);
        }
    }

    private void sendNext() {
        try {
            String message = next();
            if (message == null) {
                return;
            }
            if (message.isEmpty()) {
                executor.execute(this::sendNext);
                return;
            }
            session.getAsyncRemote().sendText(message, result -> {
                if (result.isOK()) {
                    alive();
                    executor.execute(this::sendNext);
                }
            });
        } catch (RuntimeException e) {
            log.debug("a live client is gone: {}", e.toString());
        }
    }

    /** The next message to send; empty where others may go first; null, and not busy any more, when there is none. */
    private @Nullable String next() {
        while (true) {
            long jobId;
            Position position;
            synchronized (this) {
                String ready = notices.poll();
                if (ready == null && !summaries.isEmpty()) {
                    ready = summaries.remove(summaries.keySet().iterator().next());
                }
                if (ready != null) {
                    return ready;
                }
                if (dirty.isEmpty()) {
                    busy = false;
                    return null;
                }
                jobId = dirty.iterator().next();
                position = positions.get(jobId);
                dirty.remove(jobId);
            }
            String message = position == null ? null : read(jobId, position);
            if (message != null) {
                return message;
            }
        }
    }

    private @Nullable String read(long jobId, Position position) {
        int limit = position.resyncing() || position.leavesOut() ? RESYNC_BATCH : BATCH;
        EventStore.Read found = store.read(jobId, position.after(), position.stepsAfter(), limit);
        boolean fellBehind = found.more() && position.live() && !position.resyncing();
        EventStore.Read read = ofOneMessage(found);
        boolean more = read.more();
        synchronized (this) {
            if (positions.get(jobId) != position) {
                return null;
            }
            if (fellBehind) {
                positions.put(jobId, new Position(position.after(), position.stepsAfter(), true, true));
                dirty.add(jobId);
                return "{\"resync\":{\"job_id\":" + jobId + ",\"after\":" + position.after() + "}}";
            }
            positions.put(
                    jobId,
                    new Position(
                            read.upTo(),
                            position.stepsAfter(),
                            position.live() || !more,
                            position.resyncing() && more));
            if (more) {
                dirty.add(jobId);
            }
        }
        if (read.events().isEmpty()) {
            return more ? "" : null;
        }
        return read.events().stream()
                .map(EventStore.Stored::body)
                .collect(Collectors.joining(",", "{\"events\":[", "]}"));
    }

    private static EventStore.Read ofOneMessage(EventStore.Read found) {
        List<EventStore.Stored> events = found.events();
        int characters = 0;
        for (int i = 0; i < events.size(); i++) {
            characters += events.get(i).body().length();
            if (i > 0 && characters > MOST_CHARACTERS) {
                return new EventStore.Read(
                        events.subList(0, i), events.get(i - 1).seq(), true);
            }
        }
        return found;
    }
}
