package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.Json;
import io.signalbox.harness.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
