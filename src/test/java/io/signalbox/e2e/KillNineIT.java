package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Processes that end as in a power cut. */
class KillNineIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Enough for a job to be caught at work on a busy machine. */
    private static final int EPOCHS = 30;

    private ServerProcess server;
    private Jobs jobs;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = ServerProcess.start(folder, "signalbox.workers.slots=2");
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void trainingGoesOnWhileTheServerIsDeadAndNothingIsLostOrDoubled() {
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 2);
        long pid = server.trainerOf(id).pid();
        int told = epochsInJournal(id);

        server.killNine();
        Awaitility.await("two more epochs while the server is dead")
                .atMost(PATIENCE)
                .until(() -> epochsInJournal(id) >= told + 2);
        server.start();

        assertThat(server.trainerOf(id).pid()).isEqualTo(pid);
        jobs.awaitEpochs(id, epochsInJournal(id) + 1);
        jobs.applied(id, "{\"type\": \"stop\"}");
        JsonNode job = jobs.awaitState(id, "stopped");
        assertThat(job.path("attempt").intValue()).isEqualTo(1);
        List<Integer> epochs = jobs.epochs(id);
        assertThat(epochs).hasSizeGreaterThan(told + 2).containsExactlyElementsOf(Jobs.firstEpochs(epochs.size()));
        List<JsonNode> events = jobs.wholeStream(id, "stopped");
        assertThat(events.stream().filter(event -> is(event, "epoch_end")))
                .extracting(event -> event.path("epoch").intValue())
                .containsExactlyElementsOf(epochs);
    }

    @Test
    void aJobThatEndsWhileTheServerIsDeadIsFoundCompleted() {
        long id = jobs.submit(Fixtures.cornersJob(EPOCHS));
        jobs.awaitEpochs(id, 1);
        ProcessHandle trainer = server.trainerOf(id);

        server.killNine();
        Awaitility.await("the last epoch")
                .atMost(PATIENCE)
                .until(() -> journal(id).contains("\"train_end\""));
        server.start();

        JsonNode job = jobs.awaitState(id, "completed");
        assertThat(job.path("outcome").stringValue()).isEqualTo("finished");
        assertThat(jobs.epochs(id)).containsExactlyElementsOf(Jobs.firstEpochs(EPOCHS));
        jobs.wholeStream(id, "completed");
        Awaitility.await("the trainer's end").atMost(PATIENCE).until(() -> !trainer.isAlive());
    }

    @Test
    void aKilledTrainersJobGoesOnFromItsCheckpointAndEndsWithTheSameWeights() {
        String spec = Fixtures.cornersJob(EPOCHS) + """
                retries: 1
                callbacks: [{type: ModelCheckpoint, filepath: newest}]
                """;
        long undisturbed = jobs.submit(spec);
        long killed = jobs.submit(spec);
        jobs.awaitEpochs(killed, 3);
        jobs.await(killed, "a checkpoint", job -> !jobs.checkpoints(killed).isEmpty());

        server.trainerOf(killed).destroyForcibly();

        JsonNode job = jobs.awaitState(killed, "completed");
        assertThat(job.path("attempt").intValue()).isEqualTo(2);
        assertThat(jobs.epochs(killed)).containsExactlyElementsOf(Jobs.firstEpochs(EPOCHS));
        jobs.wholeStream(killed, "completed");
        assertThat(jobs.events(killed, "train_begin"))
                .extracting(event -> event.path("resumed_from").asString(""))
                .hasSize(2)
                .last()
                .isNotEqualTo("");

        JsonNode other = jobs.awaitState(undisturbed, "completed");
        assertThat(other.path("attempt").intValue()).isEqualTo(1);
        assertThat(jobs.history(killed)).isEqualTo(jobs.history(undisturbed));
        assertThat(finalWeights(killed)).isEqualTo(finalWeights(undisturbed));
        assertThat(server.isAlive()).isTrue();
    }

    @Test
    void aKilledTrainersJobFailsWithTheReasonWhenNoRetryIsLeft() {
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 1);

        server.trainerOf(id).destroyForcibly();

        JsonNode job = jobs.awaitState(id, "failed");
        assertThat(job.path("outcome").stringValue()).isIn("error", "lost");
        assertThat(job.path("reason").stringValue()).isNotBlank();
        jobs.wholeStream(id, "failed");
        long next = jobs.submit(Fixtures.cornersJob(1));
        jobs.awaitState(next, "completed");
    }

    @Test
    void aCommandGivenBeforeTheServerDiedIsAppliedOnce() {
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 1);

        String command = jobs.command(id, "{\"type\": \"set_learning_rate\", \"value\": 0.001}")
                .path("id")
                .asString();
        server.killNine();
        server.start();

        jobs.await(id, "the command's effect", job -> job.path("learning_rate").doubleValue() == 0.001);
        Awaitility.await("the command to be applied")
                .atMost(PATIENCE)
                .until(() -> server.api()
                        .get("/jobs/" + id + "/commands/" + command)
                        .expect(200)
                        .json()
                        .path("state")
                        .stringValue()
                        .equals("applied"));
        jobs.applied(id, "{\"type\": \"stop\"}");
        jobs.awaitState(id, "stopped");
        assertThat(jobs.events(id, "command_applied"))
                .filteredOn(event -> event.path("command_id").asString().equals(command))
                .hasSize(1);
        jobs.wholeStream(id, "stopped");
    }

    @Test
    void aJobWhoseFolderIsDeletedFailsWithTheReasonAndNothingElseDoes() throws IOException {
        long id = jobs.submit(Fixtures.cornersJob(10_000));
        jobs.awaitEpochs(id, 1);
        ProcessHandle trainer = server.trainerOf(id);

        FileSystemUtils.deleteRecursively(server.home().resolve("jobs/" + id));

        JsonNode job = jobs.awaitState(id, "failed");
        assertThat(job.path("reason").stringValue()).contains("is gone");
        Awaitility.await("the trainer's end").atMost(PATIENCE).until(() -> !trainer.isAlive());
        jobs.awaitState(jobs.submit(Fixtures.cornersJob(1)), "completed");
    }

    private byte[] finalWeights(long id) {
        return server.api()
                .get("/jobs/" + id + "/checkpoints/latest/files/model.safetensors")
                .expect(200)
                .body();
    }

    private int epochsInJournal(long id) {
        return (int) journal(id)
                .lines()
                .filter(line -> line.contains("\"epoch_end\""))
                .count();
    }

    private String journal(long id) {
        Path journal = server.home().resolve(Path.of("jobs", Long.toString(id), "attempts", "1", "journal.ndjson"));
        try {
            return Files.exists(journal) ? Files.readString(journal) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean is(JsonNode event, String type) {
        return event.path("type").stringValue().equals(type);
    }
}
