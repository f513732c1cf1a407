package io.signalbox.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Puts the record of a long run into the database of a server that stands still, as ingest would have left it: an event for
 * each step, its loss as points and in buckets. A million steps through a trainer would take longer than all benchmarks.
 */
final class RecordedRun {

    private static final int BLOCK_POINTS = 64;
    private static final int FINEST = 64;
    private static final int FACTOR = 8;
    private static final int LEVELS = 7;
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int BATCH = 1000;

    /** The loss of the one step that must not be lost among the others. */
    static final double SPIKE = 50;

    private final long jobId;
    private final int steps;

    RecordedRun(long jobId, int steps) {
        this.jobId = jobId;
        this.steps = steps;
    }

    private double loss(int step) {
        return step == steps / 3 ? SPIKE : 2 * Math.exp(-step / (steps / 4.0)) + 0.1 * Math.sin(step * 0.7) + 0.2;
    }

    void write(Connection database) throws SQLException {
        database.setAutoCommit(false);
        writeEvents(database);
        writeCurve(database);
        database.commit();
    }

    private void writeEvents(Connection database) throws SQLException {
        update(database, "delete from event_block where job_id = ?", jobId);
        try (PreparedStatement insert =
                database.prepareStatement("insert into event_block (job_id, seq, body) values (?, ?, ?)")) {
            var body = new ByteArrayOutputStream();
            long first = 0;
            body.writeBytes(line(
                    0,
                    "train_begin",
                    0,
                    "\"epochs\":1,\"steps_per_epoch\":" + steps + ",\"parameters\":100,\"resumed_from\":null"));
            for (int step = 0; step < steps; step++) {
                byte[] line = line(
                        step + 1L, "batch_end", step, "\"batch\":" + step + ",\"logs\":{\"loss\":" + loss(step) + "}");
                if (body.size() + line.length > BLOCK_BYTES) {
                    addBlock(insert, first, body);
                    first = step + 1L;
                }
                body.writeBytes(line);
            }
            addBlock(insert, first, body);
            insert.executeBatch();
        }
        update(
                database,
                "update job_progress set last_seq = ?, curves_seq = ?, epoch = 0, epochs = 1, step = ?, steps_per_epoch = ?"
                        + " where job_id = ?",
                (long) steps,
                (long) steps,
                (long) steps,
                steps,
                jobId);
    }

    private void addBlock(PreparedStatement insert, long first, ByteArrayOutputStream body) throws SQLException {
        insert.setLong(1, jobId);
        insert.setLong(2, first);
        insert.setBytes(3, body.toByteArray());
        insert.addBatch();
        body.reset();
    }

    private byte[] line(long seq, String type, long step, String fields) {
        return (type + " {\"seq\":" + seq + ",\"at\":\"2026-03-01T12:00:00.000Z\",\"job_id\":" + jobId
                        + ",\"attempt\":1,\"type\":\"" + type + "\",\"epoch\":0,\"step\":" + step + "," + fields
                        + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void writeCurve(Connection database) throws SQLException {
        update(database, "delete from series where job_id = ?", jobId);
        update(
                database,
                "insert into series (job_id, name, axis, points, last_x, last_value) values (?, 'loss', 'step', ?, ?, ?)",
                jobId,
                (long) steps,
                steps - 1L,
                loss(steps - 1));
        long series;
        try (PreparedStatement query = database.prepareStatement("select id from series where job_id = ?")) {
            query.setLong(1, jobId);
            var row = query.executeQuery();
            row.next();
            series = row.getLong(1);
        }
        try (PreparedStatement insert =
                database.prepareStatement("insert into point_block (series_id, x0, body) values (?, ?, ?)")) {
            for (int x0 = 0; x0 < steps; x0 += BLOCK_POINTS) {
                int end = Math.min(steps, x0 + BLOCK_POINTS);
                ByteBuffer points = ByteBuffer.allocate((end - x0) * 2 * Long.BYTES);
                for (int x = x0; x < end; x++) {
                    points.putLong(x).putDouble(loss(x));
                }
                insert.setLong(1, series);
                insert.setLong(2, x0);
                insert.setBytes(3, points.array());
                insert.addBatch();
                if (x0 / BLOCK_POINTS % BATCH == 0) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
        }
        long width = FINEST;
        for (int level = 0; level < LEVELS; level++, width *= FACTOR) {
            writeBuckets(database, series, width);
        }
    }

    private void writeBuckets(Connection database, long series, long width) throws SQLException {
        try (PreparedStatement insert = database.prepareStatement("""
                insert into bucket (series_id, width, x0, min_value, max_value, sum_value, last_x, last_value, points)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (long x0 = 0; x0 < steps; x0 += width) {
                int end = (int) Math.min(steps, x0 + width);
                double min = Double.POSITIVE_INFINITY;
                double max = Double.NEGATIVE_INFINITY;
                double sum = 0;
                for (int x = (int) x0; x < end; x++) {
                    double value = loss(x);
                    min = Math.min(min, value);
                    max = Math.max(max, value);
                    sum += value;
                }
                Object[] values = {series, width, x0, min, max, sum, end - 1L, loss(end - 1), end - x0};
                for (int i = 0; i < values.length; i++) {
                    insert.setObject(i + 1, values[i]);
                }
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void update(Connection database, String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.executeUpdate();
        }
    }
}
