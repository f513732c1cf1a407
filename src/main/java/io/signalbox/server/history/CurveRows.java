package io.signalbox.server.history;

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

    void insert(long seriesId, int level, Bucket bucket) {
        newBuckets.add(arguments(seriesId, level, bucket));
    }

    void update(long seriesId, int level, Bucket bucket) {
        changedBuckets.add(arguments(seriesId, level, bucket));
    }

    void update(Series series) {
        changedSeries.add(new Object[] {series.points(), series.lastX(), series.lastValue(), series.id()});
    }

    void addAll(CurveRows more) {
        newBlocks.addAll(more.newBlocks);
        changedBlocks.addAll(more.changedBlocks);
        newBuckets.addAll(more.newBuckets);
        changedBuckets.addAll(more.changedBuckets);
        changedSeries.addAll(more.changedSeries);
    }

    private static Object[] arguments(long seriesId, int level, Bucket b) {
        return new Object[] {
            b.min(), b.max(), b.sum(), b.lastX(), b.last(), b.points(), seriesId, CurveStore.width(level), b.x0()
        };
    }
}
