package io.signalbox.bench;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How soon a command takes effect: from the HTTP answer to the event, beside the time that one batch takes. */
class CommandLatencyBench {

    private static final int RATES = 15;
    private static final int STOPS = 5;

    private final Report report = new Report("commands");

    @Test
    void commandsTakeEffectAtTheNextBatch(@TempDir Path folder) {
        try (ServerProcess server = ServerProcess.startPlain(folder, "signalbox.workers.slots=1")) {
            Fixtures.uploadCorners(server.api(), 640).expect(201);
            Jobs jobs = server.jobs();
            List<Double> rates = new ArrayList<>();
            List<Double> stops = new ArrayList<>();
            List<Double> batches = new ArrayList<>();
            for (int i = 0; i < STOPS; i++) {
                long id = jobs.submit(Fixtures.cornersJob(10_000));
                jobs.awaitEpochs(id, 1);
                for (int j = 0; j < RATES / STOPS; j++) {
                    rates.add(latency(jobs, id, "{\"type\": \"set_learning_rate\", \"value\": 0.00" + (j + 1) + "}"));
                }
                stops.add(latency(jobs, id, "{\"type\": \"stop\"}"));
                jobs.awaitState(id, "stopped");
                batches.addAll(batchMillis(jobs.events(id, "batch_end")));
            }
            double limit = Report.median(batches) + 50;
            print("set_learning_rate", rates, limit);
            print("stop", stops, limit);
            report.line("one batch: median %.1f ms", Report.median(batches));
        }
    }

    private void print(String command, List<Double> latencies, double limit) {
        report.line(
                "%s, HTTP answer to event: median %.1f ms, worst %.1f ms of %d (aim: one batch + 50 ms = %.1f ms)",
                command, Report.median(latencies), Report.max(latencies), latencies.size(), limit);
    }

    /** From the answer to the event; below 0 where the trainer was quicker than the answer. */
    private static double latency(Jobs jobs, long id, String json) {
        String command = jobs.command(id, json).path("id").asString();
        Instant answered = Instant.now();
        jobs.awaitApplied(id, command); // who reads the whole stream meanwhile measures the reading
        JsonNode event = jobs.events(id, "command_applied").stream()
                .filter(it -> it.path("command_id").asString().equals(command))
                .findFirst()
                .orElseThrow();
        return Report.millis(Duration.between(answered, Report.at(event)));
    }

    private static List<Double> batchMillis(List<JsonNode> batches) {
        List<Double> millis = new ArrayList<>();
        for (int i = 1; i < batches.size(); i++) {
            boolean sameEpoch =
                    batches.get(i).path("epoch").equals(batches.get(i - 1).path("epoch"));
            if (sameEpoch) {
                millis.add(Report.millis(Duration.between(Report.at(batches.get(i - 1)), Report.at(batches.get(i)))));
            }
        }
        return millis;
    }
}
