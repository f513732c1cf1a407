package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import io.signalbox.event.EventJson;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The stored event streams. */
@Repository
public class EventStore {

    private final JdbcTemplate jdbc;

    EventStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Events of a job above {@code after}, as JSON, in order. */
    public List<Stored> after(long jobId, long after, int limit) {
        return jdbc.query(
                "select seq, type, body from event where job_id = ? and seq > ? order by seq limit ?",
                (row, n) -> new Stored(row.getLong(1), row.getString(2), row.getString(3)),
                jobId,
                after,
                limit);
    }

    /** Seq of the newest event of a job, -1 for none; locks the job's stream until the transaction ends. */
    long lockLastSeq(long jobId) {
        return lastSeq("select last_seq from job_progress where job_id = ? for update", jobId);
    }

    /** Seq of the newest event of a job, -1 for none. */
    public long lastSeq(long jobId) {
        return lastSeq("select last_seq from job_progress where job_id = ?", jobId);
    }

    private long lastSeq(String query, long jobId) {
        return jdbc.query(query, (row, n) -> row.getLong(1), jobId).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no job " + jobId));
    }

    void insert(long jobId, List<Event> events) {
        jdbc.batchUpdate(
                "insert into event (job_id, seq, type, body) values (?, ?, ?, ?)",
                events,
                events.size(),
                (row, event) -> {
                    row.setLong(1, jobId);
                    row.setLong(2, event.seq());
                    row.setString(3, EventJson.typeOf(event.detail()));
                    row.setString(4, EventJson.write(event));
                });
        jdbc.update(
                "update job_progress set last_seq = ? where job_id = ?",
                events.get(events.size() - 1).seq(),
                jobId);
    }

    /**
     * An event as stored.
     *
     * @param body its JSON as on the wire
     */
    public record Stored(long seq, String type, String body) {}
}
