package io.signalbox.server.history;

import io.signalbox.server.history.CurveStore.Located;
import io.signalbox.server.history.CurveStore.Series;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A curve that grows: its open bucket of every level is kept here, so that a new point costs no read. */
final class Curve {

    private final CurveStore store;
    private Series series;
    private final @Nullable Bucket[] open = new Bucket[CurveStore.LEVELS];
    private final boolean[] stored = new boolean[CurveStore.LEVELS];
    private final List<Located> fresh = new ArrayList<>();
    private final List<Located> changed = new ArrayList<>();
    private boolean dirty;

    Curve(CurveStore store, Series series) {
        this.store = store;
        this.series = series;
        for (int level = 1; level < CurveStore.LEVELS && series.points() > 0; level++) {
            List<Bucket> last = store.buckets(series.id(), level, series.lastX(), series.lastX());
            open[level] = last.isEmpty() ? null : last.get(last.size() - 1);
            stored[level] = open[level] != null;
        }
    }

    /** Adds a point. One at or before the newest is left out: it was recorded before. */
    void add(long x, double value) {
        if (x <= series.lastX()) {
            return;
        }
        fresh.add(new Located(series.id(), 0, Bucket.of(x, x, value)));
        for (int level = 1; level < CurveStore.LEVELS; level++) {
            long x0 = x - Math.floorMod(x, CurveStore.width(level));
            Bucket point = Bucket.of(x0, x, value);
            Bucket bucket = open[level];
            if (bucket != null && bucket.x0() == x0) {
                open[level] = bucket.and(point);
            } else {
                write(level);
                open[level] = point;
                stored[level] = false;
            }
        }
        series = new Series(series.id(), series.name(), series.axis(), series.points() + 1, x, value);
        dirty = true;
    }

    /** Writes what was added since the last flush. */
    void flush() {
        if (!dirty) {
            return;
        }
        for (int level = 1; level < CurveStore.LEVELS; level++) {
            write(level);
        }
        store.insert(fresh);
        store.update(changed);
        store.update(series);
        fresh.clear();
        changed.clear();
        dirty = false;
    }

    private void write(int level) {
        Bucket bucket = open[level];
        if (bucket != null) {
            (stored[level] ? changed : fresh).add(new Located(series.id(), level, bucket));
            stored[level] = true;
        }
    }
}
