package io.signalbox.server.history;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochBegin;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.event.EventJson;
import io.signalbox.server.ingest.EventStore;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * What jobs told of single steps and is not in the tables of their curves yet. Rows of curves are written for many steps at a
 * time: for each frame, they would cost the database ten times what the events themselves do. Everything else that an event may
 * tell has the curves written at once.
 */
@Repository
class Tail {

    /** Events after which the curves are written. */
    static final int LONGEST = 256;

    /** The last frame before they are written may be a whole one. */
    private static final int READ = 4 * LONGEST;

    private final EventStore events;
    private final JdbcTemplate jdbc;

    Tail(EventStore events, JdbcTemplate jdbc) {
        this.events = events;
        this.jdbc = jdbc;
    }

    /** Whether an event may wait before the curves are written. */
    static boolean mayWait(Event event) {
        return event.detail() instanceof BatchEnd
                || event.detail() instanceof MetricsLogged
                || event.detail() instanceof EpochBegin;
    }

    /**
     * Passes the points of a job's tail on, in order.
     *
     * @param before seq of the first event that is none of it
     * @return how many events it has
     */
    int read(long jobId, long before, Points.Sink sink) {
        record From(long seq, double learningRate) {}
        List<From> found = jdbc.query(
                "select curves_seq, learning_rate from job_progress where job_id = ?",
                (row, n) -> {
                    long seq = row.getLong(1);
                    double rate = row.getDouble(2);
                    return new From(seq, row.wasNull() ? Double.NaN : rate);
                },
                jobId);
        int count = 0;
        for (From from : found) {
            for (EventStore.Stored stored : events.after(jobId, from.seq(), READ)) {
                if (stored.seq() < before) {
                    count++;
                    Points.of(EventJson.read(stored.body()), from.learningRate(), sink);
                }
            }
        }
        return count;
    }

    /** @param seqs up to which event the curves of each job are written */
    void writtenUpTo(Map<Long, Long> seqs) {
        jdbc.batchUpdate(
                "update job_progress set curves_seq = ? where job_id = ?",
                seqs.entrySet().stream()
                        .map(it -> new Object[] {it.getValue(), it.getKey()})
                        .toList());
    }
}
