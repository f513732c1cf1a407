package io.signalbox.server.notify;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionTemplate;

/** What is to be sent and what became of it: rows written in the transaction of the event that they tell of. */
@Repository
class Notifications {

    private static final int LONGEST_ERROR = 500;
    private static final RowMapper<Notification> ROW = (row, n) -> new Notification(
            row.getLong("id"),
            row.getLong("job_id"),
            row.getLong("seq"),
            row.getString("callback"),
            row.getString("event"),
            Way.valueOf(row.getString("way")),
            row.getString("body"),
            row.getString("state"),
            row.getInt("attempts"),
            row.getString("error"));

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;

    Notifications(JdbcTemplate jdbc, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** How something is sent. */
    enum Way {
        WEBHOOK,
        EMAIL,
        MONITOR
    }

    /**
     * Something to send.
     *
     * @param callback whose it is: address and headers are in the job's spec under that name
     * @param state {@code PENDING}, {@code SENT} or {@code FAILED}
     */
    record Notification(
            long id,
            long jobId,
            long seq,
            String callback,
            String event,
            Way way,
            String body,
            String state,
            int attempts,
            @Nullable String error) {}

    void insert(Notification row, Instant now) {
        jdbc.update(
                """
                insert into notification (job_id, seq, callback, event, way, body, state, attempts, due_at)
                values (?, ?, ?, ?, ?, ?, 'PENDING', 0, ?)""",
                row.jobId(),
                row.seq(),
                row.callback(),
                row.event(),
                row.way().name(),
                row.body(),
                utc(now));
    }

    int countPending(long jobId) {
        Integer count = jdbc.queryForObject(
                "select count(*) from notification where job_id = ? and state = 'PENDING'", Integer.class, jobId);
        return count == null ? 0 : count;
    }

    /**
     * Those to be sent now; of one callback only the oldest, so that their order is kept.
     *
     * @param latest a time beyond it was noted down before the clock was set back
     */
    List<Notification> due(Instant now, Instant latest, int limit) {
        return jdbc.query("""
                select * from notification n where state = 'PENDING' and (due_at <= ? or due_at > ?) and not exists (
                  select 1 from notification earlier where earlier.job_id = n.job_id and earlier.callback = n.callback
                  and earlier.way = n.way and earlier.state = 'PENDING' and earlier.id < n.id)
                order by id limit ?""", ROW, utc(now), utc(latest), limit);
    }

    boolean anyPending() {
        return !jdbc.queryForList("select id from notification where state = 'PENDING' limit 1")
                .isEmpty();
    }

    /** The newest of a job first. */
    List<Notification> of(long jobId, int limit) {
        return jdbc.query("select * from notification where job_id = ? order by id desc limit ?", ROW, jobId, limit);
    }

    void sent(Notification row) {
        if (row.way() == Way.MONITOR) { // there is one for every epoch
            write("delete from notification where id = ?", row.id());
        } else {
            write(
                    "update notification set state = 'SENT', attempts = attempts + 1, error = null where id = ?",
                    row.id());
        }
    }

    void failed(Notification row, String error, @Nullable Instant again) {
        write(
                "update notification set state = ?, attempts = attempts + 1, error = ?, due_at = ? where id = ?",
                again == null ? "FAILED" : "PENDING",
                error.substring(0, Math.min(LONGEST_ERROR, error.length())),
                utc(again == null ? Instant.EPOCH : again),
                row.id());
    }

    private void write(String statement, Object... arguments) {
        transactions.executeWithoutResult(status -> jdbc.update(statement, arguments));
    }

    private static OffsetDateTime utc(Instant time) {
        return OffsetDateTime.ofInstant(time, ZoneOffset.UTC);
    }
}
