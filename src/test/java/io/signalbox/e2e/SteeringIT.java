package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Users take hold of jobs that train, and training comes to the same end, to the last bit, as if they had not. */
class SteeringIT {

    private static final int EPOCHS = 12;

    private static ServerProcess server;
    private static Jobs jobs;
    private static long undisturbed;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = ServerProcess.unstarted(folder, "signalbox.workers.slots=2").in("tr", "TR");
        server.start();
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
        undisturbed = jobs.submit(Fixtures.cornersJob(EPOCHS));
        jobs.awaitState(undisturbed, "completed");
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @Test
    void aPausedJobSurvivesTheDeathOfItsTrainerAndOfTheServer() {
        long id = jobs.submit(Fixtures.cornersJob(EPOCHS));
        jobs.applied(id, "{\"type\": \"pause\"}");
        jobs.awaitState(id, "paused");
        long step = pausedAt(id);

        server.trainerOf(id).destroyForcibly();
        jobs.await(id, "a second attempt", job -> job.path("attempt").intValue() == 2);
        jobs.awaitState(id, "paused");
        server.killNine();
        server.start();

        jobs.awaitState(id, "paused");
        assertThat(pausedAt(id)).isEqualTo(step);
        jobs.applied(id, "{\"type\": \"set_learning_rate\", \"value\": 0.5}");
        jobs.applied(id, "{\"type\": \"release_learning_rate\"}");
        jobs.applied(id, "{\"type\": \"resume\"}");
        jobs.awaitState(id, "completed");
        assertEndsAs(undisturbed, id);
        jobs.wholeStream(id, "completed");
    }

    @Test
    void aSuspendedJobGivesItsSlotBackAndGoesOnWithAnotherServer() {
        long id = jobs.submit(Fixtures.cornersJob(EPOCHS));
        jobs.applied(id, "{\"type\": \"suspend\"}");
        jobs.awaitState(id, "suspended");
        jobs.await(
                id,
                "its slot to be free",
                job -> server.trainers().stream()
                        .noneMatch(trainer -> trainer.path("job_id").longValue(-1) == id));

        server.term();
        server.start();
        jobs.applied(id, "{\"type\": \"resume\"}");

        jobs.awaitState(id, "completed");
        assertEndsAs(undisturbed, id);
        assertThat(jobs.get(id).path("attempt").intValue()).isEqualTo(2);
        jobs.wholeStream(id, "completed");
    }

    @Test
    void aJobThatIsTrainedLongerEndsAsIfItHadBeenMeantToBeSoLong() {
        long id = jobs.submit(Fixtures.cornersJob(2));
        jobs.awaitState(id, "completed");

        jobs.applied(id, "{\"type\": \"set_epochs\", \"epochs\": " + EPOCHS + "}");
        jobs.await(
                id,
                "its second end",
                job -> job.path("attempt").intValue() == 2
                        && job.path("state").stringValue().equals("completed"));

        assertEndsAs(undisturbed, id);
        jobs.wholeStream(id, "completed");
    }

    @Test
    void aForkGoesOnWhereItsParentStoodAndOutlivesIt() {
        long parent = jobs.submit(Fixtures.cornersJob(2));
        jobs.awaitState(parent, "completed");

        long child = fork(parent, "{\"checkpoint\": \"latest\", \"changes\": {\"epochs\": " + EPOCHS + "}}");
        server.api().call("DELETE", "/jobs/" + parent).expect(204);

        JsonNode job = jobs.awaitState(child, "completed");
        assertThat(job.path("parent").path("job_id").longValue()).isEqualTo(parent);
        assertThat(weights(child, "latest")).isEqualTo(weights(undisturbed, "latest"));
        jobs.wholeStream(child, "completed");
    }

    @Test
    void aForkOnOtherDataBeginsWithTheWeights() {
        long child = fork(undisturbed, "{\"changes\": {\"epochs\": 1, \"data\": {\"validation_split\": 0.5}}}");

        JsonNode job = jobs.awaitState(child, "completed");
        assertThat(job.at("/spec/initial_weights/job").longValue()).isEqualTo(undisturbed);
        assertThat(job.at("/spec/data/validation_dataset").isMissingNode()
                        || job.at("/spec/data/validation_dataset").isNull())
                .isTrue();
        assertThat(jobs.epochs(child)).containsExactly(0);
        JsonNode lineage = server.api()
                .get("/jobs/" + undisturbed + "/lineage")
                .expect(200)
                .json();
        assertThat(lineage.path("children").findValuesAsString("job_id")).contains(Long.toString(child));
    }

    @Test
    void whatWasAskedRightBeforeTheServerDiedIsDoneOnceAndInOrder() {
        long id = jobs.submit(Fixtures.cornersJob(EPOCHS));
        jobs.awaitState(id, "running");
        List<String> asked = Stream.of(
                        "{\"type\": \"pause\"}",
                        "{\"type\": \"set_learning_rate\", \"value\": 0.5}",
                        "{\"type\": \"release_learning_rate\"}")
                .map(command -> jobs.command(id, command).path("id").asString())
                .toList();

        server.killNine();
        server.start();

        jobs.awaitState(id, "paused");
        jobs.applied(id, "{\"type\": \"resume\"}");
        jobs.awaitState(id, "completed");
        assertThat(jobs.events(id, "command_applied").stream()
                        .map(event -> event.path("command_id").asString())
                        .filter(asked::contains))
                .containsExactlyElementsOf(asked);
        assertEndsAs(undisturbed, id);
    }

    @Test
    void callbacksThatWereChangedLiveAreThoseOfTheNextAttempt() {
        long id = jobs.submit(Fixtures.cornersJob(EPOCHS) + """
                retries: 1
                callbacks:
                  - {type: EarlyStopping, name: patient, patience: 1}
                  - {type: TerminateOnNaN, name: needless}
                """);
        jobs.applied(id, "{\"type\": \"pause\"}");
        jobs.applied(id, "{\"type\": \"update_callback\", \"name\": \"patient\", \"params\": {\"patience\": 99}}");
        jobs.applied(id, "{\"type\": \"remove_callback\", \"name\": \"needless\"}");
        jobs.applied(
                id, "{\"type\": \"add_callback\", \"callback\": {\"type\": \"TerminateOnNaN\", \"name\": \"added\"}}");

        server.trainerOf(id).destroyForcibly();
        jobs.await(id, "a second attempt", job -> job.path("attempt").intValue() == 2);
        jobs.awaitState(id, "paused");
        jobs.applied(id, "{\"type\": \"resume\"}");

        JsonNode job = jobs.awaitState(id, "completed");
        assertThat(job.at("/spec/callbacks").findValuesAsString("name")).containsExactly("patient", "added");
        assertThat(job.at("/spec/callbacks/0/patience").intValue()).isEqualTo(99);
        assertThat(job.path("callbacks").findValuesAsString("name"))
                .contains("patient", "added")
                .doesNotContain("needless");
        assertEndsAs(undisturbed, id);
    }

    @Test
    void anAttemptThatBeginsAnewIsSteeredWhereTheOneBeforeWas() {
        long id = jobs.submit(Fixtures.cornersJob(1000) + """
                retries: 1
                callbacks: [{type: BackupAndRestore, save_freq: 1000000}]
                """);
        jobs.awaitEpochs(id, 1);
        long step = jobs.applied(id, "{\"type\": \"set_learning_rate\", \"value\": 0.25}")
                .at("/applied_at/step")
                .longValue();

        server.trainerOf(id).destroyForcibly();
        jobs.await(id, "a second attempt", job -> job.path("attempt").intValue() == 2);
        jobs.await(
                id,
                "the rate once more",
                job -> jobs.events(id, "learning_rate_changed").stream()
                        .anyMatch(event -> event.path("attempt").intValue() == 2));
        jobs.applied(id, "{\"type\": \"stop\"}");

        assertThat(jobs.events(id, "learning_rate_changed"))
                .extracting(
                        event -> event.path("attempt").intValue(),
                        event -> event.path("step").longValue())
                .containsExactly(tuple(1, step), tuple(2, step));
        jobs.awaitState(id, "stopped");
    }

    private static long fork(long parent, String body) {
        return server.api()
                .post("/jobs/" + parent + "/fork", "application/json", body)
                .expect(201)
                .json()
                .path("id")
                .longValue();
    }

    private static long pausedAt(long id) {
        return jobs.get(id).path("progress").path("step").longValue();
    }

    private static void assertEndsAs(long other, long id) {
        assertThat(jobs.history(id)).isEqualTo(jobs.history(other));
        assertThat(weights(id, "latest")).isEqualTo(weights(other, "latest"));
    }

    private static byte[] weights(long id, String checkpoint) {
        return server.api()
                .get("/jobs/" + id + "/checkpoints/" + checkpoint + "/files/model.safetensors")
                .expect(200)
                .body();
    }
}
