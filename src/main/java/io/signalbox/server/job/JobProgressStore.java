package io.signalbox.server.job;

import io.signalbox.event.Explanation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Progress rows: one a job, written at every commit of its stream. */
@Repository
class JobProgressStore {

    private static final String COLUMNS = """
            job_id, last_seq, epoch, epochs, step, steps_per_epoch, examples_per_second, latest, best_value, best_epoch,
            learning_rate, learning_rate_owner, callbacks""";

    private final JdbcTemplate jdbc;
    private final NamedParameterJdbcTemplate named;
    private final JsonMapper json;

    JobProgressStore(JdbcTemplate jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.named = new NamedParameterJdbcTemplate(jdbc);
        this.json = json;
    }

    void create(long jobId, int epochs, int stepsPerEpoch, double learningRate) {
        jdbc.update("""
                insert into job_progress (job_id, last_seq, epoch, epochs, step, steps_per_epoch, examples_per_second,
                latest, learning_rate, learning_rate_owner) values (?, -1, 0, ?, 0, ?, 0, '{}', ?, 'optimizer')""", jobId, epochs, stepsPerEpoch, learningRate);
    }

    JobProgress get(long jobId) {
        return jdbc.queryForObject(
                "select " + COLUMNS + " from job_progress where job_id = ?", (row, n) -> read(row), jobId);
    }

    Map<Long, JobProgress> get(Collection<Long> jobIds) {
        Map<Long, JobProgress> found = new HashMap<>();
        if (!jobIds.isEmpty()) {
            named.query(
                    "select " + COLUMNS + " from job_progress where job_id in (:ids)", Map.of("ids", jobIds), row -> {
                        found.put(row.getLong("job_id"), read(row));
                    });
        }
        return found;
    }

    /** Writes all of each but {@code callbacks}, which are long and seldom change, and what others write. */
    void update(List<JobProgress> changed) {
        jdbc.batchUpdate(
                """
                update job_progress set epoch = ?, epochs = ?, step = ?, steps_per_epoch = ?, examples_per_second = ?,
                latest = ?, learning_rate = ?, learning_rate_owner = ? where job_id = ?""",
                changed.stream()
                        .map(p -> new Object[] {
                            p.epoch(),
                            p.epochs(),
                            p.step(),
                            p.stepsPerEpoch(),
                            p.examplesPerSecond(),
                            json.writeValueAsString(p.latest()),
                            p.learningRate(),
                            p.learningRateOwner(),
                            p.jobId()
                        })
                        .toList());
    }

    void updateCallbacks(List<JobProgress> changed) {
        jdbc.batchUpdate(
                "update job_progress set callbacks = ? where job_id = ?",
                changed.stream()
                        .map(p -> new Object[] {json.writeValueAsString(p.callbacks()), p.jobId()})
                        .toList());
    }

    private JobProgress read(ResultSet row) throws SQLException {
        return new JobProgress(
                row.getLong("job_id"),
                row.getLong("last_seq"),
                row.getInt("epoch"),
                row.getInt("epochs"),
                row.getLong("step"),
                row.getInt("steps_per_epoch"),
                row.getDouble("examples_per_second"),
                json.readValue(row.getString("latest"), new TypeReference<LinkedHashMap<String, Double>>() {}),
                (Double) row.getObject("best_value"),
                (Integer) row.getObject("best_epoch"),
                (Double) row.getObject("learning_rate"),
                row.getString("learning_rate_owner"),
                callbacks(row.getString("callbacks")));
    }

    private @Nullable List<Explanation> callbacks(@Nullable String column) {
        return column == null ? null : json.readValue(column, new TypeReference<List<Explanation>>() {});
    }
}
