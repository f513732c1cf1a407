package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.data.Zips;
import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.Json;
import io.signalbox.harness.Multipart;
import io.signalbox.harness.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What becomes of a trained model: it predicts, and other jobs begin with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelsIT {

    private static final int VALIDATION_ROWS = 30;

    private ServerProcess server;
    private Jobs jobs;
    private long trained;

    @BeforeAll
    void train(@TempDir Path folder) {
        server = ServerProcess.start(folder, "signalbox.workers.slots=1", "signalbox.workers.warm=0");
        jobs = server.jobs();
        Fixtures.uploadFlowers(server.api()).expect(201);
        trained = jobs.submit(Fixtures.flowersJob(6) + "metrics: [accuracy, f1, auc, {type: top_k, k: 2}]\n");
        jobs.awaitState(trained, "completed");
    }

    @AfterAll
    void end() {
        server.close();
    }

    @Test
    void predictsWhatItsValidationFound() {
        List<String[]> rows = rows();
        List<String[]> held = rows.subList(rows.size() - VALIDATION_ROWS, rows.size());
        JsonNode best = checkpoint("best");

        JsonNode byName = predict("best", inputs(held)).expect(200).json();
        JsonNode byOrder = predict(
                        best.path("name").asString(),
                        held.stream()
                                .map(row -> "[" + row[0] + "," + row[1] + "," + row[2] + ",\"" + row[3] + "\"]")
                                .toList())
                .expect(200)
                .json();

        assertThat(byName.path("checkpoint").asString())
                .isEqualTo(best.path("name").asString());
        assertThat(byOrder).isEqualTo(byName);
        long right = IntStream.range(0, VALIDATION_ROWS)
                .filter(i -> byName.at("/labels/" + i + "/label").asString().equals(held.get(i)[4]))
                .count();
        assertThat((double) right / VALIDATION_ROWS)
                .isEqualTo(best.at("/metrics/val_accuracy").doubleValue());
        assertThat(loss(byName, held)).isCloseTo(best.at("/metrics/val_loss").doubleValue(), within(1e-6));
    }

    @Test
    void learnsFromAZipOfPicturesAndTellsOthersApart() {
        Map<String, byte[]> pictures = new LinkedHashMap<>();
        for (int i = 0; i < 12; i++) {
            pictures.put("set/dark/" + i + ".png", Zips.picture("png", 8, 8, 0x101010 + i));
            pictures.put("set/light/" + i + ".jpg", Zips.picture("jpg", 8, 8, 0xE0E0E0 + i));
        }
        upload("shades", "image_folder", "{\"image_size\": 4, \"color_mode\": \"grayscale\"}", Zips.zip(pictures));
        long job = jobs.submit(
                "epochs: 10\nbatch_size: 4\ndata: {dataset: shades, stratify: true, validation_split: 0.25}\n"
                        + "model: {type: logistic}\noptimizer: {type: adam, learning_rate: 0.05}\n");
        jobs.awaitState(job, "completed");
        String other = Base64.getEncoder().encodeToString(Zips.picture("png", 20, 10, 0xD0D0D0));

        assertThat(predicted(job, other)).isEqualTo("light");
    }

    private void upload(String name, String format, String options, byte[] content) {
        Multipart form = new Multipart()
                .field("name", name)
                .field("format", format)
                .field("options", options)
                .file("uploaded", content);
        server.api().upload("/datasets", form).expect(201);
    }

    private String predicted(long job, String input) {
        return server.api()
                .post(
                        "/jobs/" + job + "/predict",
                        Api.JSON,
                        "{\"checkpoint\": \"latest\", \"inputs\": [\"" + input + "\"]}")
                .expect(200)
                .json()
                .at("/labels/0/label")
                .asString();
    }

    @Test
    void tellsAllThatIsWrongWithInputs() {
        predict("best", List.of("{\"petal_length\": \"long\", \"sepal_length\": 1}", "[1]", "7"))
                .expectProblem(422, "#/inputs/0/petal_length")
                .expectProblem(422, "#/inputs/0/petal_width")
                .expectProblem(422, "#/inputs/1")
                .expectProblem(422, "#/inputs/2");
        predict("best", List.of()).expectProblem(422, "#/inputs");
        predict("no-such", List.of("[1]")).expectProblem(404);
        predict("../final", List.of("[1]")).expectProblem(422, "#/checkpoint");
        server.api().post("/jobs/999/predict", Api.JSON, "{\"inputs\": [[1]]}").expectProblem(404);
    }

    @Test
    void beginsWithAnotherJobsWeights() {
        long next = jobs.submit(still("initial_weights: {job: " + trained + ", checkpoint: best}"));

        jobs.awaitState(next, "completed");
        assertThat(history(next, "val_loss"))
                .isCloseTo(checkpoint("best").at("/metrics/val_loss").doubleValue(), within(1e-6));
        assertThat(jobs.get(next).at("/spec/initial_weights/checkpoint").asString())
                .isEqualTo(checkpoint("best").path("name").asString());
        JsonNode event = jobs.events(next, "weights_loaded").get(0);
        assertThat(Json.elements(event.path("taken")).map(JsonNode::asString))
                .containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
        assertThat(event.path("not_taken")).isEmpty();
    }

    @Test
    void takesWhatFitsOfAnUpload() {
        byte[] file = server.api()
                .get("/jobs/" + trained + "/checkpoints/best/files/model.safetensors")
                .expect(200)
                .body();
        server.api()
                .upload("/weights", new Multipart().field("name", "flowers").file("w.safetensors", file))
                .expect(201);
        String wider = still("initial_weights: {upload: flowers, strict: %s}")
                .replace("target", "features: [petal_length, petal_width], target");

        server.api().post("/jobs", Api.YAML, String.format(wider, true)).expectProblem(422, "#/initial_weights");
        long partial = jobs.submit(String.format(wider, false));
        server.api().call("DELETE", "/weights/flowers").expect(204);

        jobs.awaitState(partial, "completed");
        JsonNode event = jobs.events(partial, "weights_loaded").get(0);
        assertThat(Json.elements(event.path("taken")).map(JsonNode::asString))
                .containsExactly("0.bias", "2.weight", "2.bias");
        assertThat(event.at("/not_taken/0").asString()).startsWith("0.weight: is F32[16, 6]");
    }

    @Test
    void refusesWeightsThatAreNotThere() {
        refused("{job: 999}", "#/initial_weights/job");
        refused("{job: " + trained + ", checkpoint: no-such}", "#/initial_weights/checkpoint");
        refused("{upload: no-such}", "#/initial_weights/upload");
    }

    @Test
    void goesOnWithATextAndTellsItsErrorRates() {
        server.api()
                .upload(
                        "/datasets",
                        new Multipart()
                                .field("name", "rhyme")
                                .field("format", "text")
                                .file(
                                        "rhyme.txt",
                                        "the cat sat on the mat. ".repeat(60).getBytes(StandardCharsets.UTF_8)))
                .expect(201);
        long text = jobs.submit("""
                epochs: 3
                batch_size: 32
                data: {dataset: rhyme, tokens: {context: 16}, validation_split: 0.2}
                model: {type: gpt, layers: 1, width: 32, heads: 2}
                metrics: [accuracy, cer, wer]
                optimizer: {type: adam, learning_rate: 0.01}
                """);
        jobs.awaitState(text, "completed");
        assertThat(history(text, "val_cer")).isBetween(0.0, 1 - history(text, "val_accuracy") + 1e-9);
        assertThat(history(text, "val_wer")).isPositive();

        String request = """
                {"checkpoint": "final", "inputs": ["the c"], "generate": {"length": 12, "temperature": 0}}""";
        JsonNode answer = server.api()
                .post("/jobs/" + text + "/predict", Api.JSON, request)
                .expect(200)
                .json();
        assertThat(answer.at("/texts/0").asString()).hasSize(12);
        assertThat(answer.path("outputs").isNull()).isTrue();
        server.api()
                .post("/jobs/" + trained + "/predict", Api.JSON, request.replace("final", "best"))
                .expectProblem(422, "#/generate");
    }

    private void refused(String weights, String pointer) {
        server.api()
                .post("/jobs", Api.YAML, still("initial_weights: " + weights))
                .expectProblem(422, pointer);
    }

    /** A job that learns next to nothing. */
    private static String still(String line) {
        return """
                epochs: 1
                batch_size: 16
                data: {dataset: flowers, target: species, validation_split: 0.2, normalize: standard}
                model: {type: mlp, hidden: [16]}
                optimizer: {type: sgd, learning_rate: 1.0e-12}
                """ + line + "\n";
    }

    private double history(long job, String metric) {
        JsonNode history = jobs.history(job);
        int column = Json.elements(history.path("columns"))
                .map(JsonNode::asString)
                .toList()
                .indexOf(metric);
        return history.path("rows").path(0).path(column).doubleValue();
    }

    private Answer predict(String checkpoint, List<String> inputs) {
        return server.api()
                .post(
                        "/jobs/" + trained + "/predict",
                        Api.JSON,
                        "{\"checkpoint\": \"" + checkpoint + "\", \"inputs\": [" + String.join(",", inputs) + "]}");
    }

    private JsonNode checkpoint(String tag) {
        return jobs.checkpoints(trained).stream()
                .filter(each -> Json.elements(each.path("tags"))
                        .anyMatch(name -> name.asString().equals(tag)))
                .findFirst()
                .orElseThrow();
    }

    /** Cross entropy of the scores that were told. */
    private static double loss(JsonNode prediction, List<String[]> rows) {
        double sum = 0;
        for (int i = 0; i < rows.size(); i++) {
            sum -= Math.log(prediction
                    .path("labels")
                    .path(i)
                    .path("scores")
                    .path(rows.get(i)[4])
                    .doubleValue());
        }
        return sum / rows.size();
    }

    private static List<String> inputs(List<String[]> rows) {
        return rows.stream()
                .map(row -> "{\"petal_length\": " + row[0] + ", \"petal_width\": " + row[1] + ", \"sepal_length\": "
                        + row[2] + ", \"soil\": \"" + row[3] + "\"}")
                .toList();
    }

    /** The flowers' fields, row by row. */
    private static List<String[]> rows() {
        return new String(Fixtures.flowersCsv(), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .map(line -> line.replace("\"", "").split(",", 5))
                .toList();
    }
}
