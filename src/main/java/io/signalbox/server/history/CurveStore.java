package io.signalbox.server.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;

/** Rows of curves and of their buckets. */
@Repository
class CurveStore {

    /**
     * Widths of buckets grow eightfold: a query reads at most eight times the points it answers, and the levels above the
     * points themselves cost a seventh of them.
     */
    static final int FACTOR = 8;

    /** Width 1 (the points) to 8^8: the coarsest answers 16 billion steps with 1,000 buckets. */
    static final int LEVELS = 9;

    private static final String BUCKET_COLUMNS = "x0, min_value, max_value, sum_value, last_x, last_value, points";

    private final JdbcTemplate jdbc;

    CurveStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A curve's row. */
    record Series(long id, String name, Axis axis, long points, long lastX, double lastValue) {}

    static long width(int level) {
        return 1L << (3 * level);
    }

    List<Series> series(long jobId) {
        return jdbc.query("""
                select id, name, axis, points, last_x, last_value from series where job_id = ?
                order by axis desc, name""", (row, n) -> readSeries(row), jobId);
    }

    Optional<Series> series(long jobId, String name, Axis axis) {
        return jdbc.query("""
                        select id, name, axis, points, last_x, last_value from series
                        where job_id = ? and name = ? and axis = ?""", (row, n) -> readSeries(row), jobId, name, axis.wireName()).stream()
                .findFirst();
    }

    long create(long jobId, String name, Axis axis) {
        var key = new GeneratedKeyHolder();
        jdbc.update(
                connection -> {
                    var insert = connection.prepareStatement("""
                            insert into series (job_id, name, axis, points, last_x, last_value)
                            values (?, ?, ?, 0, -1, 0)""", new String[] {"id"});
                    insert.setLong(1, jobId);
                    insert.setString(2, name);
                    insert.setString(3, axis.wireName());
                    return insert;
                },
                key);
        Number id = key.getKey();
        if (id == null) {
            throw new IllegalStateException("the database gave no id for a new series");
        }
        return id.longValue();
    }

    void update(Series series) {
        jdbc.update(
                "update series set points = ?, last_x = ?, last_value = ? where id = ?",
                series.points(),
                series.lastX(),
                series.lastValue(),
                series.id());
    }

    /** Buckets of a level that overlap {@code from <= x <= to}, in order. */
    List<Bucket> buckets(long seriesId, int level, long from, long to) {
        return jdbc.query(
                "select " + BUCKET_COLUMNS
                        + " from bucket where series_id = ? and width = ? and x0 > ? and x0 <= ? order by x0",
                (row, n) -> readBucket(row),
                seriesId,
                width(level),
                from - width(level),
                to);
    }

    void insert(Collection<Located> buckets) {
        jdbc.batchUpdate("""
                insert into bucket (min_value, max_value, sum_value, last_x, last_value, points, series_id, width, x0)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""", arguments(buckets));
    }

    void update(Collection<Located> buckets) {
        jdbc.batchUpdate("""
                update bucket set min_value = ?, max_value = ?, sum_value = ?, last_x = ?, last_value = ?, points = ?
                where series_id = ? and width = ? and x0 = ?""", arguments(buckets));
    }

    /** A bucket and where it belongs. */
    record Located(long seriesId, int level, Bucket bucket) {}

    /** Takes every point at or beyond {@code x} out of a curve, and its share out of the buckets. */
    void truncate(Series series, long x) {
        for (int level = 0; level < LEVELS; level++) {
            long width = width(level);
            jdbc.update(
                    "delete from bucket where series_id = ? and width = ? and x0 > ?", series.id(), width, x - width);
            long x0 = x - Math.floorMod(x, width);
            if (level > 0 && x0 < x) {
                rebuild(series.id(), level, x0, x);
            }
        }
        List<Bucket> top = buckets(series.id(), LEVELS - 1, 0, Long.MAX_VALUE);
        long points = top.stream().mapToLong(Bucket::points).sum();
        Bucket last = top.isEmpty() ? Bucket.of(0, -1, 0) : top.get(top.size() - 1);
        update(new Series(series.id(), series.name(), series.axis(), points, last.lastX(), last.last()));
    }

    private void rebuild(long seriesId, int level, long x0, long x) {
        buckets(seriesId, level - 1, x0, x - 1).stream()
                .reduce(Bucket::and)
                .ifPresent(bucket -> insert(List.of(new Located(seriesId, level, bucket))));
    }

    private static List<Object[]> arguments(Collection<Located> buckets) {
        List<Object[]> arguments = new ArrayList<>(buckets.size());
        for (Located located : buckets) {
            Bucket b = located.bucket();
            arguments.add(new Object[] {
                b.min(),
                b.max(),
                b.sum(),
                b.lastX(),
                b.last(),
                b.points(),
                located.seriesId(),
                width(located.level()),
                b.x0()
            });
        }
        return arguments;
    }

    private static Series readSeries(ResultSet row) throws SQLException {
        return new Series(
                row.getLong(1),
                row.getString(2),
                row.getString(3).equals("step") ? Axis.STEP : Axis.EPOCH,
                row.getLong(4),
                row.getLong(5),
                row.getDouble(6));
    }

    private static Bucket readBucket(ResultSet row) throws SQLException {
        return new Bucket(
                row.getLong(1),
                row.getDouble(2),
                row.getDouble(3),
                row.getDouble(4),
                row.getLong(5),
                row.getDouble(6),
                row.getLong(7));
    }
}
