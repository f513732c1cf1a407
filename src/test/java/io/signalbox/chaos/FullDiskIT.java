package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import io.signalbox.harness.TinyDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** F55, F57, F58: a server and its trainer whose disk gets full, database, journal and checkpoints at once. */
class FullDiskIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int FULL = 507;
    private static final int AWAY = 503;

    @TempDir
    Path folder;

    private TinyDisk disk;
    private ServerProcess server;
    private Invariants invariants;
    private Jobs jobs;
    private long id;

    private void startTraining(String keepFree) {
        disk = TinyDisk.mount(folder.resolve("home"), "size=96m");
        server = ServerProcess.start(
                folder,
                "signalbox.workers.slots=1",
                "signalbox.workers.warm=0",
                "signalbox.disk.keep-free=" + keepFree,
                "management.health.diskspace.threshold=1MB");
        invariants = new Invariants(server);
        jobs = server.jobs();
        Fixtures.uploadFlowers(server.api()).expect(201);
        Fixtures.uploadCorners(server.api(), 320).expect(201);
        id = invariants.submit("disk", Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 1);
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void whatIsAcknowledgedIsKeptTrainingGoesOnAndAllOfItIsToldWhenThereIsRoomAgain() {
        startTraining("0B"); // with more, the job is paused if the database's own file has room for that command

        disk.fill();
        Answer refused = Awaitility.await("a refusal: " + server.logTail())
                .atMost(PATIENCE)
                .until(
                        () -> server.api().post("/jobs", Api.YAML, Fixtures.flowersJob(1)),
                        answer -> answer.status() != 201);
        assertThat(refused.status()).as(refused.text()).isEqualTo(FULL);
        assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        assertThat(health()).isEqualTo(AWAY);
        // Closed by the write that failed, it is away until its file has room again; else it says that it is full.
        Awaitility.await("a refusal of the database")
                .atMost(PATIENCE)
                .until(this::commandStatus, Set.of(FULL, AWAY)::contains);
        double cpu = cpuSeconds();
        Awaitility.await("the trainer to go on").atMost(PATIENCE).until(() -> cpuSeconds() > cpu + 0.5);
        disk.free();

        Awaitility.await("health").atMost(PATIENCE).until(() -> health() == 200);
        goesOnAndStops();
        invariants.checkAllButTheLog();
    }

    @Test
    void aJobIsPausedWhenTheDiskIsAboutToBeFullAndGoesOnByItselfWhenThereIsRoomAgain() {
        startTraining("32MB");

        disk.fillLeaving(12 << 20);
        assertThat(jobs.awaitState(id, "paused").path("reason").stringValue())
                .startsWith("The disk of the server has ");

        disk.free();
        jobs.awaitState(id, "running");
        goesOnAndStops();
        invariants.check();
    }

    private int health() {
        return server.api().withoutToken().get("//actuator/health").status();
    }

    private int commandStatus() {
        return server.api()
                .post("/jobs/" + id + "/commands", Api.JSON, "{\"type\": \"release_learning_rate\"}")
                .status();
    }

    private void goesOnAndStops() {
        jobs.awaitEpochs(id, jobs.epochs(id).size() + 2);
        jobs.applied(id, "{\"type\": \"stop\"}");
        assertThat(jobs.awaitState(id, "stopped").path("attempt").intValue()).isEqualTo(1);
    }

    private double cpuSeconds() {
        return server.trainers().stream()
                .filter(trainer -> trainer.path("job_id").longValue(-1) == id)
                .map(trainer -> trainer.path("cpu_seconds"))
                .mapToDouble(JsonNode::doubleValue)
                .sum();
    }
}
