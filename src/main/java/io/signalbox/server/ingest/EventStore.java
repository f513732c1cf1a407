package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import io.signalbox.event.EventJson;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Servers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The stored event streams: gapless from 0 on, many events to a row. */
@Repository
public class EventStore {

    /** Rows of the first read; each further one reads twice as many, for rows hold from one event to hundreds. */
    private static final int FIRST_READ = 4;

    private static final long NONE = -1;

    /** So many blocks are gone through at once without a pause for others where what single steps tell is left out. */
    private static final int MOST_SKIPPED = 64;

    private final RecentEvents recent = new RecentEvents();
    private final JdbcTemplate jdbc;
    private final boolean alone;

    EventStore(JdbcTemplate jdbc, SignalboxProperties properties) {
        this.jdbc = jdbc;
        this.alone = properties.servers() == Servers.ONE;
    }

    /** Events of a job above {@code after}, as JSON, in order. */
    public List<Stored> after(long jobId, long after, int limit) {
        return read(jobId, after, NONE, limit).events();
    }

    /**
     * Events of a job above {@code after}, as JSON, in order; up to {@code stepsAfter} none that tells of a single step. Where
     * much is left out the answer can be short of {@code limit} and have more after it.
     */
    public Read read(long jobId, long after, long stepsAfter, int limit) {
        List<Stored> newest = recent.after(jobId, after);
        if (newest != null && after >= stepsAfter) {
            List<Stored> found = newest.size() > limit ? List.copyOf(newest.subList(0, limit)) : newest;
            return new Read(found, after + found.size(), found.size() == limit);
        }
        List<Stored> found = new ArrayList<>();
        long next = after + 1;
        for (int rows = FIRST_READ; ; rows *= 2) {
            List<EventBlock> blocks = blocks(jobId, next, rows);
            for (EventBlock block : blocks) {
                if (found.size() < limit) {
                    next = Math.max(next, block.from(next, stepsAfter, limit - found.size(), found));
                }
            }
            boolean more = blocks.size() == rows || found.size() == limit;
            if (!more || found.size() == limit || (next <= stepsAfter && rows >= MOST_SKIPPED)) {
                return new Read(found, next - 1, more);
            }
        }
    }

    /**
     * Blocks from the one that holds {@code seq} on; where there is none, the newest. Ordered by the whole key, else H2 reads
     * every block after it before it gives the first.
     */
    private List<EventBlock> blocks(long jobId, long seq, int rows) {
        return jdbc.query("""
                select seq, body from event_block where job_id = ? and seq >= coalesce(
                    (select seq from event_block where job_id = ? and seq <= ? order by job_id desc, seq desc limit 1), 0)
                order by job_id, seq limit ?""", (row, n) -> new EventBlock(row.getLong(1), row.getBytes(2)), jobId, jobId, seq, rows);
    }

    /** Seq of the newest event of each job, -1 for none; locks their streams, in their order, until the transaction ends. */
    Map<Long, Long> lockLastSeqs(Collection<Long> jobIds) {
        Map<Long, Long> found = new HashMap<>();
        jdbc.query(
                "select job_id, last_seq from job_progress where job_id = any(?) order by job_id for update",
                row -> {
                    found.put(row.getLong(1), row.getLong(2));
                },
                (Object) jobIds.toArray(Long[]::new));
        for (Long id : jobIds) {
            if (!found.containsKey(id)) {
                throw noJob(id);
            }
        }
        return found;
    }

    /** The newest attempt of each job. */
    Map<Long, Integer> attempts(Collection<Long> jobIds) {
        Map<Long, Integer> found = new HashMap<>();
        jdbc.query(
                "select id, attempt from job where id = any(?)",
                row -> {
                    found.put(row.getLong(1), row.getInt(2));
                },
                (Object) jobIds.toArray(Long[]::new));
        return found;
    }

    /** Locks a job's stream until the transaction ends, where there is such a job. */
    void lock(long jobId) {
        jdbc.query("select 1 from job_progress where job_id = ? for update", row -> {}, jobId);
    }

    /** Seq of the newest event of a job, -1 for none. */
    public long lastSeq(long jobId) {
        return jdbc
                .query("select last_seq from job_progress where job_id = ?", (row, n) -> row.getLong(1), jobId)
                .stream()
                .findFirst()
                .orElseThrow(() -> noJob(jobId));
    }

    private static IllegalStateException noJob(long id) {
        return new IllegalStateException("there is no job " + id);
    }

    /** @param events of each job one or more, in order, none missing between them */
    void insert(Map<Long, List<Stored>> events) {
        List<Object[]> blocks = new ArrayList<>();
        List<Object[]> lastSeqs = new ArrayList<>();
        events.forEach((jobId, fresh) -> {
            EventBlock.of(fresh).forEach(block -> blocks.add(new Object[] {jobId, block.seq(), block.body()}));
            lastSeqs.add(new Object[] {fresh.get(fresh.size() - 1).seq(), jobId});
        });
        jdbc.batchUpdate("insert into event_block (job_id, seq, body) values (?, ?, ?)", blocks);
        jdbc.batchUpdate("update job_progress set last_seq = ? where job_id = ?", lastSeqs);
    }

    /** What was inserted is committed. */
    void committed(long jobId, List<Stored> events) {
        if (alone) { // of several servers none knows whether its own events are the newest
            recent.add(jobId, events);
        }
    }

    /**
     * An event as stored.
     *
     * @param body its JSON as on the wire
     */
    public record Stored(long seq, String type, String body) {

        static Stored of(Event event) {
            return new Stored(event.seq(), EventJson.typeOf(event.detail()), EventJson.write(event));
        }
    }

    /**
     * What was found.
     *
     * @param upTo seq of the last event that was looked at, or that there was nothing after
     * @param more whether there may be more
     */
    public record Read(List<Stored> events, long upTo, boolean more) {}
}
