package io.signalbox.server.notify;

import io.signalbox.callback.Notify;
import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.server.ingest.Projection;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.notify.Notifications.Notification;
import io.signalbox.server.notify.Notifications.Way;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Notes down, with the very event, whom to tell of it: what was committed is sent, whichever process dies. */
@Component
@Order(60)
class NotificationProjection implements Projection {

    private static final Logger log = LoggerFactory.getLogger(NotificationProjection.class);

    /** Of one job. Beyond it nothing is added but its end: the other side has been away for long. */
    private static final int MOST_PENDING = 1000;

    private final Notifications notifications;
    private final JobRepository jobs;
    private final JsonMapper json;
    private final Clock clock;
    private final Map<Long, Subscriptions> running = new ConcurrentHashMap<>();

    NotificationProjection(Notifications notifications, JobRepository jobs, JsonMapper json, Clock clock) {
        this.notifications = notifications;
        this.jobs = jobs;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public void apply(Map<Long, List<Event>> events) {
        events.forEach(this::take);
    }

    private void take(long jobId, List<Event> events) {
        Subscriptions subscriptions = running.computeIfAbsent(jobId, this::read);
        boolean ended = events.stream()
                .anyMatch(event -> event.detail() instanceof StateChanged change
                        && change.to().ended());
        if (!subscriptions.areNone()) {
            events.forEach(event -> take(event, subscriptions));
        }
        if (ended || events.stream().anyMatch(NotificationProjection::changesCallbacks)) {
            running.remove(jobId);
        }
    }

    private static boolean changesCallbacks(Event event) {
        return event.detail() instanceof CommandApplied applied
                && applied.command().endsWith("_callback");
    }

    @Override
    public void forget(long jobId) {
        running.remove(jobId);
    }

    private Subscriptions read(long jobId) {
        String spec = jobs.findById(jobId).orElseThrow().spec();
        return Subscriptions.of(jobId, json.readTree(spec));
    }

    private void take(Event event, Subscriptions subscriptions) {
        Occasion occasion = Occasion.of(event);
        if (occasion != null) {
            subscriptions.notifies().forEach((name, params) -> {
                if (occasion.isOneOf(params.on())) {
                    message(event, occasion, name, params, subscriptions.jobName());
                }
            });
        }
        if (event.detail() instanceof EpochEnd end && event.epoch() != null) {
            int epoch = event.epoch();
            subscriptions
                    .monitors()
                    .forEach((name, params) ->
                            add(event, name, "epoch_end", Way.MONITOR, params.body(epoch, end.logs())));
        }
    }

    private void message(Event event, Occasion occasion, String name, Notify.Params params, String jobName) {
        String text = params.text(values(event, occasion, jobName));
        if (params.url() != null) {
            add(event, name, occasion.name(), Way.WEBHOOK, body(event, occasion, params, jobName, text));
        }
        if (params.to() != null && !params.to().isEmpty()) {
            add(event, name, occasion.name(), Way.EMAIL, text);
        }
    }

    private static Map<String, String> values(Event event, Occasion occasion, String jobName) {
        Map<String, String> values = new HashMap<>();
        values.put("job_id", Long.toString(event.jobId()));
        values.put("name", jobName);
        values.put("event", occasion.name());
        values.put("message", occasion.message());
        values.put("epoch", Objects.toString(event.epoch(), ""));
        values.put("step", Objects.toString(event.step(), ""));
        if (event.detail() instanceof StateChanged change) {
            values.put("state", change.to().wireName());
            values.put(
                    "outcome", change.outcome() == null ? "" : change.outcome().wireName());
            values.put("reason", Objects.toString(change.reason(), ""));
        }
        return values;
    }

    private String body(Event event, Occasion occasion, Notify.Params params, String jobName, String text) {
        ObjectNode body = json.createObjectNode();
        body.put("event", occasion.name())
                .put("job_id", event.jobId())
                .put("job_name", jobName)
                .put("seq", event.seq())
                .put("at", event.at().toString())
                .put("epoch", event.epoch())
                .put("step", event.step())
                .put("message", occasion.message());
        return body.put(params.field(), text).toString();
    }

    private void add(Event event, String callback, String name, Way way, String body) {
        boolean end =
                event.detail() instanceof StateChanged change && change.to().ended();
        if (!end && notifications.countPending(event.jobId()) >= MOST_PENDING) {
            log.warn("job {}: {} of {} is not sent, {} wait already", event.jobId(), name, callback, MOST_PENDING);
            return;
        }
        @Nullable String noError = null;
        notifications.insert(
                new Notification(0, event.jobId(), event.seq(), callback, name, way, body, "PENDING", 0, noError),
                clock.instant());
    }
}
