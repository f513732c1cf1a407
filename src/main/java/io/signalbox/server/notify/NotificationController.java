package io.signalbox.server.notify;

import io.signalbox.server.job.Jobs;
import io.signalbox.server.notify.Notifications.Notification;
import io.signalbox.server.web.Page;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What was sent of a job, and what became of it. */
@RestController
class NotificationController {

    private static final int MOST = 500;

    private final Jobs jobs;
    private final Notifications notifications;

    NotificationController(Jobs jobs, Notifications notifications) {
        this.jobs = jobs;
        this.notifications = notifications;
    }

    /** The newest messages of a job's Notify callbacks, and what its RemoteMonitors have not sent; the newest first. */
    @GetMapping("/api/v1/jobs/{id}/notifications")
    Page<View> list(@PathVariable long id) {
        jobs.require(id);
        List<View> views = notifications.of(id, MOST).stream().map(View::of).toList();
        return new Page<>(views, null);
    }

    /**
     * A message. Its address is not shown: it may hold a secret.
     *
     * @param seq of the event that it tells of
     * @param way {@code webhook}, {@code email} or {@code monitor}
     * @param state {@code pending}, {@code sent} or {@code failed}
     * @param error of the last attempt, if it failed
     */
    record View(
            long seq,
            String callback,
            String event,
            String way,
            String state,
            int attempts,
            @Nullable String error) {

        static View of(Notification row) {
            return new View(
                    row.seq(),
                    row.callback(),
                    row.event(),
                    row.way().name().toLowerCase(Locale.ROOT),
                    row.state().toLowerCase(Locale.ROOT),
                    row.attempts(),
                    row.error());
        }
    }
}
