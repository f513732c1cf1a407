package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.EventStream;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.Json;
import io.signalbox.harness.ServerProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The main job, whatever the database: submit, train, watch, steer, keep. One server serves all of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class MainJobSpecification {

    private static final int EPOCHS = 30;

    /** The server under test, which has the datasets {@code flowers} and {@code corners}. */
    abstract ServerProcess server();

    private Api api() {
        return server().api();
    }

    private Jobs jobs() {
        return server().jobs();
    }

    static void uploadDatasets(ServerProcess server) {
        JsonNode flowers = Fixtures.uploadFlowers(server.api()).expect(201).json();
        assertThat(flowers.path("name").stringValue()).isEqualTo("flowers");
        assertThat(flowers.path("sha256").stringValue()).matches("[0-9a-f]{64}");
        Fixtures.uploadCorners(server.api(), 640).expect(201);
    }

    @Test
    void trainsOnATableAndKeepsHistoryMetricsEventsLogAndCheckpoints() throws Exception {
        long id = jobs().submit(Fixtures.flowersJob(EPOCHS));

        JsonNode job = jobs().awaitState(id, "completed");

        assertThat(job.path("outcome").stringValue()).isEqualTo("finished");
        assertThat(job.path("attempt").intValue()).isEqualTo(1);
        assertThat(job.path("progress").path("epochs").intValue()).isEqualTo(EPOCHS);
        assertThat(job.path("latest").path("val_accuracy").doubleValue()).isGreaterThan(0.8);
        assertThat(job.path("spec").path("seed").longValue()).isEqualTo(5);
        historyHasEveryEpoch(id);
        metricsHaveEveryPoint(id);
        streamTellsTheWholeStory(id);
        assertThat(api().get("/jobs/" + id + "/logs").expect(200).text()).isNotEmpty();
        checkpointsAreWhole(id);
    }

    private void historyHasEveryEpoch(long id) {
        JsonNode history = jobs().history(id);
        List<String> columns = Json.elements(history.path("columns"))
                .map(JsonNode::stringValue)
                .toList();
        assertThat(columns.get(0)).isEqualTo("epoch");
        assertThat(columns.subList(1, columns.size()))
                .isSorted()
                .contains("accuracy", "loss", "val_accuracy", "val_loss");
        assertThat(jobs().epochs(id)).containsExactlyElementsOf(Jobs.firstEpochs(EPOCHS));

        Answer csv = api().get("/jobs/" + id + "/history", "text/csv").expect(200);
        assertThat(csv.header("Content-Type")).startsWith("text/csv");
        assertThat(csv.text().lines()).hasSize(EPOCHS + 1).first().isEqualTo(String.join(",", columns));
        assertThat(api().get("/jobs/" + id + "/history.csv").expect(200).text()).isEqualTo(csv.text());
    }

    private void metricsHaveEveryPoint(long id) {
        assertThat(api().get("/jobs/" + id + "/metrics").expect(200).text()).contains("\"loss\"", "\"val_loss\"");
        int steps = jobs().events(id, "batch_end").size();
        JsonNode few = api().get("/jobs/" + id + "/metrics/loss?by=step&max_points=20")
                .expect(200)
                .json()
                .path("points");
        assertThat(few.size()).isBetween(1, 20);
        assertThat(Json.elements(few).mapToLong(point -> point.path("count").longValue()))
                .satisfies(counts -> assertThat(
                                counts.stream().mapToLong(Long::longValue).sum())
                        .isEqualTo(steps));
        JsonNode byEpoch = api().get("/jobs/" + id + "/metrics/val_loss?by=epoch")
                .expect(200)
                .json()
                .path("points");
        assertThat(byEpoch.size()).isEqualTo(EPOCHS);
    }

    private void streamTellsTheWholeStory(long id) throws Exception {
        List<JsonNode> events = jobs().wholeStream(id, "completed");
        assertThat(events)
                .extracting(event -> event.path("type").stringValue())
                .contains("train_begin", "epoch_begin", "batch_end", "test_end", "epoch_end", "checkpoint_saved")
                .containsSubsequence("train_begin", "epoch_begin", "batch_end", "epoch_end", "train_end");
        try (EventStream stream = new EventStream(api(), id, 9)) {
            stream.closed().get(30, TimeUnit.SECONDS);
            assertThat(stream.received())
                    .extracting(EventStream.Received::id)
                    .containsExactlyElementsOf(
                            LongStream.range(10, events.size()).boxed().toList());
        }
    }

    private void checkpointsAreWhole(long id) throws Exception {
        List<JsonNode> checkpoints = jobs().checkpoints(id);
        assertThat(checkpoints)
                .extracting(checkpoint -> checkpoint.path("tags").toString())
                .anyMatch(tags -> tags.contains("best"))
                .anyMatch(tags -> tags.contains("latest"));
        for (String name : List.of("best", "latest")) {
            Map<String, byte[]> files = unzip(api().get("/jobs/" + id + "/checkpoints/" + name + "/content")
                    .expect(200));
            assertThat(files).containsKeys("manifest.json", "model.safetensors");
            Answer model = api().get("/jobs/" + id + "/checkpoints/" + name + "/files/model.safetensors")
                    .expect(200);
            assertThat(model.body()).isEqualTo(files.get("model.safetensors"));
            assertThat(new String(files.get("manifest.json"), java.nio.charset.StandardCharsets.UTF_8))
                    .contains(sha256(model.body()));
        }
        api().get("/jobs/" + id + "/checkpoints/no-such/content").expectProblem(404);
    }

    @Test
    void trainsAConvolutionalNetworkOnImages() {
        long id = jobs().submit(Fixtures.cornersJob(3));

        JsonNode job = jobs().awaitState(id, "completed");

        assertThat(job.path("progress").path("steps_per_epoch").intValue()).isEqualTo(18);
        assertThat(jobs().epochs(id)).containsExactly(0, 1, 2);
        assertThat(job.path("latest").path("val_accuracy").doubleValue()).isGreaterThan(0.5);
    }

    @Test
    void isSteeredWhileItRuns() throws Exception {
        long id = jobs().submit(Fixtures.cornersJob(10_000));
        jobs().awaitState(id, "running");
        try (EventStream stream = new EventStream(api(), id, -1)) {
            Awaitility.await("live batches")
                    .until(() -> stream.received().stream()
                            .anyMatch(
                                    it -> it.event().path("type").stringValue().equals("batch_end")));

            JsonNode pinned = jobs().applied(id, "{\"type\": \"set_learning_rate\", \"value\": 0.25e-3}");
            assertThat(pinned.path("applied_at").path("step").isIntegralNumber())
                    .isTrue();
            jobs().await(
                            id,
                            "the pinned rate",
                            job -> job.path("learning_rate").doubleValue() == 0.25e-3
                                    && job.path("learning_rate_owner")
                                            .asString("")
                                            .equals("command"));
            jobs().applied(id, "{\"type\": \"release_learning_rate\"}");
            jobs().await(
                            id,
                            "the released rate",
                            job -> Math.abs(job.path("learning_rate").doubleValue() - 0.5e-3) < 1e-9);

            JsonNode stopped = jobs().applied(id, "{\"type\": \"stop\"}");
            assertThat(stopped.path("message").stringValue()).isNotEmpty();
            JsonNode job = jobs().awaitState(id, "stopped");
            assertThat(job.path("outcome").stringValue()).isEqualTo("stopped_by_command");

            stream.closed().get(30, TimeUnit.SECONDS);
            List<JsonNode> events = jobs().wholeStream(id, "stopped");
            assertThat(stream.received())
                    .extracting(EventStream.Received::event)
                    .containsExactlyElementsOf(events);
        }
        List<JsonNode> rates = jobs().events(id, "learning_rate_changed").stream()
                .filter(event -> event.path("by").stringValue().equals("command")
                        || event.path("from").doubleValue() == 0.25e-3)
                .toList();
        assertThat(rates).hasSize(2);
        assertThat(rates.get(0).path("to").doubleValue()).isEqualTo(0.25e-3, within(1e-12));
        assertThat(jobs().checkpoints(id)).isNotEmpty();
        api().post("/jobs/" + id + "/commands", Api.JSON, "{\"type\": \"stop\"}")
                .expectProblem(409);
    }

    @Test
    void endsAtOnceWhenCancelledAndCanThenBeDeleted() {
        long id = jobs().submit(Fixtures.cornersJob(10_000));
        jobs().awaitState(id, "running");
        api().call("DELETE", "/jobs/" + id).expectProblem(409);

        jobs().command(id, "{\"type\": \"cancel\"}");

        jobs().awaitState(id, "cancelled");
        jobs().wholeStream(id, "cancelled");
        assertThat(server().home().resolve("jobs").resolve(Long.toString(id))).exists();
        api().call("DELETE", "/jobs/" + id).expect(204);
        api().get("/jobs/" + id).expectProblem(404);
        assertThat(server().home().resolve("jobs").resolve(Long.toString(id))).doesNotExist();
    }

    @Test
    void takesARepeatedSubmissionOnce() {
        Map<String, String> key = Map.of("Idempotency-Key", "one-of-a-kind");
        String spec = Fixtures.flowersJob(1);
        long id = api().post("/jobs", Api.YAML, spec, key)
                .expect(201)
                .json()
                .path("id")
                .longValue();

        JsonNode again = api().post("/jobs", Api.YAML, spec, key).expect(200).json();

        assertThat(again.path("id").longValue()).isEqualTo(id);
        api().post("/jobs", Api.YAML, Fixtures.flowersJob(2), key).expectProblem(422);
        jobs().awaitState(id, "completed");
    }

    @Test
    void saysWhatAJobWouldBeWithoutSubmittingIt() {
        JsonNode before = api().get("/jobs?limit=1").expect(200).json();

        JsonNode plan = api().post(
                        "/jobs?dry_run=true",
                        Api.YAML,
                        Fixtures.cornersJob(5)
                                + "callbacks: [{type: EarlyStopping, monitor: val_f1_of_nothing, patience: 9}]\n")
                .expect(200)
                .json();

        assertThat(plan.path("parameters").longValue()).isPositive();
        assertThat(plan.path("steps_per_epoch").intValue()).isEqualTo(18);
        assertThat(plan.path("checkpoint_bytes").longValue())
                .isGreaterThan(4 * plan.path("parameters").longValue());
        assertThat(Json.elements(plan.path("layers"))
                        .mapToLong(layer -> layer.path("parameters").longValue())
                        .sum())
                .isEqualTo(plan.path("parameters").longValue());
        assertThat(plan.path("spec").path("loss").isMissingNode()).isFalse();
        assertThat(Json.elements(plan.path("warnings")))
                .extracting(warning -> warning.path("pointer").stringValue())
                .anyMatch(pointer -> pointer.startsWith("#/callbacks/0"));
        assertThat(api().get("/jobs?limit=1").expect(200).json().path("items"))
                .extracting(job -> job.path("id"))
                .isEqualTo(Json.elements(before.path("items"))
                        .map(job -> job.path("id"))
                        .toList());
    }

    @Test
    void startsFromTheWeightsOfAnotherJob() {
        long teacher = jobs().submit(Fixtures.flowersJob(EPOCHS));
        jobs().awaitState(teacher, "completed");

        long pupil =
                jobs().submit(Fixtures.flowersJob(1) + "initial_weights: {job: " + teacher + ", checkpoint: best}\n");

        jobs().awaitState(pupil, "completed");
        assertThat(firstLoss(pupil)).isLessThan(firstLoss(teacher) / 2);
    }

    private double firstLoss(long id) {
        return jobs().events(id, "batch_end").get(0).path("logs").path("loss").doubleValue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"callbacks", "models", "layers", "losses", "metrics", "optimizers", "schedules", "augmentations"
            })
    void offersACatalogueOf(String kind) {
        assertThat(api().get("/catalogue/" + kind).expect(200).text()).contains("description");
    }

    @Test
    void listsJobsNewestFirstAndByTag() {
        long id = jobs().submit(Fixtures.flowersJob(1).replace("tags: [quick", "tags: [rare"));
        jobs().awaitState(id, "completed");

        JsonNode tagged =
                api().get("/jobs?tag=rare&state=completed").expect(200).json();

        assertThat(Json.elements(tagged.path("items")))
                .extracting(job -> job.path("id").longValue())
                .containsExactly(id);
        assertThat(tagged.path("next_cursor").isNull()).isTrue();
        assertThat(Json.elements(api().get("/jobs").expect(200).json().path("items")))
                .extracting(job -> job.path("id").longValue())
                .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void keepsEverythingOverARestart() {
        long id = jobs().submit(Fixtures.flowersJob(3));
        jobs().awaitState(id, "completed");
        JsonNode history = jobs().history(id);
        JsonNode job = jobs().get(id);
        List<JsonNode> events = jobs().events(id);

        server().term();
        assertThat(server().home().resolve("server.json")).doesNotExist();
        server().start();

        assertThat(jobs().get(id)).isEqualTo(job);
        assertThat(jobs().history(id)).isEqualTo(history);
        assertThat(jobs().events(id)).isEqualTo(events);
        assertThat(jobs().checkpoints(id)).isNotEmpty();
    }

    private static Map<String, byte[]> unzip(Answer answer) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName().replaceFirst(".*/", ""), zip.readAllBytes());
            }
        }
        return files;
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
