package io.signalbox.server.history;

import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.web.Paging;
import io.signalbox.server.web.Problems;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The event stream of a job, as stored. */
@RestController
class EventController {

    private final Jobs jobs;
    private final EventStore store;

    EventController(Jobs jobs, EventStore store) {
        this.jobs = jobs;
        this.store = store;
    }

    /** Events above seq {@code after}; {@code next_cursor} is null when there are no more yet. */
    @GetMapping(path = "/api/v1/jobs/{id}/events", produces = MediaType.APPLICATION_JSON_VALUE)
    String events(@PathVariable long id, @RequestParam(defaultValue = "-1") long after, Paging paging) {
        jobs.require(id);
        if (after < -1) {
            throw Problems.invalidParameter("after", after, "a seq, or -1 for the start");
        }
        List<EventStore.Stored> events =
                store.after(id, paging.after() == null ? after : paging.afterNumber(), paging.limit());
        String next = events.size() < paging.limit()
                ? "null"
                : "\""
                        + paging.cursorAfter(
                                Long.toString(events.get(events.size() - 1).seq())) + "\"";
        return events.stream()
                .map(EventStore.Stored::body)
                .collect(Collectors.joining(",", "{\"items\":[", "],\"next_cursor\":" + next + "}"));
    }
}
