package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.chaos.Fuzzer.Request;
import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Json;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests of every operation that the OpenAPI document has, valid and spoiled. {@code -Dchaos.seed=…} makes those of a
 * failure again, {@code -Dchaos.requests=…} makes more.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzIT {

    private static final int FEW = 2_000;
    private static final int REQUESTS = Integer.getInteger("chaos.requests", FEW);
    private static final int MUTATIONS = REQUESTS / 4;
    private static final int MOST_FAILURES = 20;
    private static final int MOST_PROBLEM_BYTES = 256 << 10;
    private static final int MOST_BYTES = 16 << 20;
    private static final Set<Integer> DOCUMENTED = Set.of(503, 507);

    /** Rules between two places, where the other one may be named. */
    private static final Set<String> BETWEEN_PLACES =
            Set.of("model.too-large", "unique", "metric.incompatible", "loss.incompatible", "batch.too-large");

    /** The few requests of every build are the same ones; more are others each time. */
    private final long seed = Long.getLong("chaos.seed", REQUESTS == FEW ? 1 : System.nanoTime() & 0xffff_ffffL);

    private ServerProcess server;
    private Api api;

    @BeforeAll
    void start(@TempDir Path folder) {
        server = ServerProcess.start(folder, "signalbox.workers.slots=1", "signalbox.workers.warm=0");
        api = server.api();
        Fixtures.uploadFlowers(api).expect(201);
        server.jobs().awaitState(server.jobs().submit(Fixtures.flowersJob(1)), "completed");
    }

    @AfterAll
    void end() {
        server.close();
    }

    @Test
    void noRequestHasAnAnswerThatIsNotDocumented() {
        System.out.println("chaos.seed=" + seed + " chaos.requests=" + REQUESTS);
        Fuzzer fuzzer = new Fuzzer(OpenApi.of(api).operations(), seed);
        List<String> failures = new ArrayList<>();
        Set<Integer> statuses = new LinkedHashSet<>();
        for (int number = 0; number < REQUESTS && failures.size() < MOST_FAILURES; number++) {
            Request request = fuzzer.request(api, number);
            try {
                Reply reply = reply(request);
                statuses.add(reply.status());
                String wrong = wrong(reply);
                if (!wrong.isEmpty()) {
                    failures.add(wrong + ": " + request.told() + " -> " + reply.status() + " " + reply.start());
                }
            } catch (UncheckedIOException e) {
                failures.add("no answer: " + request.told() + " -> " + e.getMessage());
            }
        }
        assertThat(failures).as("seed %s", seed).isEmpty();
        assertThat(statuses)
                .as("seed %s tries what is taken and what is not", seed)
                .contains(200, 400, 404, 422);
        assertThat(server.isAlive()).isTrue();
    }

    private record Reply(int status, String type, byte[] body) {

        String start() {
            String text = new String(body, StandardCharsets.UTF_8);
            return text.substring(0, Math.min(500, text.length()));
        }
    }

    /** Reads no further than any answer may go, and of a stream only that it begins. */
    private Reply reply(Request request) {
        HttpResponse<InputStream> response = api.send(request.http(), HttpResponse.BodyHandlers.ofInputStream());
        String type = response.headers().firstValue("Content-Type").orElse("");
        try (InputStream body = response.body()) {
            byte[] bytes = type.startsWith("text/event-stream") ? new byte[0] : body.readNBytes(MOST_BYTES + 1);
            return new Reply(response.statusCode(), type, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String wrong(Reply reply) {
        if (reply.status() >= 500 && !DOCUMENTED.contains(reply.status())) {
            return "a fault of the server";
        }
        if (reply.status() < 400) {
            return reply.body().length > MOST_BYTES ? "an answer without bound" : "";
        }
        String text = new String(reply.body(), StandardCharsets.UTF_8);
        if (!reply.type().startsWith("application/problem+json")
                || Json.read(text).path("status").intValue() != reply.status()) {
            return "no problem document";
        }
        if (reply.body().length > MOST_PROBLEM_BYTES) {
            return "a problem without bound";
        }
        return text.replace("OnExceptionCheckpoint", "").contains("Exception") || text.contains("\tat ")
                ? "tells of the inside"
                : "";
    }

    @Test
    void aSpecWithOneNodeSpoiledIsTakenOrRefusedByPointerAndARefusedOneMakesNothing() {
        assertThat(Fixtures.uploadFlowers(api).status()).isIn(201, 409); // the other test may have deleted them
        ObjectNode valid = (ObjectNode) Json.read(FUZZED);
        List<String> failures = new ArrayList<>();
        long jobs = jobs();
        for (int number = 0; number < MUTATIONS && failures.size() < MOST_FAILURES; number++) {
            Mutation mutation = Mutation.of(valid, new Random(seed * 1_000_003 + number));
            String told = "#" + number + " " + mutation.pointer() + " = " + mutation.what();
            Answer answer =
                    api.post("/jobs?dry_run=true", Api.JSON, mutation.tree().toString());
            if (!Set.of(200, 400, 422).contains(answer.status())
                    || (answer.status() != 200 && !pointsAt(answer.json(), mutation))) {
                failures.add(told + " -> " + answer.status() + " " + answer.text());
            }
            if (answer.status() != 200) {
                assertThat(api.post("/jobs", Api.JSON, mutation.tree().toString())
                                .status())
                        .as(told)
                        .isEqualTo(answer.status());
            }
        }
        assertThat(failures).as("seed %s", seed).isEmpty();
        assertThat(jobs()).as("seed %s", seed).isEqualTo(jobs);
    }

    private long jobs() {
        return api.get("/jobs?limit=1")
                .expect(200)
                .json()
                .path("items")
                .path(0)
                .path("id")
                .longValue(0);
    }

    private static boolean pointsAt(JsonNode problem, Mutation mutation) {
        return StreamSupport.stream(problem.path("errors").spliterator(), false).anyMatch(error -> {
            String pointer = error.path("pointer").stringValue("").substring(1);
            String code = error.path("code").stringValue("");
            return pointer.startsWith(mutation.pointer())
                    || mutation.pointer().startsWith(pointer)
                    || parent(pointer).equals(parent(mutation.pointer()))
                    || code.startsWith("shape.")
                    || BETWEEN_PLACES.contains(code);
        });
    }

    private static String parent(String pointer) {
        return pointer.substring(0, Math.max(0, pointer.lastIndexOf('/')));
    }

    private static final String FUZZED = """
            {"name": "fuzz", "epochs": 5, "batch_size": 16, "tags": ["a", "b"], "seed": 3, "retries": 1,
             "data": {"dataset": "flowers", "validation_split": 0.2, "normalize": "standard"},
             "model": {"type": "sequential", "layers": [{"type": "dense", "units": 8}, {"type": "relu"},
              {"type": "dropout", "rate": 0.5}, {"type": "dense", "units": 3}]},
             "optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": true},
             "loss": {"type": "cross_entropy", "label_smoothing": 0.1}, "metrics": ["accuracy"],
             "callbacks": [{"type": "EarlyStopping", "monitor": "val_loss", "patience": 2},
              {"type": "ModelCheckpoint", "filepath": "e-{epoch:02d}", "monitor": "val_loss"},
              {"type": "LearningRateScheduler", "schedule": "epoch < 10 ? lr : lr * 0.95"}],
             "resources": {"cpus": 1, "memory": "2GiB", "time_limit": "2h"}, "log_every": 10}""";
}
