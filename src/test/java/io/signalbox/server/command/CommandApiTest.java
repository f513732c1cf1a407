package io.signalbox.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Request;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the service itself says to commands: trainers have no part in this. */
@ServerTest
class CommandApiTest {

    @Autowired
    private Caller caller;

    @Autowired
    private Commands commands;

    @Autowired
    private Ingest ingest;

    @Autowired
    private JdbcTemplate jdbc;

    private long job;

    @BeforeEach
    void aJob() {
        job = PausedJob.insert(jdbc);
    }

    private void jobIs(String state) {
        jdbc.update("update job set state = ? where id = ?", state, job);
    }

    private String state() {
        return jdbc.queryForObject("select state from job where id = ?", String.class, job);
    }

    private Response command(String json) {
        return caller.authorized("POST", "/api/v1/jobs/" + job + "/commands").send("application/json", json);
    }

    @Test
    void aCommandWaitsForTheTrainer() {
        Response answer = command("{\"type\": \"resume\", \"id\": \"go\"}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("state").asString()).isEqualTo("pending");
        assertThat(answer.json().path("requested_by").asString()).isEqualTo("local");
    }

    @Test
    void anIdThatWasSeenDoesNothingAndAnswersTheSameAgain() {
        jobIs("SUSPENDED");
        Response first = command("{\"type\": \"stop\", \"id\": \"once\"}");
        Response second = command("{\"type\": \"cancel\", \"id\": \"once\"}");

        assertThat(first.json().path("state").asString()).isEqualTo("applied");
        assertThat(second.status()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @ParameterizedTest
    @CsvSource({"stop, STOPPED", "cancel, CANCELLED"})
    void aSuspendedJobIsEndedHere(String type, String state) {
        jobIs("SUSPENDED");

        Response answer = command("{\"type\": \"" + type + "\"}");

        assertThat(answer.json().path("state").asString()).isEqualTo("applied");
        assertThat(answer.json().path("applied_at").path("epoch").isNull()).isTrue();
        assertThat(state()).isEqualTo(state);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "suspend"})
    void aSuspendedJobCannotBeHeld(String type) {
        jobIs("SUSPENDED");

        Response answer = command("{\"type\": \"" + type + "\"}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.isProblem()).isTrue();
        assertThat(state()).isEqualTo("SUSPENDED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "cancel", "pause", "resume", "suspend", "release_learning_rate"})
    void aJobThatHasEndedTakesNone(String type) {
        jobIs("COMPLETED");

        assertThat(command("{\"type\": \"" + type + "\"}").status()).isEqualTo(409);
    }

    @Test
    void epochsOfASuspendedJobAreSetHere() {
        jobIs("SUSPENDED");

        Response answer = command("{\"type\": \"set_epochs\", \"epochs\": 7}");

        assertThat(answer.json().path("state").asString()).isEqualTo("applied");
        assertThat(answer.json().path("before").asString()).isEqualTo("3");
        assertThat(answer.json().path("after").asString()).isEqualTo("7");
        assertThat(answer.json().path("requested_from").asString()).isEqualTo("127.0.0.1");
        Response shown = caller.authorized("GET", "/api/v1/jobs/" + job).send();
        assertThat(shown.json().at("/spec/epochs").asInt()).isEqualTo(7);
        assertThat(shown.json().at("/progress/epochs").asInt()).isEqualTo(7);
    }

    @Test
    void aJobThatHasEndedWithoutACheckpointCannotGoOn() {
        jobIs("FAILED");

        Response answer = command("{\"type\": \"set_epochs\", \"epochs\": 7}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("detail").asString()).contains("no full checkpoint");
        assertThat(state()).isEqualTo("FAILED");
    }

    @Test
    void oneCommandGoesToAllJobsOfAFilterAndEachAnswers() {
        long other = PausedJob.insert(jdbc);
        jdbc.update("update job set experiment = ?, state = 'SUSPENDED' where id = ?", "cascade-" + job, job);
        jdbc.update("update job set experiment = ?, state = 'FAILED' where id = ?", "cascade-" + job, other);

        Response answer = caller.authorized("POST", "/api/v1/jobs:command")
                .send(
                        "application/json",
                        "{\"filter\": {\"experiment\": \"cascade-" + job + "\"}, \"command\": {\"type\": \"stop\"}}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("items").findValuesAsString("status")).containsExactly("202", "409");
        assertThat(answer.json().at("/items/0/command/state").asString()).isEqualTo("applied");
        assertThat(answer.json().at("/items/1/detail").asString()).contains("failed");
        assertThat(state()).isEqualTo("STOPPED");
    }

    @Test
    void oneCommandGoesToTheJobsPickedOutByHandAndToNoOthers() {
        long other = PausedJob.insert(jdbc);
        jdbc.update("update job set state = 'SUSPENDED' where id in (?, ?)", job, other);

        Response answer = caller.authorized("POST", "/api/v1/jobs:command")
                .send("application/json", "{\"filter\": {\"ids\": [" + job + "]}, \"command\": {\"type\": \"stop\"}}");

        assertThat(answer.json().path("items").findValuesAsString("job_id")).containsExactly(Long.toString(job));
        assertThat(state()).isEqualTo("STOPPED");
        assertThat(jdbc.queryForObject("select state from job where id = ?", String.class, other))
                .isEqualTo("SUSPENDED");
    }

    @Test
    void whatIsNoCommandForManyIsRefusedByPointer() {
        Response answer = caller.authorized("POST", "/api/v1/jobs:command")
                .send("application/json", "{\"filter\": {}, \"command\": {\"type\": \"set_epochs\", \"epochs\": 0}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("errors").findValuesAsString("pointer")).containsExactly("#/command/epochs");
    }

    @Test
    void theAuditKeepsWhatWasAskedForAndWhatBecameOfItAlsoOfAJobThatIsGone() {
        jobIs("SUSPENDED");
        command("{\"type\": \"pause\"}");
        command("{\"type\": \"set_epochs\", \"epochs\": 0}");
        command("{\"type\": \"remove_callback\", \"name\": \"nobody\"}");
        command("{\"type\": \"stop\", \"id\": \"end\"}");
        caller.authorized("DELETE", "/api/v1/jobs/" + job).send();

        Response audit = caller.authorized("GET", "/api/v1/audit?job_id=" + job).send();

        assertThat(audit.json().path("items").findValuesAsString("what"))
                .containsExactlyInAnyOrder("refused", "refused", "refused", "requested", "applied");
        assertThat(audit.json().path("items").findValuesAsString("requested_from"))
                .containsOnly("127.0.0.1");
        assertThat(audit.body())
                .contains("must be 1", "is suspended and takes no pause", "#/name there is no callback 'nobody'");
    }

    @Test
    void aCommandForWhatTheJobWasIsRefusedOnceTheJobHasChanged() {
        String path = "/api/v1/jobs/" + job;
        String seen = caller.authorized("GET", path).send().header("ETag");
        Request first = caller.authorized("POST", path + "/commands").header("If-Match", seen);
        Request stale = caller.authorized("POST", path + "/commands").header("If-Match", "\"x\", " + seen);

        assertThat(first.send("application/json", "{\"type\": \"resume\", \"id\": \"go\"}")
                        .status())
                .isEqualTo(202);
        ingest.tell(job, 1, new StateChanged(JobState.PAUSED, JobState.RUNNING, null, null));
        Response refused = stale.send("application/json", "{\"type\": \"stop\"}");
        Response repeated = stale.send("application/json", "{\"type\": \"resume\", \"id\": \"go\"}");

        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.isProblem()).isTrue();
        assertThat(repeated.status()).isEqualTo(202);
        assertThat(caller.authorized("GET", path + "/commands").send().body()).doesNotContain("stop");
        assertThat(caller.authorized("GET", "/api/v1/audit?job_id=" + job)
                        .send()
                        .body())
                .contains("\"what\":\"refused\"");
    }

    @Test
    void aJobIsNotDeletedOnAStaleCondition() {
        jobIs("COMPLETED");
        String path = "/api/v1/jobs/" + job;

        assertThat(caller.authorized("DELETE", path)
                        .header("If-Match", "\"999\"")
                        .send()
                        .status())
                .isEqualTo(412);
        assertThat(caller.authorized("DELETE", path)
                        .header("If-Match", "*")
                        .send()
                        .status())
                .isEqualTo(204);
    }

    @Test
    void whatHasNoEntityTagIsNotChangedOnConditionOfOne() {
        Response answer = caller.authorized("POST", "/api/v1/jobs:command")
                .header("If-Match", "\"1\"")
                .send("application/json", "{\"filter\": {}, \"command\": {\"type\": \"stop\"}}");

        assertThat(answer.status()).isEqualTo(412);
        assertThat(answer.isProblem()).isTrue();
    }

    @Test
    void aCallbackIsCheckedAsInASpec() {
        jdbc.update("update job set spec = ? where id = ?", """
                {"epochs": 3, "data": {"dataset": "two-moons"}, "model": {"type": "mlp"}, "seed": 1,
                 "callbacks": [{"type": "EarlyStopping", "name": "early_stopping", "patience": 2}]}""", job);
        jobIs("SUSPENDED");

        Response unknown = command("{\"type\": \"update_callback\", \"name\": \"other\", \"params\": {}}");
        assertThat(unknown.status()).isEqualTo(422);
        assertThat(unknown.body()).contains("early_stopping");
    }

    @Test
    void aForkOfNothingIsRefused() {
        Response answer = caller.authorized("POST", "/api/v1/jobs/" + job + "/fork")
                .send("application/json", "{\"checkpoint\": \"best\", \"change\": {}}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/pointer").asString()).isEqualTo("#/change");

        Response missing = caller.authorized("POST", "/api/v1/jobs/" + job + "/fork")
                .send("application/json", "{\"checkpoint\": \"best\"}");
        assertThat(missing.status()).isEqualTo(422);
        assertThat(missing.json().at("/errors/0/pointer").asString()).isEqualTo("#/checkpoint");
    }

    @Test
    void whatIsNoCommandIsRefusedWithEveryFault() {
        Response answer = command("{\"type\": \"set_learning_rate\", \"value\": -1, \"for\": 3, \"id\": \"a b\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder("#/id", "#/value", "#/for");
        assertThat(command("{\"type\": \"halt\"}").status()).isEqualTo(422);
    }

    @Test
    void anAttemptToComeIsToldWhereACommandThatSteersTookEffect() {
        command("{\"type\": \"set_learning_rate\", \"value\": 0.5, \"id\": \"rate\"}");
        command("{\"type\": \"resume\", \"id\": \"go\"}");
        ingest.receive(
                job,
                List.of(new Event(
                        0,
                        Instant.now(),
                        job,
                        1,
                        2,
                        34L,
                        new CommandApplied("rate", "set_learning_rate", "the rate is 0.5"))));

        assertThat(commands.forTrainer(job))
                .containsExactly(
                        new CommandRequest("rate", new Command.SetLearningRate(0.5, null, null)).again(34),
                        new CommandRequest("go", new Command.Resume()));
    }
}
