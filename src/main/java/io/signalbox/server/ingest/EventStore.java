package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The stored event streams: gapless from 0 on, many events to a row. */
@Repository
public class EventStore {

    /** Rows of the first read; each further one reads twice as many, for rows hold from one event to hundreds. */
    private static final int FIRST_READ = 4;

    private final JdbcTemplate jdbc;

    EventStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Events of a job above {@code after}, as JSON, in order. */
    public List<Stored> after(long jobId, long after, int limit) {
        List<Stored> found = new ArrayList<>();
        long next = after + 1;
        for (int rows = FIRST_READ; ; rows *= 2) {
            List<EventBlock> blocks = read(jobId, next, rows);
            for (EventBlock block : blocks) {
                block.from(next, limit - found.size(), found);
                next = block.next();
            }
            if (blocks.size() < rows || found.size() >= limit) {
                return found;
            }
        }
    }

    /** Blocks from the one that holds {@code seq} on; where there is none, the newest. */
    private List<EventBlock> read(long jobId, long seq, int rows) {
        return jdbc.query("""
                select seq, body from event_block where job_id = ? and seq >= coalesce(
                    (select max(seq) from event_block where job_id = ? and seq <= ?), 0)
                order by seq limit ?""", (row, n) -> new EventBlock(row.getLong(1), row.getBytes(2)), jobId, jobId, seq, rows);
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

    /** @param events one or more, in order, none missing between them */
    void insert(long jobId, List<Event> events) {
        jdbc.batchUpdate(
                "insert into event_block (job_id, seq, body) values (?, ?, ?)",
                EventBlock.of(events).stream()
                        .map(block -> new Object[] {jobId, block.seq(), block.body()})
                        .toList());
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
