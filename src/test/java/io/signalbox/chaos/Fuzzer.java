package io.signalbox.chaos;

import io.signalbox.chaos.OpenApi.Operation;
import io.signalbox.harness.Api;
import io.signalbox.harness.Json;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes requests of an OpenAPI document: valid ones, and such in which this and that is spoiled. The seed tells all. */
final class Fuzzer {

    private static final List<String> TYPES =
            List.of("text/plain", "application/xml", "application/json; charset=utf-16", ";");
    private static final List<String> ACCEPTED = List.of("text/html", "image/png", "text/csv", "*/*;q=0", ";;");
    private static final String BOUNDARY = "fuzz-boundary";

    /** Bodies that are taken as they are, by the path that takes them. */
    private static final List<String> SPECS = List.of("""
            {"name": "fuzz", "epochs": 1, "batch_size": 16, "tags": ["a", "b"], "seed": 3, "priority": 1, "retries": 1,
             "data": {"dataset": "flowers", "validation_split": 0.2, "normalize": "standard", "stratify": true},
             "model": {"type": "sequential", "layers": [{"type": "dense", "units": 8}, {"type": "relu"},
              {"type": "dropout", "rate": 0.5}, {"type": "dense", "units": 3}]},
             "optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9, "nesterov": true},
             "loss": {"type": "cross_entropy", "label_smoothing": 0.1}, "metrics": ["accuracy"],
             "callbacks": [{"type": "EarlyStopping", "monitor": "val_loss", "patience": 2},
              {"type": "ModelCheckpoint", "monitor": "val_loss", "save_best_only": true},
              {"type": "LearningRateScheduler", "schedule": "epoch < 10 ? lr : lr * 0.95"}],
             "resources": {"cpus": 1, "memory": "2GiB", "time_limit": "2h"}, "log_every": 10}""", """
            {"epochs": 2, "data": {"dataset": "flowers"}, "model": {"type": "mlp", "hidden": [4, 4], "dropout": 0.1},
             "optimizer": {"type": "adam", "learning_rate": 0.01, "betas": [0.9, 0.999]},
             "callbacks": [{"type": "ReduceLROnPlateau", "factor": 0.2, "patience": 3, "min_lr": 0.00001},
              {"type": "LearningRateScheduler", "schedule": {"type": "cosine"}}]}""");

    private static final List<String> COMMANDS = List.of(
            "{\"type\": \"stop\", \"at\": \"batch\", \"restore_best\": true, \"save\": true, \"deadline_seconds\": 5}",
            "{\"type\": \"set_learning_rate\", \"value\": 0.1, \"until_epoch\": 3}",
            "{\"type\": \"set_epochs\", \"epochs\": 2}",
            "{\"type\": \"update_callback\", \"name\": \"early_stopping\", \"params\": {\"patience\": 9}}",
            "{\"type\": \"add_callback\", \"callback\": {\"type\": \"TerminateOnNaN\"}}",
            "{\"type\": \"save_checkpoint\", \"name\": \"mine\"}",
            "{\"type\": \"restore_checkpoint\", \"name\": \"best\", \"weights_only\": true}",
            "{\"id\": \"c1\", \"type\": \"pause\"}",
            "{\"type\": \"cancel\"}");

    private static final List<String> REPLAYS =
            List.of("""
            {"callbacks": [{"type": "EarlyStopping", "monitor": "loss", "patience": 1}], "learning_rate": 0.01, "epochs": 4,
             "steps_per_epoch": 1, "history": [{"loss": 1.0}, {"loss": 0.5}, {"loss": 0.6}, {"loss": 0.7}],
             "vary": {"pointer": "/callbacks/0/patience", "values": [1, 2, 3]}}""", "{\"job_id\": 1, \"callbacks\": [{\"type\": \"ReduceLROnPlateau\", \"factor\": 0.5}]}");

    private final List<Operation> operations;
    private final long seed;

    Fuzzer(List<Operation> operations, long seed) {
        this.operations = operations;
        this.seed = seed;
    }

    /** A request, and what it says for those who read of a failure. */
    record Request(Operation operation, HttpRequest.Builder http, String told) {}

    /** The request of a number; the same at every call. */
    Request request(Api api, int number) {
        Random random = new Random(seed * 1_000_003 + number);
        Operation operation = operations.get(number % operations.size());
        StringBuilder path = new StringBuilder(operation.path());
        operation.parametersIn("path").forEach(parameter -> fill(path, parameter, random));
        path.append(query(operation, random));
        HttpRequest.Builder http = api.request("/" + path);
        StringBuilder told = new StringBuilder("#" + number + " " + operation.method() + " " + path);
        operation.parametersIn("header").forEach(parameter -> {
            if (random.nextInt(3) == 0) {
                set(http, told, parameter.path("name").stringValue(), printable(value(parameter, random)));
            }
        });
        if (random.nextInt(20) == 0) {
            set(http, told, "Accept", pick(ACCEPTED, random));
        }
        BodyPublisher body = BodyPublishers.noBody();
        if (!operation.bodyTypes().isEmpty()) {
            String type = pick(operation.bodyTypes(), random);
            byte[] bytes = body(operation, type, random);
            String sent = type.startsWith("multipart") ? type + "; boundary=" + BOUNDARY : type;
            set(http, told, "Content-Type", random.nextInt(30) == 0 ? pick(TYPES, random) : sent);
            told.append(' ').append(new String(bytes, 0, Math.min(bytes.length, 1_000), StandardCharsets.UTF_8));
            body = BodyPublishers.ofByteArray(bytes);
        }
        http.method(operation.method(), body);
        return new Request(operation, http, told.toString());
    }

    private static void set(HttpRequest.Builder http, StringBuilder told, String name, String value) {
        http.setHeader(name, value);
        told.append(" [").append(name).append(": ").append(value).append(']');
    }

    private static void fill(StringBuilder path, JsonNode parameter, Random random) {
        String name = "{" + parameter.path("name").stringValue() + "}";
        int at = path.indexOf(name);
        path.replace(at, at + name.length(), encode(value(parameter, random)));
    }

    private static String query(Operation operation, Random random) {
        List<String> parts = new ArrayList<>();
        operation.parametersIn("query").forEach(parameter -> {
            for (int i = random.nextInt(8) == 0 ? 2 : random.nextInt(2); i > 0; i--) {
                parts.add(encode(parameter.path("name").stringValue()) + "=" + encode(value(parameter, random)));
            }
        });
        if (random.nextInt(15) == 0) {
            parts.add("unknown=" + encode(Mutation.nastyText(random)));
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }

    /** One of its kind two times in three, else anything. */
    private static String value(JsonNode parameter, Random random) {
        if (random.nextInt(3) == 0) {
            return Mutation.nastyText(random);
        }
        return switch (parameter.path("schema").path("type").asString("string")) {
            case "integer" -> pick(List.of("1", "2", "3", "0", "-1", "500", "501", "9223372036854775808"), random);
            case "number" -> pick(List.of("0", "1.5", "-1", "1e400"), random);
            case "boolean" -> pick(List.of("true", "true", "false", "maybe"), random);
            default ->
                pick(
                        List.of(
                                "1",
                                "loss",
                                "best",
                                "latest",
                                "flowers",
                                "model.safetensors",
                                "layers",
                                "-created_at",
                                "running"),
                        random);
        };
    }

    private static byte[] body(Operation operation, String type, Random random) {
        byte[] bytes = type.startsWith("multipart")
                ? multipart(random)
                : json(operation, random).getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(30) == 0) {
            return java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        }
        return bytes;
    }

    private static String json(Operation operation, Random random) {
        ObjectNode valid = (ObjectNode) Json.read(valid(operation.path(), random));
        for (int spoiled = random.nextInt(3); spoiled > 0 && !valid.isEmpty(); spoiled--) {
            valid = Mutation.of(valid, random).tree();
        }
        return valid.toString();
    }

    private static String valid(String path, Random random) {
        if (path.endsWith("/commands")) {
            return pick(COMMANDS, random);
        }
        if (path.endsWith(":command")) {
            return "{\"filter\": {\"experiment\": \"meadow\"}, \"command\": " + pick(COMMANDS, random) + "}";
        }
        if (path.endsWith("/fork")) {
            return "{\"checkpoint\": \"best\", \"changes\": {\"epochs\": 2, \"optimizer\": {\"learning_rate\": 0.1}}}";
        }
        if (path.endsWith(
                "/predict")) { // of a checkpoint that is not there: starting processes is not what is tried here
            return "{\"checkpoint\": \"missing\", \"inputs\": [[1.0, 2.0, 3.0, \"clay\"]]}";
        }
        return pick(path.endsWith("/replays") ? REPLAYS : SPECS, random);
    }

    private static byte[] multipart(Random random) {
        StringBuilder body = new StringBuilder();
        part(body, "name", random.nextBoolean() ? "fuzz-" + random.nextInt(50) : Mutation.nastyText(random), null);
        if (random.nextInt(5) > 0) {
            part(
                    body,
                    "format",
                    pick(List.of("csv", "idx", "cifar", "image_folder", "text", "parquet", ""), random),
                    null);
        }
        if (random.nextBoolean()) {
            part(
                    body,
                    "options",
                    random.nextBoolean()
                            ? "{\"target\": \"b\"}"
                            : Mutation.nastyNode(random).toString(),
                    null);
        }
        for (int files = random.nextInt(3); files > 0; files--) {
            String content = pick(
                    List.of(
                            "a,b\n1,2\n3,4\n",
                            "a,b\n1,2\n3\n",
                            "",
                            "PK\u0003\u0004",
                            "\u0008\u0000\u0000\u0000\u0000\u0000\u0000\u0000{}",
                            "x".repeat(5_000)),
                    random);
            part(body, "file", content, printable(Mutation.nastyText(random)).replace('"', '_'));
        }
        return (body + "--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void part(StringBuilder body, String name, String content, String fileName) {
        body.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"")
                .append(name)
                .append('"');
        if (fileName != null) {
            body.append("; filename=\"").append(fileName).append('"');
        }
        body.append("\r\n\r\n").append(content).append("\r\n");
    }

    private static <T> T pick(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The HTTP client sends no others in headers. */
    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
