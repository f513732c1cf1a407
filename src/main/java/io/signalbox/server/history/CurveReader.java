package io.signalbox.server.history;

import io.signalbox.server.history.CurveStore.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Reads curves in as many points as a chart can show. What it costs does not grow with the run. */
@Service
class CurveReader {

    /** The points themselves, below the finest level. */
    private static final int POINTS = -1;

    /** Of a curve of which nothing is written yet. */
    private static final long NO_ROW = -1;

    private final CurveStore store;
    private final Tail tail;

    CurveReader(CurveStore store, Tail tail) {
        this.store = store;
        this.tail = tail;
    }

    /**
     * A curve as it is now.
     *
     * @param series its row, what is behind it counted in
     * @param tail points that are in no table yet
     */
    record Grown(Series series, List<Bucket> tail) {

        /** @param waiting points in order, of which some may have been written since they were read */
        static Grown of(Series row, List<Bucket> waiting) {
            List<Bucket> tail = waiting.stream()
                    .filter(point -> point.lastX() > row.lastX())
                    .toList();
            if (tail.isEmpty()) {
                return new Grown(row, tail);
            }
            Bucket last = tail.get(tail.size() - 1);
            long points = row.points() + tail.size();
            return new Grown(new Series(row.id(), row.name(), row.axis(), points, last.lastX(), last.last()), tail);
        }
    }

    /** All curves of a job: those by step first, by name. The tail is read first, so that nothing is written unseen between. */
    List<Grown> curves(long jobId) {
        record Name(Axis axis, String name) {}
        Map<Name, List<Bucket>> waiting = new HashMap<>();
        tail.read(
                jobId,
                Long.MAX_VALUE,
                (axis, name, x, value) -> waiting.computeIfAbsent(new Name(axis, name), n -> new ArrayList<>())
                        .add(Bucket.of(x, x, value)));
        List<Grown> curves = new ArrayList<>();
        for (Series row : store.series(jobId)) {
            List<Bucket> points = waiting.remove(new Name(row.axis(), row.name()));
            curves.add(Grown.of(row, points == null ? List.of() : points));
        }
        waiting.forEach(
                (name, points) -> curves.add(Grown.of(new Series(NO_ROW, name.name(), name.axis(), 0, -1, 0), points)));
        curves.sort(Comparator.comparing((Grown curve) -> curve.series().axis())
                .thenComparing(curve -> curve.series().name()));
        return curves;
    }

    /**
     * One or more recorded points put together.
     *
     * @param x step or epoch of the last of them
     */
    record Point(long x, double min, double max, double mean, double last, long count) {}

    /** At most {@code maxPoints} points that together hold every recorded one with {@code from <= x <= to}. */
    List<Point> read(Grown curve, @Nullable Long from, @Nullable Long to, int maxPoints) {
        Series series = curve.series();
        long first = from == null ? 0 : from;
        long last = to == null ? series.lastX() : Math.min(to, series.lastX());
        if (last < first) {
            return List.of();
        }
        int level = level(last - first + 1, maxPoints);
        List<Bucket> buckets = level == POINTS
                ? store.points(series.id(), first, last)
                : store.buckets(series.id(), level, first, last);
        buckets = withTail(buckets, curve.tail(), level, first, last);
        int group = (buckets.size() + maxPoints - 1) / maxPoints;
        List<Point> points = new ArrayList<>(Math.min(buckets.size(), maxPoints));
        for (int i = 0; i < buckets.size(); i += group) {
            Bucket bucket = buckets.subList(i, Math.min(i + group, buckets.size())).stream()
                    .reduce(Bucket::and)
                    .orElseThrow();
            points.add(point(bucket));
        }
        return points;
    }

    private static List<Bucket> withTail(List<Bucket> stored, List<Bucket> tail, int level, long first, long last) {
        List<Bucket> all = new ArrayList<>(stored);
        for (Bucket point : tail) {
            if (point.x0() < first || point.x0() > last) {
                continue;
            }
            long width = level == POINTS ? 1 : CurveStore.width(level);
            Bucket part = point.from(point.x0() - Math.floorMod(point.x0(), width));
            Bucket open = all.isEmpty() ? null : all.get(all.size() - 1);
            if (open != null && open.x0() == part.x0()) {
                all.set(all.size() - 1, open.and(part));
            } else {
                all.add(part);
            }
        }
        return all;
    }

    /** The coarsest level that still has at least as many buckets as points are wanted, or {@link #POINTS}. */
    private static int level(long range, int maxPoints) {
        int level = POINTS;
        while (level + 1 < CurveStore.LEVELS && range / CurveStore.width(level + 1) >= maxPoints) {
            level++;
        }
        return level;
    }

    private static Point point(Bucket b) {
        return new Point(b.lastX(), b.min(), b.max(), b.sum() / b.points(), b.last(), b.points());
    }
}
