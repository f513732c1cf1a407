package io.signalbox.server.history;

import io.signalbox.server.history.CurveReader.Point;
import io.signalbox.server.history.CurveStore.Series;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.web.Page;
import io.signalbox.server.web.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Curves of a job. */
@RestController
@RequestMapping("/api/v1/jobs/{id}/metrics")
class MetricController {

    private static final int MOST_POINTS = 10_000;

    private final Jobs jobs;
    private final CurveStore store;
    private final CurveReader reader;

    MetricController(Jobs jobs, CurveStore store, CurveReader reader) {
        this.jobs = jobs;
        this.store = store;
        this.reader = reader;
    }

    /** A metric there is: {@code by} says over what, {@code count} how often it was recorded. */
    record MetricSummary(String name, String by, long count, long lastX, double last) {}

    record MetricCurve(String name, String by, List<Point> points) {}

    @GetMapping
    Page<MetricSummary> list(@PathVariable long id) {
        jobs.require(id);
        return new Page<>(
                store.series(id).stream()
                        .map(s ->
                                new MetricSummary(s.name(), s.axis().wireName(), s.points(), s.lastX(), s.lastValue()))
                        .toList(),
                null);
    }

    /** The curve of one metric: every recorded point lies in some returned point's min..max. */
    @GetMapping("/{name}")
    MetricCurve curve(
            @PathVariable long id,
            @PathVariable String name,
            @RequestParam(required = false) @Nullable String by,
            @RequestParam(required = false) @Nullable Long from,
            @RequestParam(required = false) @Nullable Long to,
            @RequestParam(name = "max_points", defaultValue = "1000") int maxPoints) {
        jobs.require(id);
        if (maxPoints < 1 || maxPoints > MOST_POINTS) {
            throw Problems.invalidParameter("max_points", maxPoints, "a whole number from 1 to " + MOST_POINTS);
        }
        if (from != null && from < 0) {
            throw Problems.invalidParameter("from", from, "0 or more");
        }
        if (to != null && to < (from == null ? 0 : from)) {
            throw Problems.invalidParameter("to", to, "not below from");
        }
        Series series = series(id, name, by);
        return new MetricCurve(name, series.axis().wireName(), reader.read(series, from, to, maxPoints));
    }

    private Series series(long id, String name, @Nullable String by) {
        if (by != null) {
            if (!by.equals("step") && !by.equals("epoch")) {
                throw Problems.invalidParameter("by", by, "step or epoch");
            }
            return store.series(id, name, by.equals("step") ? Axis.STEP : Axis.EPOCH)
                    .orElseThrow(() -> Problems.notFound("metric", name));
        }
        return store.series(id, name, Axis.STEP)
                .or(() -> store.series(id, name, Axis.EPOCH))
                .orElseThrow(() -> Problems.notFound("metric", name));
    }
}
