package io.signalbox.bench;

import static java.util.stream.Collectors.joining;

import io.signalbox.harness.Api;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How long a replay takes, from the request to the whole answer. */
class ReplayBench {

    private static final int WARM_UP = 10;
    private static final int CALLS = 30;

    private static final String CALLBACKS = """
            [{"type": "EarlyStopping", "patience": 2000}, {"type": "ReduceLROnPlateau"},
             {"type": "ModelCheckpoint", "save_best_only": true}, {"type": "TerminateOnNaN"}]""";

    private final Report report = new Report("replay");

    @Test
    void aThousandEpochsWithFourCallbacks(@TempDir Path folder) {
        try (ServerProcess server = ServerProcess.startPlain(folder, "signalbox.workers.warm=0")) {
            measure("1,000 epochs", server.api(), body(1_000, ""), 200);
            measure(
                    "1,000 epochs, 8 values varied",
                    server.api(),
                    body(
                            1_000,
                            ", \"vary\": {\"pointer\": \"/callbacks/0/patience\", \"values\": [1,2,3,5,8,13,21,34]}"),
                    8 * 200);
            measureOnce(
                    "100,000 epochs with 50 callbacks", server.api(), body(100_000, fiftyCallbacks(), 1, ""), 10_000);
        }
    }

    private void measure(String what, Api api, String body, double aim) {
        Instant first = Instant.now();
        api.post("/replays", Api.JSON, body).expect(200);
        double cold = Report.millis(Duration.between(first, Instant.now()));
        List<Double> millis = new ArrayList<>();
        for (int i = -WARM_UP; i < CALLS; i++) {
            Instant begin = Instant.now();
            api.post("/replays", Api.JSON, body).expect(200);
            if (i >= 0) {
                millis.add(Report.millis(Duration.between(begin, Instant.now())));
            }
        }
        report.line(
                "%s: first %.0f ms, then median %.0f ms, worst %.0f ms of %d (aim: under %.0f ms)",
                what, cold, Report.median(millis), Report.max(millis), CALLS, aim);
    }

    /** The most that is taken at once, in a server that is warm. */
    private void measureOnce(String what, Api api, String body, double aim) {
        Instant begin = Instant.now();
        JsonNode answer = api.post("/replays", Api.JSON, body).expect(200).json();
        report.line(
                "%s: %.0f ms (aim: under %.0f ms), error %s",
                what, Report.millis(Duration.between(begin, Instant.now())), aim, answer.get("error"));
    }

    private static String fiftyCallbacks() {
        return IntStream.range(0, 50)
                .mapToObj(i -> "{\"type\": \"EarlyStopping\", \"patience\": 200000}")
                .collect(joining(",", "[", "]"));
    }

    private static String body(int epochs, String vary) {
        return body(epochs, CALLBACKS, 10, vary);
    }

    private static String body(int epochs, String callbacks, int steps, String vary) {
        String history = IntStream.range(0, epochs)
                .mapToObj(epoch -> "{\"loss\": %s, \"accuracy\": 0.5, \"val_loss\": %s, \"val_accuracy\": 0.5}"
                        .formatted(1.0 / (epoch + 1), 0.3 + 1.0 / (epoch + 2) + epoch % 3 * 1e-3))
                .collect(joining(",", "[", "]"));
        return "{\"callbacks\": " + callbacks + ", \"steps_per_epoch\": " + steps + ", \"history\": " + history + vary
                + "}";
    }
}
