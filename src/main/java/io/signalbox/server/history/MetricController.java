package io.signalbox.server.history;

import io.signalbox.server.history.CurveReader.Grown;
import io.signalbox.server.history.CurveReader.Point;
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
    private final CurveReader reader;

    MetricController(Jobs jobs, CurveReader reader) {
        this.jobs = jobs;
        this.reader = reader;
    }

    /** A metric there is: {@code by} says over what, {@code count} how often it was recorded. */
    record MetricSummary(String name, String by, long count, long lastX, double last) {}

    record MetricCurve(String name, String by, List<Point> points) {}

    @GetMapping
    Page<MetricSummary> list(@PathVariable long id) {
        jobs.require(id);
        return new Page<>(
                reader.curves(id).stream()
                        .map(CurveReader.Grown::series)
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
        Grown curve = curve(id, name, by);
        return new MetricCurve(name, curve.series().axis().wireName(), reader.read(curve, from, to, maxPoints));
    }

    /** That over steps, where nothing is said and there is one. */
    private Grown curve(long id, String name, @Nullable String by) {
        if (by != null && !by.equals("step") && !by.equals("epoch")) {
            throw Problems.invalidParameter("by", by, "step or epoch");
        }
        return reader.curves(id).stream()
                .filter(curve -> curve.series().name().equals(name))
                .filter(curve -> by == null || curve.series().axis().wireName().equals(by))
                .findFirst()
                .orElseThrow(() -> Problems.notFound("metric", name));
    }
}
