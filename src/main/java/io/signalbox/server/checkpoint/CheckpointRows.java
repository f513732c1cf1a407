package io.signalbox.server.checkpoint;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.server.ingest.Projection;
import io.signalbox.server.job.CheckpointNames;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The checkpoints there are, as the event streams tell. */
@Component
@Order(40)
class CheckpointRows implements Projection, CheckpointNames {

    private static final String BEST = "best";
    private static final String LATEST = "latest";

    private final JdbcTemplate jdbc;
    private final JsonMapper json;

    CheckpointRows(JdbcTemplate jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @Override
    public void apply(Map<Long, List<Event>> events) {
        events.forEach(this::take);
    }

    private void take(long jobId, List<Event> events) {
        for (Event event : events) {
            if (event.detail() instanceof CheckpointSaved saved) {
                put(jobId, event, saved);
            } else if (event.detail() instanceof CheckpointRemoved removed) {
                jdbc.update("delete from checkpoint where job_id = ? and name = ?", jobId, removed.name());
            }
        }
    }

    private void put(long jobId, Event event, CheckpointSaved saved) {
        Failpoint.reach("checkpoint.register");
        boolean best = saved.tags().contains(BEST);
        boolean latest = saved.tags().contains(LATEST);
        if (best) {
            jdbc.update("update checkpoint set best = false where job_id = ?", jobId);
        }
        if (latest) {
            jdbc.update("update checkpoint set latest = false where job_id = ?", jobId);
        }
        jdbc.update("delete from checkpoint where job_id = ? and name = ?", jobId, saved.name());
        jdbc.update(
                """
                insert into checkpoint (job_id, name, epoch, step, metrics, bytes, sha256, created_at, kind, best, latest)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                jobId,
                saved.name(),
                event.epoch() == null ? 0 : event.epoch(),
                event.step() == null ? 0 : event.step(),
                json.writeValueAsString(saved.metrics()),
                saved.bytes(),
                saved.sha256(),
                OffsetDateTime.ofInstant(event.at(), ZoneOffset.UTC),
                saved.kind(),
                best,
                latest);
    }

    List<CheckpointRow> of(long jobId) {
        return jdbc.query("""
                select name, epoch, step, metrics, bytes, sha256, created_at, kind, best, latest from checkpoint
                where job_id = ? order by step desc, created_at desc, name""", (row, n) -> read(row), jobId);
    }

    /** The checkpoint of that name, or the one that {@code best} or {@code latest} names. */
    Optional<CheckpointRow> find(long jobId, String name) {
        List<CheckpointRow> rows = of(jobId);
        return rows.stream()
                .filter(row -> row.tags().contains(name))
                .findFirst()
                .or(() -> rows.stream().filter(row -> row.name().equals(name)).findFirst());
    }

    @Override
    public Optional<String> nameOf(long jobId, String called) {
        return find(jobId, called).map(CheckpointRow::name);
    }

    @Override
    public Map<String, String> manifests(long jobId) {
        return of(jobId).stream().collect(Collectors.toMap(CheckpointRow::name, CheckpointRow::sha256));
    }

    @Override
    public long bytes() {
        Long sum = jdbc.queryForObject("select coalesce(sum(bytes), 0) from checkpoint", Long.class);
        return sum == null ? 0 : sum;
    }

    private CheckpointRow read(ResultSet row) throws SQLException {
        List<String> tags = new ArrayList<>();
        if (row.getBoolean("best")) {
            tags.add(BEST);
        }
        if (row.getBoolean("latest")) {
            tags.add(LATEST);
        }
        return new CheckpointRow(
                row.getString("name"),
                row.getInt("epoch"),
                row.getLong("step"),
                json.readValue(row.getString("metrics"), new TypeReference<LinkedHashMap<String, Double>>() {}),
                row.getLong("bytes"),
                row.getString("sha256"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("kind"),
                tags);
    }
}
