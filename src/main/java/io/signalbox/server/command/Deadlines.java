package io.signalbox.server.command;

import io.signalbox.server.Uptime;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Until when trainers may take to end by themselves that were told to. The time is counted while this server sees the command, so
 * that a clock that is set ends nobody; a server that comes after counts anew. Used by one thread.
 */
@Component
public class Deadlines {

    private static final String COUNTED = """
            select c.ordinal, c.job_id, c.requested_at, c.kill_at from command c join job j on j.id = c.job_id
            where c.kill_at is not null and not c.over_with and c.state in ('PENDING', 'APPLIED')
            and j.state in ('STARTING', 'RUNNING', 'PAUSED', 'STOPPING')""";

    private final JdbcTemplate jdbc;
    private final Uptime uptime;
    private Map<Long, Duration> seen = Map.of();

    Deadlines(JdbcTemplate jdbc, Uptime uptime) {
        this.jdbc = jdbc;
        this.uptime = uptime;
    }

    private record Deadline(long ordinal, long jobId, Duration time) {}

    /** Jobs whose trainer should have ended by now. */
    public List<Long> passed() {
        Duration now = uptime.now();
        Map<Long, Duration> since = new HashMap<>();
        List<Long> passed = counted().stream()
                .filter(deadline -> {
                    Duration first = seen.getOrDefault(deadline.ordinal(), now);
                    since.put(deadline.ordinal(), first);
                    return now.minus(first).compareTo(deadline.time()) >= 0;
                })
                .map(Deadline::jobId)
                .distinct()
                .toList();
        seen = since;
        return passed;
    }

    private List<Deadline> counted() {
        return jdbc.query(
                COUNTED,
                (row, n) -> new Deadline(
                        row.getLong("ordinal"),
                        row.getLong("job_id"),
                        Duration.between(
                                row.getObject("requested_at", OffsetDateTime.class),
                                row.getObject("kill_at", OffsetDateTime.class))));
    }
}
