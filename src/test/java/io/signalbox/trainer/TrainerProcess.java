package io.signalbox.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.data.DatasetFolder;
import io.signalbox.link.Assignment;
import io.signalbox.link.Ledger;
import io.signalbox.link.TrainerCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/** A real trainer process and what it works on: a folder with a small dataset and a job. */
public final class TrainerProcess implements AutoCloseable {

    private static final int ROWS = 400;
    private static final long PATIENCE_SECONDS = 60;

    private final Path home;
    private final Process process;
    private final Path log;

    /** Starts a trainer that has no assignment yet. */
    TrainerProcess(Path home) throws IOException {
        this.home = home;
        log = Files.createTempFile(home, "trainer", ".log");
        process = TrainerCommand.of(1)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    public static Path job(Path home) {
        return home.resolve("jobs/1");
    }

    /** Writes a dataset of two classes that a small network learns, and a job that trains on it. */
    public static void writeJob(Path home, int epochs, String more) throws IOException {
        Path dataset = Files.createDirectories(home.resolve("datasets/points"));
        Path csv = dataset.resolve("points.csv");
        Random random = new Random(7);
        StringBuilder rows = new StringBuilder("a,b,label\n");
        for (int i = 0; i < ROWS; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            rows.append(a).append(',').append(b).append(a * b > 0 ? ",same\n" : ",different\n");
        }
        Files.writeString(csv, rows);
        DatasetFolder.create(dataset, "points", "csv", new JsonMapper().createObjectNode(), List.of(csv));
        Files.writeString(Files.createDirectories(job(home)).resolve("spec.json"), """
                {"seed": 1, "epochs": %d, "batch_size": 16, "log_every": 1,
                 "data": {"dataset": "points", "validation_split": 0.25},
                 "model": {"type": "mlp", "hidden": [16]},
                 "optimizer": {"type": "adam", "learning_rate": 0.01}%s}
                """.formatted(epochs, more));
    }

    public static Assignment assignment(Path home, int attempt, long nextSeq, String resumeFrom, Path linkFile) {
        return assignment(home, attempt, nextSeq, resumeFrom, linkFile, Duration.ofHours(1));
    }

    static Assignment assignment(
            Path home, int attempt, long nextSeq, String resumeFrom, Path linkFile, Duration orphanTimeout) {
        return new Assignment(
                1,
                attempt,
                Ledger.SECRET,
                nextSeq,
                job(home),
                home.resolve("datasets/points"),
                null,
                resumeFrom,
                List.of(),
                null,
                null,
                linkFile,
                orphanTimeout,
                null);
    }

    TrainerProcess assign(Assignment assignment) throws IOException {
        Writer in = process.outputWriter(StandardCharsets.UTF_8);
        in.write(assignment.toJson() + "\n");
        in.flush();
        return this;
    }

    /** Closes the trainer's standard input, as the death of its parent does. */
    TrainerProcess abandon() throws IOException {
        process.getOutputStream().close();
        return this;
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(this::log)
                .isTrue();
        return process.exitValue();
    }

    /** Asks it to end. */
    void term() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
        assertThat(home).exists();
    }
}
