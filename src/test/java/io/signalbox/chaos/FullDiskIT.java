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

    @Test
    void whatIsAcknowledgedIsKeptTrainingGoesOnAndAllOfItIsToldWhenThereIsRoomAgain() {
        try (TinyDisk disk = TinyDisk.mount(folder.resolve("home"), "size=96m");
                // Nothing is kept free, or the job is paused if the database's own file has room for that command.
                ServerProcess server = server("signalbox.disk.keep-free=0B")) {
            Invariants invariants = new Invariants(server);
            Jobs jobs = server.jobs();
            long id = aRunningJob(server, invariants);

            disk.fill();
            Answer refused = Awaitility.await("a refusal: " + server.logTail())
                    .atMost(PATIENCE)
                    .until(
                            () -> server.api().post("/jobs", Api.YAML, Fixtures.flowersJob(1)),
                            answer -> answer.status() != 201);
            assertThat(refused.status()).as(refused.text()).isEqualTo(FULL);
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
            assertThat(server.api().withoutToken().get("//actuator/health").status())
                    .isEqualTo(AWAY);
            // Closed by the write that failed, it is away until its file has room again; else it says that it is full.
            Awaitility.await("a refusal of the database")
                    .atMost(PATIENCE)
                    .until(() -> Set.of(FULL, AWAY)
                            .contains(server.api()
                                    .post(
                                            "/jobs/" + id + "/commands",
                                            Api.JSON,
                                            "{\"type\": \"release_learning_rate\"}")
                                    .status()));
            double cpu = cpuSeconds(server, id);
            Awaitility.await("the trainer to go on").atMost(PATIENCE).until(() -> cpuSeconds(server, id) > cpu + 0.5);
            disk.free();

            Awaitility.await("health")
                    .atMost(PATIENCE)
                    .until(() ->
                            server.api().withoutToken().get("//actuator/health").status() == 200);
            goesOnAndStops(jobs, id);
            invariants.checkAllButTheLog();
        }
    }

    @Test
    void aJobIsPausedWhenTheDiskIsAboutToBeFullAndGoesOnByItselfWhenThereIsRoomAgain() {
        try (TinyDisk disk = TinyDisk.mount(folder.resolve("home"), "size=96m");
                ServerProcess server = server("signalbox.disk.keep-free=32MB")) {
            Invariants invariants = new Invariants(server);
            Jobs jobs = server.jobs();
            long id = aRunningJob(server, invariants);

            disk.fillUpTo(12 << 20);
            assertThat(jobs.awaitState(id, "paused").path("reason").stringValue())
                    .startsWith("The disk of the server has ");

            disk.free();
            jobs.awaitState(id, "running");
            goesOnAndStops(jobs, id);
            invariants.check();
        }
    }

    private ServerProcess server(String keepFree) {
        return ServerProcess.start(
                folder,
                "signalbox.workers.slots=1",
                "signalbox.workers.warm=0",
                keepFree,
                "management.health.diskspace.threshold=1MB");
    }

    private static long aRunningJob(ServerProcess server, Invariants invariants) {
        Fixtures.uploadFlowers(server.api()).expect(201);
        Fixtures.uploadCorners(server.api(), 320).expect(201);
        long id = invariants.submit("disk", Fixtures.cornersJob(10_000));
        server.jobs().awaitEpochs(id, 1);
        return id;
    }

    private static void goesOnAndStops(Jobs jobs, long id) {
        jobs.awaitEpochs(id, jobs.epochs(id).size() + 2);
        jobs.applied(id, "{\"type\": \"stop\"}");
        assertThat(jobs.awaitState(id, "stopped").path("attempt").intValue()).isEqualTo(1);
    }

    private static double cpuSeconds(ServerProcess server, long id) {
        return server.trainers().stream()
                .filter(trainer -> trainer.path("job_id").longValue(-1) == id)
                .map(trainer -> trainer.path("cpu_seconds"))
                .mapToDouble(JsonNode::doubleValue)
                .sum();
    }
}
