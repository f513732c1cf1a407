package io.signalbox.server.history;

import io.signalbox.server.history.CurveStore.Series;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Reads curves in as many points as a chart can show. What it costs does not grow with the run. */
@Service
class CurveReader {

    /** The points themselves, below the finest level. */
    private static final int POINTS = -1;

    private final CurveStore store;

    CurveReader(CurveStore store) {
        this.store = store;
    }

    /**
     * One or more recorded points put together.
     *
     * @param x step or epoch of the last of them
     */
    record Point(long x, double min, double max, double mean, double last, long count) {}

    /** At most {@code maxPoints} points that together hold every recorded one with {@code from <= x <= to}. */
    List<Point> read(Series series, @Nullable Long from, @Nullable Long to, int maxPoints) {
        long first = from == null ? 0 : from;
        long last = to == null ? series.lastX() : Math.min(to, series.lastX());
        if (last < first) {
            return List.of();
        }
        int level = level(last - first + 1, maxPoints);
        List<Bucket> buckets = level == POINTS
                ? store.points(series.id(), first, last)
                : store.buckets(series.id(), level, first, last);
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
