package io.signalbox.server.job;

import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.JobSpec;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How long a job would train, as far as earlier ones tell: by the speed of the newest that trained the same network on the same
 * data in batches of the same size. What the machine does beside it is not known.
 */
@Component
class TimeEstimate {

    private static final int MOST_LOOKED_AT = 100;

    private final JdbcTemplate jdbc;
    private final JsonMapper json;

    TimeEstimate(JdbcTemplate jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    private record Earlier(long jobId, String spec, double examplesPerSecond) {}

    /** @param jobId the job whose speed it is */
    record Estimate(double seconds, long jobId) {}

    /**
     * The estimate for a checked spec; null where no job of that kind has trained here.
     *
     * @param spec the same as JSON
     */
    @Nullable
    Estimate of(CheckedSpec checked, ObjectNode spec) {
        JobSpec wanted = checked.spec();
        double examples = (double) wanted.epochs() * checked.stepsPerEpoch() * wanted.batchSize();
        return jdbc
                .query(
                        """
                        select id, spec, examples_per_second from job join job_progress on job_id = id
                        where dataset = ? and examples_per_second > 0 order by id desc limit ?""",
                        (row, n) -> new Earlier(
                                row.getLong("id"), row.getString("spec"), row.getDouble("examples_per_second")),
                        wanted.data().dataset(),
                        MOST_LOOKED_AT)
                .stream()
                .filter(earlier -> alike(json.readTree(earlier.spec()), spec))
                .findFirst()
                .map(earlier -> new Estimate(examples / earlier.examplesPerSecond(), earlier.jobId()))
                .orElse(null);
    }

    private static boolean alike(JsonNode earlier, JsonNode spec) {
        return earlier.path("model").equals(spec.path("model"))
                && earlier.path("batch_size").equals(spec.path("batch_size"));
    }
}
