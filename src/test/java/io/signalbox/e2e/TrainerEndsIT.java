package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Trainers that take too much, crash or freeze, and jobs that wait for them. */
class TrainerEndsIT {

    private static ServerProcess server;
    private static Jobs jobs;

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = ServerProcess.unstarted(folder, "signalbox.workers.slots=2", "signalbox.queue.per-experiment=1");
        server.obeyPermissions();
        server.start();
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
    }

    @AfterAll
    static void end() {
        server.close();
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aTrainerThatHoldsMoreMemoryThanItsJobMayStopsWithACheckpoint() {
        long id = jobs.submit(Fixtures.cornersJob(10_000) + "resources: {memory: 128MiB}\nretries: 5\n");

        JsonNode job = jobs.awaitState(id, "failed");

        assertThat(job.path("outcome").stringValue()).isEqualTo("memory_limit");
        assertThat(job.path("reason").stringValue()).contains("128 MiB of resources.memory");
        assertThat(job.path("attempt").intValue()).isEqualTo(1);
        jobs.wholeStream(id, "failed");
    }

    @Test
    void aCrashInNativeCodeIsNamedWithItsReport() throws Exception {
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 1);

        signal("SEGV", server.trainerOf(id).pid());

        JsonNode job = jobs.awaitState(id, "failed");
        assertThat(job.path("reason").stringValue())
                .contains("crashed in native code; the report is attempts/1/hs_err.log");
        assertThat(server.home().resolve("jobs/" + id + "/attempts/1/hs_err.log"))
                .content()
                .contains("SIGSEGV");
    }

    @Test
    void aFrozenTrainerIsEndedByACancelAndTheNextOfItsExperimentRuns() throws Exception {
        long frozen = jobs.submit(Fixtures.cornersJob(10_000) + "experiment: one\n");
        jobs.awaitEpochs(frozen, 1);
        long next = jobs.submit(Fixtures.cornersJob(1) + "experiment: one\n");
        JsonNode waiting = jobs.get(next);
        ProcessHandle trainer = server.trainerOf(frozen);

        signal("STOP", trainer.pid());
        jobs.command(frozen, "{\"type\": \"cancel\"}");

        assertThat(waiting.path("queue_position").intValue()).isEqualTo(1);
        assertThat(waiting.path("reason").stringValue()).contains("job of its experiment");
        assertThat(jobs.awaitState(frozen, "cancelled").path("outcome").stringValue())
                .isEqualTo("stopped_by_command");
        Awaitility.await("the trainer's end").until(() -> !trainer.isAlive());
        jobs.awaitState(next, "completed");
    }

    @Test
    void aJobWhoseFolderMayNotBeUsedFailsAloneWithTheReason() throws IOException {
        long id = jobs.submit(Fixtures.cornersJob(10_000) + "retries: 1\n");
        jobs.awaitEpochs(id, 1);
        Path folder = server.home().resolve("jobs/" + id);

        Files.setPosixFilePermissions(folder, Set.of());
        server.trainerOf(id).destroyForcibly();

        JsonNode job = jobs.awaitState(id, "failed");
        assertThat(job.path("reason").stringValue()).contains("the job's folder cannot be used", "AccessDenied");
        server.api()
                .post("/jobs/" + id + "/commands", Api.JSON, "{\"type\": \"set_epochs\", \"epochs\": 20000}")
                .expectProblem(503);
        jobs.awaitState(jobs.submit(Fixtures.cornersJob(1)), "completed");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** Idle connections take every descriptor that the server may have. */
    @Test
    void aServerWithoutFileDescriptorsGoesOnWhenItHasSomeAgainAndItsJobsMeanwhile() throws Exception {
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 1);
        Path open = Path.of("/proc", Long.toString(server.pid()), "fd");
        assumeTrue(Files.isDirectory(open), "the system tells of descriptors");
        int most = count(open) + 20;
        limitFiles(most);

        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < 2 * 20; i++) {
            idle.add(new Socket("localhost", server.api().uri("//").getPort()));
        }
        Awaitility.await("no descriptor to be left").until(() -> count(open) >= most - 1);
        for (Socket socket : idle) {
            socket.close();
        }
        limitFiles(most + 1000);

        Awaitility.await("an answer")
                .ignoreExceptions()
                .until(() -> server.api().get("/jobs/" + id).status() == 200);
        jobs.applied(id, "{\"type\": \"stop\"}");
        assertThat(jobs.awaitState(id, "stopped").path("attempt").intValue()).isEqualTo(1);
    }

    private static int count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.count();
        }
    }

    private static void limitFiles(int most) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("prlimit", "--pid", Long.toString(server.pid()), "--nofile=" + most + ":")
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void whatTheMachineDoesNotHaveIsRefusedWithItsFigures() {
        JsonNode problem = server.api()
                .post("/jobs", Api.YAML, Fixtures.cornersJob(1) + "resources: {cpus: 256, memory: 999TiB}\n")
                .expect(422)
                .json();

        assertThat(problem.path("errors").findValuesAsString("pointer"))
                .containsExactly("#/resources/cpus", "#/resources/memory");
        assertThat(problem.path("errors").findValuesAsString("detail"))
                .allMatch(detail -> detail.contains("or less, which is what this machine has"));
    }
}
