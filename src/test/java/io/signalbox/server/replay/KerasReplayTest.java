package io.signalbox.server.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.ServerTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Replays, asked for as any client asks, against what Keras 3.15 itself did on the same metrics. */
@ServerTest
class KerasReplayTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final double RATE_TOLERANCE = 1e-6;

    @Autowired
    Caller caller;

    /** All but the accidents of Python and Keras that the documentation says we do not share. */
    static Stream<Arguments> cases() throws IOException {
        String documented = Files.readString(Path.of("docs", "callbacks.md"));
        try (InputStream file = KerasReplayTest.class.getResourceAsStream("/callback/keras-callbacks.json")) {
            return JSON.readTree(file)
                    .valueStream()
                    .filter(node -> !node.get("tier").stringValue().equals("quirk")
                            || !documented.contains("`" + node.get("scenario").stringValue() + "`"))
                    .map(node -> Arguments.of(
                            node.get("id").stringValue() + " "
                                    + node.get("scenario").stringValue(),
                            node));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void answersWhatKerasDid(String name, JsonNode recorded) {
        JsonNode expected = recorded.get("expected");
        JsonNode raises = expected.get("raises");

        Response response = caller.authorized("POST", "/api/v1/replays")
                .send("application/json", request(recorded).toString());

        if (raises.path("phase").asString("").equals("constructor")) {
            assertThat(response.status()).as(response.body()).isEqualTo(422);
            assertThat(response.json().at("/errors/0/pointer").stringValue())
                    .startsWith("#/callbacks/" + raises.get("callback_index").intValue() + "/");
            return;
        }
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        compare(response.json(), expected);
    }

    private static ObjectNode request(JsonNode recorded) {
        ObjectNode request = JSON.createObjectNode();
        ArrayNode callbacks = request.putArray("callbacks");
        int index = 0;
        for (JsonNode callback : recorded.get("callbacks")) {
            ObjectNode given = callbacks.addObject();
            given.set("type", callback.get("type"));
            given.put("name", "callback-" + index++);
            given.setAll((ObjectNode) callback.get("args"));
            if (given.has("schedule")) {
                given.set("schedule", schedule(given.get("schedule")));
            }
        }
        request.set("learning_rate", recorded.get("initial_lr"));
        request.set("epochs", recorded.get("epochs"));
        request.set("steps_per_epoch", recorded.get("steps_per_epoch"));
        request.set("history", recorded.get("history"));
        if (!recorded.get("batch_logs").isNull()) {
            request.set("batch_logs", recorded.get("batch_logs"));
        }
        ArrayNode metrics = request.putArray("metrics");
        for (JsonNode metric : recorded.get("compiled_metrics")) {
            ObjectNode given = metrics.addObject();
            given.set("name", metric.get("name"));
            switch (metric.get("direction").asString("")) {
                case "up" -> given.put("direction", "max");
                case "down" -> given.put("direction", "min");
                default -> given.putNull("direction");
            }
        }
        return request;
    }

    /** Keras' functions of the epoch, as expressions. */
    private static JsonNode schedule(JsonNode function) {
        String expression = switch (function.get("kind").stringValue()) {
            case "table" -> {
                ArrayNode values = (ArrayNode) function.get("values");
                yield values + "[min(epoch, " + (values.size() - 1) + ")]";
            }
            case "constant" -> number(function, "value");
            case "keep" -> "lr";
            case "multiply" ->
                "epoch >= " + function.get("from_epoch") + " ? lr * " + number(function, "factor") + " : lr";
            case "step_decay" ->
                number(function, "initial_lr") + " * pow(" + number(function, "drop") + ", double(epoch / "
                        + function.get("every") + "))";
            case "exponential_decay" ->
                number(function, "initial_lr") + " * exp(-" + number(function, "k") + " * double(epoch))";
            case "linear" ->
                number(function, "start") + " + (" + number(function, "end") + " - " + number(function, "start")
                        + ") * min(double(epoch) / " + number(function, "total_epochs") + ", 1.0)";
            case "cosine" ->
                number(function, "initial_lr") + " / 2.0 * (1.0 + cos(pi * min(double(epoch), "
                        + number(function, "total_epochs") + ") / " + number(function, "total_epochs") + "))";
            case "one_argument" -> number(function, "initial_lr") + " / (1 + epoch)";
            default -> throw new IllegalArgumentException(function.toString());
        };
        return JSON.getNodeFactory().stringNode(expression);
    }

    private static String number(JsonNode function, String field) {
        return Double.toString(function.get(field).doubleValue());
    }

    private static void compare(JsonNode answer, JsonNode expected) {
        for (String field : List.of("epochs_run", "stopped_epoch", "restored_from_epoch", "final_weights_epoch")) {
            assertThat(answer.get(field)).as(field).isEqualTo(expected.get(field));
        }
        assertThat(rows(answer.get("stopped_by"), "callback", "epoch", "batch"))
                .isEqualTo(rows(expected.get("stopped_by"), "callback_index", "epoch", "batch"));
        assertThat(rows(answer.get("checkpoints"), "callback", "file", "epoch", "batch", "replaced"))
                .isEqualTo(rows(expected.get("checkpoints"), "callback_index", "path", "epoch", "batch", "overwrote"));
        assertThat(rows(answer.get("files"), "file", "epoch", "batches_done"))
                .isEqualTo(rows(expected.get("final_files"), "path", "epoch", "batches_done"));
        JsonNode rates = expected.get("lr");
        assertRates(answer.get("learning_rates"), rates.get("during_epoch"));
        assertRates(answer.get("learning_rates_after"), rates.get("after_epoch"));
        assertRate(answer.get("final_learning_rate"), rates.get("final"));
        compareBest(answer.get("best"), expected.get("best"));
        compareError(answer.get("error"), expected.get("raises"));
    }

    /** The best value of every callback that has one, and its epoch where Keras keeps that. */
    private static void compareBest(JsonNode best, JsonNode expected) {
        assertThat(rows(best, "callback", "value")).isEqualTo(rows(expected, "callback_index", "value"));
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).has("epoch")) {
                assertThat(best.get(i).get("epoch")).isEqualTo(expected.get(i).get("epoch"));
            }
        }
    }

    private static void compareError(JsonNode error, JsonNode raises) {
        if (raises.isNull()) {
            assertThat(error.isNull()).as(error.toString()).isTrue();
            return;
        }
        assertThat(error.get("callback").stringValue()).isEqualTo("callback-" + raises.get("callback_index"));
        assertThat(error.get("epoch")).isEqualTo(raises.get("epoch"));
        assertThat(error.get("hook")).isEqualTo(raises.get("hook"));
        assertThat(error.get("detail").stringValue()).isNotBlank();
    }

    private static void assertRates(JsonNode rates, JsonNode expected) {
        assertThat(rates).hasSameSizeAs(expected);
        for (int i = 0; i < rates.size(); i++) {
            assertRate(rates.get(i), expected.get(i));
        }
    }

    private static void assertRate(JsonNode rate, JsonNode expected) {
        assertThat(rate.doubleValue())
                .isCloseTo(expected.doubleValue(), within(expected.doubleValue() * RATE_TOLERANCE));
    }

    private static List<List<String>> rows(JsonNode node, String... fields) {
        return node.valueStream()
                .map(row -> Stream.of(fields)
                        .map(field -> text(row.get(field)).replaceFirst("^callback-", ""))
                        .toList())
                .toList();
    }

    /** One text for a number, however it is written. */
    private static String text(JsonNode value) {
        return value.isFloatingPointNumber() ? Double.toString(value.doubleValue()) : value.asString("null");
    }
}
