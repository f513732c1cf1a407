package io.signalbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Api;
import io.signalbox.harness.Failpoints;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.Multipart;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A job whose trainer is killed with -9 again and again, at random moments within batches, validations and checkpoints,
 * against the same job left alone. On MNIST where {@code -Dsignalbox.test.data=} names a folder with {@code mnist/}, else on
 * the generated digits.
 */
class ExactResumeBench {

    private static final int EPOCHS = 20;
    private static final int KILLS = 10;
    private static final List<String> STEPS_OF_WRITING =
            List.of("checkpoint.create", "checkpoint.write", "checkpoint.sync", "checkpoint.move", "checkpoint.moved");
    private static final int TAIL = 4096;
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final String SPEC = """
            seed: 11
            epochs: %d
            batch_size: 128
            data: {dataset: %s, validation_split: 0.1, normalize: standard, class_weight: balanced,
                   augment: [{type: random_crop, padding: 2}, {type: gaussian_noise, sigma: 0.05}]}
            model: {type: sequential, layers: [
              {type: conv2d, filters: 4, kernel: 5, stride: 2}, {type: batch_norm}, {type: relu},
              {type: max_pool2d, kernel: 2}, {type: flatten}, {type: dropout, rate: 0.2}, {type: dense, units: 10}]}
            optimizer: {type: adam, learning_rate: 0.003}
            retries: 50
            log_every: 5
            callbacks:
              - {type: ReduceLROnPlateau, monitor: val_loss, patience: 1, factor: 0.5}
              - {type: EMA, decay: 0.99}
              - {type: EarlyStopping, monitor: val_loss, patience: 20, restore_best_weights: true}
              - {type: ModelCheckpoint, monitor: val_loss, save_best_only: true, save_weights_only: true}
              - {type: CheckpointRetention, keep_last: 2}
              - {type: BackupAndRestore, save_freq: 17}
            """;

    private final Report report = new Report("exact on resume");

    /** In what a trainer is killed. */
    private enum Moment {
        BATCH,
        VALIDATION,
        CHECKPOINT
    }

    @Test
    void killedTenTimesItEndsAsIfNothingHadHappened(@TempDir Path folder) throws IOException {
        long seed = Long.getLong("signalbox.seed", System.nanoTime());
        try (ServerProcess server = ServerProcess.unstartedPlain(folder, "signalbox.workers.slots=1")) {
            server.failpoints();
            server.start();
            Jobs jobs = server.jobs().patient(PATIENCE);
            String dataset = dataset(server.api());
            String spec = SPEC.formatted(EPOCHS, dataset);
            long whole = jobs.submit(spec);
            jobs.awaitState(whole, "completed");
            long killed = jobs.submit(spec);
            Map<Moment, Integer> moments = kill(server, killed, new SplittableRandom(seed));
            JsonNode job = jobs.awaitState(killed, "completed");

            report.line(
                    "%s, %d epochs, seed %d: %d kills -9, in %s; %d attempts",
                    dataset, EPOCHS, seed, KILLS, moments, job.path("attempt").intValue());
            compare(server, whole, killed);
        }
    }

    private static String dataset(Api api) throws IOException {
        String data = System.getProperty("signalbox.test.data");
        if (data == null) {
            return "sample-digits";
        }
        Multipart mnist = new Multipart().field("name", "mnist").field("format", "idx");
        for (String file : List.of("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")) {
            mnist.file(file, Files.readAllBytes(Path.of(data, "mnist", file)));
        }
        api.upload("/datasets", mnist).expect(201);
        return "mnist";
    }

    /** Spread over all epochs, and within each drawn at random. A job waits longer after each crash, ten minutes in all. */
    private static Map<Moment, Integer> kill(ServerProcess server, long job, SplittableRandom random) {
        Map<Moment, Integer> moments = new TreeMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Moment moment = Moment.values()[kill % Moment.values().length];
            int epoch = kill * (EPOCHS - 1) / KILLS;
            int batch = random.nextInt(30);
            Path folder = server.home().resolve("jobs").resolve(Long.toString(job));
            org.awaitility.Awaitility.await(moment + " in epoch " + epoch)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> isAt(moment, epoch, batch, folder));
            ProcessHandle trainer = moment == Moment.CHECKPOINT
                    ? writing(server.failpoints(), STEPS_OF_WRITING.get(random.nextInt(STEPS_OF_WRITING.size())))
                    : server.trainerOf(job);
            trainer.destroyForcibly();
            trainer.onExit().join();
            server.failpoints().clear();
            moments.merge(moment, 1, Integer::sum);
            int attempt = kill + 2;
            server.jobs()
                    .patient(PATIENCE)
                    .await(job, "attempt " + attempt, now -> now.path("attempt").intValue() >= attempt);
        }
        return moments;
    }

    private static boolean isAt(Moment moment, int epoch, int batch, Path job) throws IOException {
        String last = lastEvent(job);
        int at = number(last, "epoch");
        if (at < epoch || !last.contains("\"type\":\"batch_end\"")) {
            return false;
        }
        return switch (moment) {
            case BATCH, CHECKPOINT -> number(last, "batch") >= batch;
            case VALIDATION -> isLastOfEpoch(last, job);
        };
    }

    /** No event comes between the last batch that is told and the end of the validation. */
    private static boolean isLastOfEpoch(String event, Path job) throws IOException {
        int steps = number(Files.readAllLines(journal(job)).get(1), "steps_per_epoch");
        return number(event, "batch") >= steps - 5;
    }

    /** The trainer, where it waits within the next checkpoint. */
    private static ProcessHandle writing(Failpoints failpoints, String step) {
        failpoints.set(step);
        return failpoints.awaitReached(step);
    }

    private static Path journal(Path job) throws IOException {
        Path attempts = job.resolve("attempts");
        int newest = 1;
        while (Files.exists(attempts.resolve((newest + 1) + "/journal.ndjson"))) {
            newest++;
        }
        return attempts.resolve(newest + "/journal.ndjson");
    }

    private static String lastEvent(Path job) throws IOException {
        Path journal = journal(job);
        if (Files.notExists(journal)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(TAIL, file.length())];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            String[] lines = new String(tail, StandardCharsets.UTF_8).strip().split("\n", -1);
            return lines[lines.length - 1];
        }
    }

    private static int number(String json, String field) {
        var matcher =
                java.util.regex.Pattern.compile("\"" + field + "\":(\\d+)").matcher(json);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    private void compare(ServerProcess server, long whole, long killed) {
        Jobs jobs = server.jobs();
        List<JsonNode> expected = rows(jobs.history(whole));
        List<JsonNode> actual = rows(jobs.history(killed));
        long same = 0;
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            same += expected.get(i).equals(actual.get(i)) ? 1 : 0;
        }
        Set<String> decisions = decisions(jobs.events(whole));
        Set<String> decisionsOfKilled = decisions(jobs.events(killed));
        report.line(
                "epochs identical in every metric and the learning rate: %d of %d; decisions of callbacks: %d, identical: %s",
                same, expected.size(), decisions.size(), decisionsOfKilled.equals(decisions));
        List<String> files = List.of(
                "final/files/model.safetensors", "final/files/optimizer.safetensors", "best/files/model.safetensors");
        for (String file : files) {
            report.line(
                    "%s: SHA-256 %s, of the killed job %s",
                    file,
                    sha256(server, whole, file).substring(0, 16),
                    sha256(server, killed, file).substring(0, 16));
        }
        assertThat(actual).isEqualTo(expected).hasSize(EPOCHS);
        assertThat(decisionsOfKilled).isEqualTo(decisions);
        assertThat(files)
                .allSatisfy(file ->
                        assertThat(sha256(server, killed, file)).as(file).isEqualTo(sha256(server, whole, file)));
    }

    private static List<JsonNode> rows(JsonNode history) {
        List<JsonNode> rows = new ArrayList<>();
        history.path("rows").forEach(rows::add);
        return rows;
    }

    /** What was told again after a kill is there once. */
    private static Set<String> decisions(List<JsonNode> events) {
        Set<String> decisions = new LinkedHashSet<>();
        for (JsonNode event : events) {
            String type = event.path("type").asString();
            if (Set.of("learning_rate_changed", "callback", "restored", "alert").contains(type)) {
                decisions.add(type + " " + event.path("epoch") + "/" + event.path("step") + " " + event.path("from")
                        + event.path("to") + event.path("by") + event.path("name") + event.path("message"));
            }
        }
        return decisions;
    }

    private static String sha256(ServerProcess server, long job, String file) {
        try {
            byte[] content = server.api()
                    .get("/jobs/" + job + "/checkpoints/" + file)
                    .expect(200)
                    .body();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
