package io.signalbox.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the service says to families of folds before anything trains. */
@ServerTest
class FoldsApiTest {

    private static final String SPEC = """
            {"epochs": 1, "batch_size": 16, "data": {"dataset": "sample-tabular"%s}, "model": {"type": "mlp"}}""";

    @Autowired
    private Caller caller;

    @Autowired
    private JdbcTemplate jdbc;

    private Response post(String query, String data) {
        return caller.authorized("POST", "/api/v1/jobs?" + query).send("application/json", SPEC.formatted(data));
    }

    @Test
    void aDryRunIsOfTheFirstFold() {
        Response answer = post("folds=4&dry_run=true", "");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("spec").path("data").path("folds").toString())
                .isEqualTo("{\"k\":4,\"fold\":0}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            folds=1   |
            folds=101 |
            folds=5   | , "folds": {"k": 5, "fold": 0}
            folds=5   | , "validation_split": 0.2
            folds=5   | , "time": "species"
            """)
    void refusesFoldsThatCannotBeAndMakesNoJob(String query, String data) {
        long before = jobs();

        assertThat(post(query, data == null ? "" : data).status()).isEqualTo(422);
        assertThat(jobs()).isEqualTo(before);
    }

    private long jobs() {
        return jdbc.queryForObject("select count(*) from job", Long.class);
    }

    @Test
    void aJobByItselfHasNoFamily() {
        long job = PausedJob.insert(jdbc);

        assertThat(caller.authorized("GET", "/api/v1/jobs/" + job + "/folds")
                        .send("application/json", "")
                        .status())
                .isEqualTo(404);
    }
}
