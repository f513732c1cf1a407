package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Servers that are asked to end, and trainers that are left alone. */
class ShutdownIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EPOCHS = 24;
    private static final int FAR = 10_000;

    @TempDir
    Path folder;

    private ServerProcess server;
    private Jobs jobs;

    private void start(String... settings) {
        server = ServerProcess.start(folder, settings);
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void anOrderlyStopSuspendsJobsThatGoOnByThemselvesAsIfNothingHadHappened() {
        start("signalbox.workers.slots=2");
        long undisturbed = jobs.submit(Fixtures.cornersJob(EPOCHS));
        jobs.awaitState(undisturbed, "completed");
        long signalled = jobs.submit(Fixtures.cornersJob(EPOCHS));
        long paused = jobs.submit(Fixtures.cornersJob(FAR));
        jobs.awaitEpochs(signalled, 1);
        server.trainerOf(signalled).destroy();
        jobs.await(
                signalled,
                "its second attempt to run", // the first may have come as far as is waited for below
                job -> job.path("attempt").intValue() == 2
                        && job.path("state").stringValue().equals("running"));
        jobs.applied(paused, "{\"type\": \"pause\"}");
        jobs.awaitEpochs(signalled, 3);
        List<ProcessHandle> children =
                ProcessHandle.of(server.pid()).orElseThrow().descendants().toList();

        server.term();
        awaitEnd(children);
        server.start();

        jobs.awaitState(signalled, "completed");
        assertThat(jobs.get(signalled).path("attempt").intValue()).isEqualTo(3);
        assertThat(jobs.history(signalled)).isEqualTo(jobs.history(undisturbed));
        assertThat(weights(signalled)).isEqualTo(weights(undisturbed));
        assertThat(jobs.wholeStream(signalled, "completed"))
                .filteredOn(event -> event.path("type").stringValue().equals("state_changed"))
                .extracting(event -> event.path("to").stringValue())
                .containsSubsequence("suspended", "queued", "starting", "running", "suspended", "queued", "starting");
        JsonNode stillPaused = jobs.awaitState(paused, "paused");
        assertThat(stillPaused.path("attempt").intValue()).isEqualTo(2);
    }

    @Test
    void detachedTrainersTrainOnAndAreFoundAgainWhileWhatServesTheServerEndsWithIt() {
        start("signalbox.workers.slots=1", "signalbox.shutdown=detach");
        long id = jobs.submit(Fixtures.cornersJob(FAR) + "callbacks: [{type: ModelCheckpoint, filepath: newest}]\n");
        Awaitility.await("its first checkpoint")
                .atMost(PATIENCE)
                .until(() -> !jobs.checkpoints(id).isEmpty());
        ProcessHandle trainer = server.trainerOf(id);

        server.term();
        assertThat(trainer.isAlive()).isTrue();
        server.start();

        Awaitility.await("the trainer to be found again")
                .atMost(PATIENCE)
                .until(() -> server.api().get("/workers").expect(200).text().contains("\"pid\":" + trainer.pid()));
        predict(id);
        Awaitility.await("a spare and a process that predicts")
                .atMost(PATIENCE)
                .until(() -> children().size() == 2);
        List<ProcessHandle> serving = children();
        assertThat(serving).doesNotContain(trainer);

        server.killNine();
        awaitEnd(serving);
        assertThat(trainer.isAlive()).isTrue();
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        assertThat(processes).isNotEmpty();
        Awaitility.await("the end of " + processes)
                .atMost(PATIENCE)
                .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    private List<ProcessHandle> children() {
        return ProcessHandle.of(server.pid()).orElseThrow().descendants().toList();
    }

    private void predict(long id) {
        StringBuilder zeros = new StringBuilder("0");
        IntStream.range(1, 28 * 28).forEach(i -> zeros.append(",0"));
        server.api()
                .post(
                        "/jobs/" + id + "/predict",
                        "application/json",
                        "{\"checkpoint\": \"newest\", \"inputs\": [[" + zeros + "]]}")
                .expect(200);
    }

    private byte[] weights(long id) {
        return server.api()
                .get("/jobs/" + id + "/checkpoints/final/files/model.safetensors")
                .expect(200)
                .body();
    }
}
