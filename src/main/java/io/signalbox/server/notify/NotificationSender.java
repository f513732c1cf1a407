package io.signalbox.server.notify;

import io.signalbox.callback.Notify;
import io.signalbox.callback.RemoteMonitor;
import io.signalbox.server.cluster.ChangedElsewhere;
import io.signalbox.server.cluster.Duty;
import io.signalbox.server.ingest.EventsCommitted;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.notify.Notifications.Notification;
import io.signalbox.server.notify.Notifications.Way;
import io.signalbox.server.notify.Webhook.Result;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends what was noted down, a few at a time, each at least once: what is on its way when the server dies is sent again.
 * One that cannot be delivered is tried again later and later, then given up.
 */
@Component
@Order(3)
class NotificationSender implements Duty {

    private static final Logger log = LoggerFactory.getLogger(NotificationSender.class);

    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
    private static final int AT_ONCE = 4;
    private static final int MOST_IN_FLIGHT = 16;
    private static final List<Duration> RETRIES = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1));

    private static final Duration LONGEST = RETRIES.get(RETRIES.size() - 1);

    /** The next epoch comes soon; Keras does not try again at all. */
    private static final int MONITOR_RETRIES = 2;

    private final Notifications notifications;
    private final JobRepository jobs;
    private final Webhook webhook;
    private final Mail mail;
    private final JsonMapper json;
    private final Clock clock = Clock.systemUTC();
    private final Set<Long> inFlight = ConcurrentHashMap.newKeySet();
    private ScheduledExecutorService ticker = newTicker();
    private ExecutorService senders = newSenders();
    private volatile boolean mayBePending = true;
    private volatile boolean open;

    NotificationSender(Notifications notifications, JobRepository jobs, Webhook webhook, Mail mail, JsonMapper json) {
        this.notifications = notifications;
        this.jobs = jobs;
        this.webhook = webhook;
        this.mail = mail;
        this.json = json;
    }

    @EventListener({EventsCommitted.class, ChangedElsewhere.class})
    void somethingHappened() {
        mayBePending = true;
    }

    private void tick() {
        if (!mayBePending || !open) {
            return;
        }
        try {
            mayBePending = false;
            Instant now = clock.instant();
            for (Notification row : notifications.due(now, now.plus(LONGEST), MOST_IN_FLIGHT)) {
                if (inFlight.size() < MOST_IN_FLIGHT && inFlight.add(row.id())) {
                    senders.execute(() -> send(row));
                }
            }
            mayBePending |= notifications.anyPending();
        } catch (RuntimeException e) {
            mayBePending = true;
            log.error("notifications could not be read; they are tried again", e);
        }
    }

    private void send(Notification row) {
        try {
            Job job = jobs.findById(row.jobId()).orElse(null);
            if (job != null) {
                conclude(row, deliver(row, Subscriptions.of(row.jobId(), json.readTree(job.spec()))));
            }
        } catch (RuntimeException e) {
            log.error("job {}: {} of {} is tried again", row.jobId(), row.event(), row.callback(), e);
        } finally {
            inFlight.remove(row.id());
        }
    }

    private Result deliver(Notification row, Subscriptions subscriptions) {
        RemoteMonitor.Params monitor = subscriptions.monitors().get(row.callback());
        if (row.way() == Way.MONITOR && monitor != null) {
            return webhook.post(monitor.url(), monitor.headerMap(), monitor.contentType(), row.body());
        }
        Notify.Params notify = subscriptions.notifies().get(row.callback());
        if (row.way() == Way.WEBHOOK && notify != null && notify.url() != null) {
            return webhook.post(notify.url(), notify.headerMap(), "application/json", row.body());
        }
        if (row.way() == Way.EMAIL && notify != null && notify.to() != null) {
            return mail.send(notify.to(), subscriptions.jobName() + ": " + row.event(), row.body());
        }
        return new Result(false, false, "is in the job's spec no more");
    }

    private void conclude(Notification row, Result result) {
        int retries = row.way() == Way.MONITOR ? MONITOR_RETRIES : RETRIES.size();
        if (result.delivered()) {
            notifications.sent(row);
        } else if (result.worthAnotherTry() && row.attempts() < retries) {
            Instant again = clock.instant().plus(RETRIES.get(row.attempts()));
            notifications.failed(row, result.detail(), again);
        } else {
            log.warn("job {}: {} of {} is given up: {}", row.jobId(), row.event(), row.callback(), result.detail());
            notifications.failed(row, result.detail(), null);
        }
    }

    private static ScheduledExecutorService newTicker() {
        return Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "notifications"));
    }

    private static ExecutorService newSenders() {
        return Executors.newFixedThreadPool(AT_ONCE, task -> new Thread(task, "notification-sender"));
    }

    @Override
    public void start() {
        if (ticker.isShutdown()) {
            ticker = newTicker();
            senders = newSenders();
        }
        open = true;
        mayBePending = true;
        ticker.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is not sent by then is sent by the next server. */
    @Override
    public void stop() {
        open = false;
        ticker.shutdown();
        senders.shutdown();
        try {
            if (!senders.awaitTermination(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                senders.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return open;
    }
}
