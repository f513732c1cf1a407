package io.signalbox.server.live;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventJson;
import io.signalbox.server.cluster.ChangedElsewhere;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.ingest.EventsCommitted;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.web.Problems;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * A job's events as server-sent events, for scripts: first those stored, then live, closed after the last. Each stream has a
 * thread that waits, so there are few of them; dashboards use the WebSocket.
 */
@RestController
class EventStreams {

    private static final int MOST_STREAMS = 64;
    private static final int BATCH = 500;
    private static final long KEEP_ALIVE_MILLIS = 10_000;
    private static final int RETRY_AFTER_SECONDS = 10;

    private final Jobs jobs;
    private final EventStore store;
    private final AtomicInteger open = new AtomicInteger();
    private final Object news = new Object();
    private volatile boolean closing;

    EventStreams(Jobs jobs, EventStore store) {
        this.jobs = jobs;
        this.store = store;
    }

    @GetMapping(path = "/api/v1/jobs/{id}/events/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    StreamingResponseBody stream(
            @PathVariable long id,
            @RequestParam(required = false) @Nullable Long after,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long lastEventId,
            HttpServletResponse response) {
        jobs.require(id);
        if (open.incrementAndGet() > MOST_STREAMS) {
            open.decrementAndGet();
            throw Problems.tooMany("There are " + MOST_STREAMS + " event streams already.", RETRY_AFTER_SECONDS);
        }
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE); // also for whoever says nothing of what he accepts
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        long from = lastEventId != null ? lastEventId : after != null ? after : -1;
        return out -> {
            try {
                write(id, from, out);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                open.decrementAndGet();
            }
        };
    }

    private void write(long jobId, long from, OutputStream out) throws IOException, InterruptedException {
        long after = from;
        while (!closing) {
            List<EventStore.Stored> events = store.after(jobId, after, BATCH);
            for (EventStore.Stored event : events) {
                out.write(("id: " + event.seq() + "\nevent: " + event.type() + "\ndata: " + event.body() + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
                after = event.seq();
                if (last(event)) {
                    out.flush();
                    return;
                }
            }
            out.flush();
            if (events.isEmpty() && isOver(jobId, after)) {
                return;
            }
            if (events.isEmpty() && !await(jobId, after)) {
                out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    /** Whether whoever has seen the event {@code after} has seen the job's end. */
    private boolean isOver(long jobId, long after) {
        return jobs.require(jobId).state().ended() && store.lastSeq(jobId) <= after;
    }

    private static boolean last(EventStore.Stored event) {
        if (!event.type().equals("state_changed")) {
            return false;
        }
        Event read = EventJson.read(event.body());
        return read.detail() instanceof StateChanged change && change.to().ended();
    }

    /** Whether there is news of the job within the keep-alive time. */
    private boolean await(long jobId, long after) throws InterruptedException {
        synchronized (news) {
            if (store.lastSeq(jobId) > after) {
                return true;
            }
            news.wait(KEEP_ALIVE_MILLIS);
        }
        return store.lastSeq(jobId) > after;
    }

    @EventListener({EventsCommitted.class, ChangedElsewhere.class})
    void somethingHappened() {
        synchronized (news) {
            news.notifyAll();
        }
    }

    @EventListener
    void on(ContextClosedEvent closed) {
        closing = true;
        synchronized (news) {
            news.notifyAll();
        }
    }
}
