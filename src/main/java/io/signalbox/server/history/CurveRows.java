package io.signalbox.server.history;

import io.signalbox.server.history.CurveStore.Located;
import io.signalbox.server.history.CurveStore.Series;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows to be written, of any number of curves: the database is asked once for each kind of row, and not for each curve. No row is in
 * it twice.
 */
final class CurveRows {

    final List<Object[]> newBlocks = new ArrayList<>();
    final List<Object[]> changedBlocks = new ArrayList<>();
    final List<Object[]> newBuckets = new ArrayList<>();
    final List<Object[]> changedBuckets = new ArrayList<>();
    final List<Object[]> changedSeries = new ArrayList<>();

    void insert(long seriesId, PointBlock block) {
        newBlocks.add(new Object[] {seriesId, block.x0(), block.bytes()});
    }

    void update(long seriesId, PointBlock block) {
        changedBlocks.add(new Object[] {block.bytes(), seriesId, block.x0()});
    }

    void insert(Located bucket) {
        newBuckets.add(arguments(bucket));
    }

    void update(Located bucket) {
        changedBuckets.add(arguments(bucket));
    }

    void update(Series series) {
        changedSeries.add(new Object[] {series.points(), series.lastX(), series.lastValue(), series.id()});
    }

    private static Object[] arguments(Located located) {
        Bucket b = located.bucket();
        return new Object[] {
            b.min(),
            b.max(),
            b.sum(),
            b.lastX(),
            b.last(),
            b.points(),
            located.seriesId(),
            CurveStore.width(located.level()),
            b.x0()
        };
    }
}
