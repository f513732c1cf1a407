package io.signalbox.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/** How long a dry run says that a job would train. */
@ServerTest
class TimeEstimateTest {

    private static final String SPEC = """
            {"epochs": 10, "batch_size": 100, "data": {"dataset": "sample-tabular"}, "model": {"type": "mlp", "hidden": [%d]}}""";

    @Autowired
    private Caller caller;

    @Autowired
    private JdbcTemplate jdbc;

    private JsonNode dryRun(int hidden) {
        return caller.authorized("POST", "/api/v1/jobs?dry_run=true")
                .send("application/json", SPEC.formatted(hidden))
                .json();
    }

    @Test
    void goesByTheNewestJobWithTheSameNetworkDataAndBatches() {
        JsonNode before = dryRun(7);
        long alike = trained(before, 500);
        trained(dryRun(9), 3000);

        JsonNode after = dryRun(7);

        assertThat(before.path("estimated_seconds").isNull()).isTrue();
        assertThat(after.path("estimated_seconds").doubleValue())
                .isEqualTo(after.path("steps_per_epoch").intValue() * 10 * 100 / 500.0);
        assertThat(after.path("estimated_by").longValue()).isEqualTo(alike);
    }

    /** A job that trained so many examples a second. */
    private long trained(JsonNode dryRun, double examplesPerSecond) {
        long job = PausedJob.insert(jdbc);
        jdbc.update(
                "update job set dataset = 'sample-tabular', spec = ? where id = ?",
                dryRun.path("spec").toString(),
                job);
        jdbc.update("update job_progress set examples_per_second = ? where job_id = ?", examplesPerSecond, job);
        return job;
    }
}
