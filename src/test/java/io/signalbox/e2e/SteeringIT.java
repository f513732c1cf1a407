package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Users take hold of jobs that train, and training comes to the same end, to the last bit, as if they had not. */
class SteeringIT {

    private static final int EPOCHS = 4;

    private static ServerProcess server;
    private static Jobs jobs;
    private static long undisturbed;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = ServerProcess.start(folder, "signalbox.workers.slots=2");
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
