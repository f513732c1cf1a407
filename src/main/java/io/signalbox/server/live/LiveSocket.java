package io.signalbox.server.live;

import io.signalbox.failpoint.Failpoint;
import io.signalbox.server.Uptime;
import io.signalbox.server.cluster.ChangedElsewhere;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.ingest.EventsCommitted;
import io.signalbox.server.job.JobChanged;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.job.JobView;
import io.signalbox.server.job.JobViews;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import tools.jackson.databind.json.JsonMapper;

/**
 * Live events to dashboards. A client is never pushed at: it is told that there is more, and reads on from where it is, one
 * message in flight at a time. So a slow one costs no memory and delays nobody; it is told to resync and gets larger batches.
 */
@Component
class LiveSocket extends TextWebSocketHandler {

    private static final Logger log = LoggerFactory.getLogger(LiveSocket.class);

    /** Job summaries go out at most ten times a second. */
    private static final Duration SUMMARY_PERIOD = Duration.ofMillis(100);

    private static final Duration PING_PERIOD = Duration.ofSeconds(10);

    private static final int MOST_CLIENTS = 2000;

    private final EventStore store;
    private final JobRepository jobs;
    private final JobViews views;
    private final JsonMapper json;
    private final Uptime uptime;
    private final Map<String, LiveClient> clients = new ConcurrentHashMap<>();
    private final Set<Long> changed = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService executor =
            Executors.newScheduledThreadPool(2, task -> new Thread(task, "live"));

    LiveSocket(EventStore store, JobRepository jobs, JobViews views, JsonMapper json, Uptime uptime) {
        this.store = store;
        this.jobs = jobs;
        this.views = views;
        this.json = json;
        this.uptime = uptime;
        executor.scheduleWithFixedDelay(
                guarded(this::sendSummaries), 0, SUMMARY_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        executor.scheduleWithFixedDelay(
                guarded(this::pingAll), PING_PERIOD.toMillis(), PING_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void close() {
        executor.shutdownNow();
    }

    @EventListener
    void on(EventsCommitted committed) {
        Failpoint.reach("live.fan-out");
        changed.add(committed.jobId());
        clients.values().forEach(client -> client.wake(committed.jobId()));
    }

    @EventListener
    void on(ChangedElsewhere change) {
        if (change.jobId() == null) {
            clients.values().forEach(LiveClient::wakeAll);
        } else {
            changed.add(change.jobId());
            clients.values().forEach(client -> client.wake(change.jobId()));
        }
    }

    @EventListener
    void on(JobChanged change) {
        changed.add(change.jobId());
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) throws IOException {
        if (clients.size() >= MOST_CLIENTS) {
            session.close(CloseStatus.SERVICE_OVERLOAD);
            return;
        }
        clients.put(session.getId(), new LiveClient(session, store, executor, uptime));
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
        LiveClient client = clients.get(session.getId());
        if (client == null) {
            return;
        }
        client.alive();
        LiveRequest request = LiveRequest.parse(message.getPayload(), json);
        if (request == null) {
            session.close(CloseStatus.POLICY_VIOLATION.withReason("only subscribe and unsubscribe are taken here"));
        } else if (request.jobs()) {
            client.subscribeJobs(request.subscribe() ? request.jobIds() : Set.of());
        } else if (request.subscribe() && !jobs.existsById(request.jobId())) {
            client.send("{\"error\":{\"type\":\"urn:signalbox:problem:not-found\",\"title\":\"No such thing\","
                    + "\"status\":404,\"detail\":\"There is no job " + request.jobId() + ".\"}}");
        } else if (request.subscribe()) {
            client.subscribe(request.jobId(), request.after(), request.stepsAfter());
        } else {
            client.unsubscribe(request.jobId());
        }
    }

    @Override
    protected void handlePongMessage(WebSocketSession session, PongMessage message) {
        LiveClient client = clients.get(session.getId());
        if (client != null) {
            client.alive();
        }
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable exception) {
        log.debug("a live client's connection broke: {}", exception.getMessage());
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        clients.remove(session.getId());
    }

    private void sendSummaries() {
        Set<Long> ids = Set.copyOf(changed);
        changed.removeAll(ids);
        Set<Long> wanted = clients.values().stream()
                .flatMap(client -> client.wanted(ids).stream())
                .collect(Collectors.toSet());
        if (!wanted.isEmpty()) {
            Map<Long, String> messages = views.summaries(wanted).stream()
                    .collect(Collectors.toMap(JobView::id, view -> "{\"job\":" + json.writeValueAsString(view) + "}"));
            clients.values().forEach(client -> client.summaries(messages));
        }
    }

    private void pingAll() {
        clients.values().forEach(LiveClient::pingOrDrop);
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.warn("live: {}; it goes on with the next round", e.toString());
            }
        };
    }
}
