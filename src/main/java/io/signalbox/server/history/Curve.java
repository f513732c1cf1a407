package io.signalbox.server.history;

import io.signalbox.server.history.CurveStore.Series;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A curve that grows: its open block and its open bucket of every level are kept here, so that a new point costs no read. Nothing
 * is to be written before {@link #flush}.
 */
final class Curve {

    private Series series;
    private final @Nullable Bucket[] open = new Bucket[CurveStore.LEVELS];
    private final boolean[] stored = new boolean[CurveStore.LEVELS];
    private CurveRows unwritten = new CurveRows();

    /** Points of one bucket of the finest level that are in no open bucket yet. */
    private @Nullable Bucket pending;

    private PointBlock block = new PointBlock();
    private boolean blockStored;
    private boolean dirty;

    Curve(CurveStore store, Series series) {
        this.series = series;
        if (series.points() > 0) {
            List<PointBlock> newest = store.blocks(series.id(), series.lastX(), series.lastX());
            block = newest.get(newest.size() - 1);
            blockStored = true;
        }
        for (int level = 0; level < CurveStore.LEVELS && series.points() > 0; level++) {
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
        if (block.isFull()) {
            writeBlock();
            block = new PointBlock();
            blockStored = false;
        }
        block.add(x, value);
        Bucket point = Bucket.of(begin(0, x), x, value);
        if (pending != null && pending.x0() == point.x0()) {
            pending = pending.and(point);
        } else {
            fold();
            pending = point;
        }
        series = new Series(series.id(), series.name(), series.axis(), series.points() + 1, x, value);
        dirty = true;
    }

    private static long begin(int level, long x) {
        return x - Math.floorMod(x, CurveStore.width(level));
    }

    /** Puts the pending points into the open bucket of every level. */
    private void fold() {
        if (pending == null) {
            return;
        }
        for (int level = 0; level < CurveStore.LEVELS; level++) {
            Bucket part = pending.from(begin(level, pending.x0()));
            Bucket bucket = open[level];
            if (bucket != null && bucket.x0() == part.x0()) {
                open[level] = bucket.and(part);
            } else {
                write(level);
                open[level] = part;
                stored[level] = false;
            }
        }
        pending = null;
    }

    /** Has what was added since the last flush written with other rows. */
    void flush(CurveRows rows) {
        if (!dirty) {
            return;
        }
        fold();
        writeBlock();
        for (int level = 0; level < CurveStore.LEVELS; level++) {
            write(level);
        }
        unwritten.update(series);
        rows.addAll(unwritten);
        unwritten = new CurveRows();
        dirty = false;
    }

    private void writeBlock() {
        if (blockStored) {
            unwritten.update(series.id(), block);
        } else {
            unwritten.insert(series.id(), block);
            blockStored = true;
        }
    }

    private void write(int level) {
        Bucket bucket = open[level];
        if (bucket != null) {
            if (stored[level]) {
                unwritten.update(series.id(), level, bucket);
            } else {
                unwritten.insert(series.id(), level, bucket);
            }
            stored[level] = true;
        }
    }
}
