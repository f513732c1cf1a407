package io.signalbox.server.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;

/** Rows of curves and of their buckets. */
@Repository
class CurveStore {

    /** Steps that the finest buckets hold: below them a query reads the points themselves, at most 64 for each it answers. */
    private static final int FINEST = 64;

    /** Each level's buckets are eight times as wide as those below: 64 to 8^8, which show 16 billion steps in 1,000. */
    private static final int FACTOR_BITS = 3;

    static final int LEVELS = 7;

    private static final String BUCKET_COLUMNS = "x0, min_value, max_value, sum_value, last_x, last_value, points";

    private final JdbcTemplate jdbc;

    CurveStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A curve's row. */
    record Series(long id, String name, Axis axis, long points, long lastX, double lastValue) {}

    static long width(int level) {
        return (long) FINEST << (FACTOR_BITS * level);
    }

    List<Series> series(long jobId) {
        return jdbc.query("""
                select id, name, axis, points, last_x, last_value from series where job_id = ?
                order by axis desc, name""", (row, n) -> readSeries(row), jobId);
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

    /**
     * The blocks of points that hold those with {@code from <= x <= to}, in order. The first is looked up by the whole key's
     * order: for a maximum H2 would read every block before it.
     */
    List<PointBlock> blocks(long seriesId, long from, long to) {
        return jdbc.query("""
                select body from point_block where series_id = ? and x0 <= ? and x0 >= coalesce(
                    (select x0 from point_block where series_id = ? and x0 <= ? order by series_id desc, x0 desc limit 1), 0)
                order by x0""", (row, n) -> new PointBlock(row.getBytes(1)), seriesId, to, seriesId, from);
    }

    /** The points with {@code from <= x <= to}, in order. */
    List<Bucket> points(long seriesId, long from, long to) {
        return blocks(seriesId, from, to).stream()
                .flatMap(block -> block.between(from, to).stream())
                .toList();
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

    /** Writes rows; after it none of them is to be written again. */
    void write(CurveRows rows) {
        jdbc.batchUpdate("insert into point_block (series_id, x0, body) values (?, ?, ?)", rows.newBlocks);
        jdbc.batchUpdate("update point_block set body = ? where series_id = ? and x0 = ?", rows.changedBlocks);
        jdbc.batchUpdate("""
                insert into bucket (min_value, max_value, sum_value, last_x, last_value, points, series_id, width, x0)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""", rows.newBuckets);
        jdbc.batchUpdate("""
                update bucket set min_value = ?, max_value = ?, sum_value = ?, last_x = ?, last_value = ?, points = ?
                where series_id = ? and width = ? and x0 = ?""", rows.changedBuckets);
        jdbc.batchUpdate("update series set points = ?, last_x = ?, last_value = ? where id = ?", rows.changedSeries);
    }

    /** Takes every point at or beyond {@code x} out of a curve, and its share out of the buckets. */
    void truncate(Series series, long x) {
        List<PointBlock> cut = blocks(series.id(), x - 1, x - 1);
        jdbc.update("delete from point_block where series_id = ? and x0 >= ?", series.id(), x);
        CurveRows rows = new CurveRows();
        cut.stream()
                .map(block -> block.before(x))
                .filter(block -> !block.isEmpty())
                .forEach(block -> rows.update(series.id(), block));
        write(rows);
        for (int level = 0; level < LEVELS; level++) {
            long width = width(level);
            jdbc.update(
                    "delete from bucket where series_id = ? and width = ? and x0 > ?", series.id(), width, x - width);
            long x0 = x - Math.floorMod(x, width);
            if (x0 < x) {
                rebuild(series.id(), level, x0, x);
            }
        }
        List<Bucket> top = buckets(series.id(), LEVELS - 1, 0, Long.MAX_VALUE);
        long points = top.stream().mapToLong(Bucket::points).sum();
        Bucket last = top.isEmpty() ? Bucket.of(0, -1, 0) : top.get(top.size() - 1);
        CurveRows shorter = new CurveRows();
        shorter.update(new Series(series.id(), series.name(), series.axis(), points, last.lastX(), last.last()));
        write(shorter);
    }

    private void rebuild(long seriesId, int level, long x0, long x) {
        List<Bucket> parts = level == 0 ? points(seriesId, x0, x - 1) : buckets(seriesId, level - 1, x0, x - 1);
        CurveRows rows = new CurveRows();
        parts.stream()
                .reduce(Bucket::and)
                .map(bucket -> bucket.from(x0))
                .ifPresent(bucket -> rows.insert(seriesId, level, bucket));
        write(rows);
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
