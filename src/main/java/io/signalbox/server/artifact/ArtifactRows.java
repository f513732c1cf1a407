package io.signalbox.server.artifact;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.Artifact;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.ingest.Projection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The artifacts there are, as the event streams tell. Where training goes on from an earlier step, those of later ones are void. */
@Component
@Order(45)
class ArtifactRows implements Projection {

    private static final String COLUMNS = "name, kind, epoch, step, bytes, sha256, created_at";

    private final JdbcTemplate jdbc;

    ArtifactRows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void apply(Map<Long, List<Event>> events) {
        events.forEach(this::take);
    }

    private void take(long jobId, List<Event> events) {
        for (Event event : events) {
            long step = event.step() == null ? 0 : event.step();
            if (event.detail() instanceof Artifact artifact) {
                put(jobId, event, step, artifact);
            } else if (event.detail() instanceof TrainBegin) {
                jdbc.update("delete from artifact where job_id = ? and step > ?", jobId, step);
            }
        }
    }

    private void put(long jobId, Event event, long step, Artifact artifact) {
        jdbc.update("delete from artifact where job_id = ? and name = ? and step >= ?", jobId, artifact.name(), step);
        jdbc.update(
                "insert into artifact (job_id, " + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?)",
                jobId,
                artifact.name(),
                artifact.kind(),
                event.epoch(),
                step,
                artifact.bytes(),
                artifact.sha256(),
                OffsetDateTime.ofInstant(event.at(), ZoneOffset.UTC));
        List<Long> tooOld = jdbc.queryForList(
                "select step from artifact where job_id = ? and name = ? order by step desc offset ? rows",
                Long.class,
                jobId,
                artifact.name(),
                artifact.keep());
        if (!tooOld.isEmpty()) {
            jdbc.update(
                    "delete from artifact where job_id = ? and name = ? and step <= ?",
                    jobId,
                    artifact.name(),
                    tooOld.get(0));
        }
    }

    /**
     * A job's artifacts in the order of their steps, those of one step by name.
     *
     * @param name null for all
     * @param kind null for all
     * @param after what the last one before was; null for the first
     */
    List<ArtifactRow> of(long jobId, @Nullable String name, @Nullable String kind, @Nullable Place after, int limit) {
        StringBuilder sql = new StringBuilder("select " + COLUMNS + " from artifact where job_id = ?");
        List<Object> arguments = new ArrayList<>(List.of(jobId));
        if (name != null) {
            sql.append(" and name = ?");
            arguments.add(name);
        }
        if (kind != null) {
            sql.append(" and kind = ?");
            arguments.add(kind);
        }
        if (after != null) {
            sql.append(" and (step > ? or (step = ? and name > ?))");
            arguments.addAll(List.of(after.step(), after.step(), after.name()));
        }
        sql.append(" order by step, name fetch first ? rows only");
        arguments.add(limit);
        return jdbc.query(sql.toString(), (row, n) -> read(row), arguments.toArray());
    }

    /** Where an artifact stands in that order. */
    record Place(long step, String name) {}

    Optional<ArtifactRow> find(long jobId, String name, long step) {
        return jdbc
                .query(
                        "select " + COLUMNS + " from artifact where job_id = ? and name = ? and step = ?",
                        (row, n) -> read(row),
                        jobId,
                        name,
                        step)
                .stream()
                .findFirst();
    }

    private static ArtifactRow read(ResultSet row) throws SQLException {
        int epoch = row.getInt("epoch");
        return new ArtifactRow(
                row.getString("name"),
                row.getString("kind"),
                row.wasNull() ? null : epoch,
                row.getLong("step"),
                row.getLong("bytes"),
                row.getString("sha256"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
