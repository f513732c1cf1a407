package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Metric.Direction;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The callbacks against what Keras 3.15 itself did on the same metrics: recorded from a compiled model and Keras' own
 * callbacks in their list, only the metrics replaced by given ones.
 */
class KerasOracleTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double RATE_TOLERANCE = 1e-6;

    /** Accidents of Python or of Keras that we do not share, each with the reason. */
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("es_unknown_mode_falls_back_to_auto", "an unknown mode is refused at submission"),
            Map.entry("es_negative_patience", "a negative patience is refused at submission"),
            Map.entry("mc_save_freq_best_only_first_epoch_trap", "works, where Keras fails with a TypeError"),
            Map.entry("mc_save_freq_best_only_threshold_trap", "works, where Keras fails with a TypeError"),
            Map.entry("mc_no_extension_raises", "checkpoints have a name, not a file's extension"),
            Map.entry("mc_weights_extension_raises", "checkpoints have a name, not a file's extension"),
            Map.entry("mc_zero_save_freq_saves_every_batch", "a save_freq below 1 is refused at submission"),
            Map.entry("mc_format_bad_code_raises", "refused at submission, where Keras fails while training"),
            Map.entry("ls_bad_return_raises", "a schedule cannot return anything but a number"));

    private final Callbacks types = new Callbacks();
    private final List<Callback> callbacks = new ArrayList<>();
    private final List<Double> duringEpoch = new ArrayList<>();
    private final List<Double> afterEpoch = new ArrayList<>();

    static Stream<Arguments> cases() throws IOException {
        try (InputStream file = KerasOracleTest.class.getResourceAsStream("/callback/keras-callbacks.json")) {
            return JSON.readTree(file).values().stream()
                    .map(node -> Arguments.of(
                            node.get("id").stringValue() + " "
                                    + node.get("scenario").stringValue(),
                            node));
        }
    }

    @Test
    void whatIsDoneOtherwiseIsDocumented() throws IOException {
        assertThat(Files.readString(Path.of("docs", "callbacks.md"))).contains(OTHERWISE.keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void doesWhatKerasDoes(String name, JsonNode vector) {
        if (OTHERWISE.containsKey(vector.get("scenario").stringValue())) {
            assertThat(vector.get("tier").stringValue()).isEqualTo("quirk");
            return;
        }
        JsonNode expected = vector.get("expected");
        String raises = expected.get("raises").path("phase").asString("");
        ScriptedRun run = run(vector);

        boolean bound = create(vector.get("callbacks"));

        assertThat(bound).as("arguments taken").isEqualTo(!raises.equals("constructor"));
        if (bound) {
            String failure = train(run, raises.equals("training"));
            if (failure == null) {
                compare(vector, expected, run);
            }
        }
    }

    private @Nullable String train(ScriptedRun run, boolean fails) {
        List<Callback> all = new ArrayList<>(callbacks);
        all.add(new RateProbe());
        all.add(new History(0, () -> 0));
        try {
            int epochs = run.train(all);
            assertThat(fails).as("fails").isFalse();
            assertThat(epochs).isEqualTo(afterEpoch.size());
            return null;
        } catch (CallbackException e) {
            assertThat(fails).as("must not fail: " + e.getMessage()).isTrue();
            return e.getMessage();
        }
    }

    private final class RateProbe implements Callback {
        @Override
        public String name() {
            return "probe";
        }

        @Override
        public void onEpochBegin(int epoch, Run run) {
            duringEpoch.add(run.learningRate().value());
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            afterEpoch.add(run.learningRate().value());
        }
    }

    private void compare(JsonNode vector, JsonNode expected, ScriptedRun run) {
        assertThat(afterEpoch).hasSize(expected.get("epochs_run").intValue());
        assertThat(run.batchesRun).isEqualTo(ints(expected.get("batches_run")));
        assertThat(run.stopped.stream()
                        .map(stop -> row(index(stop.request().by()), stop.epoch(), stop.batch()))
                        .toList())
                .isEqualTo(rows(expected.get("stopped_by"), "callback_index", "epoch", "batch"));
        assertThat(run.restored.stream()
                        .map(restored ->
                                row(index(restored.key()), restored.weights().epoch()))
                        .toList())
                .isEqualTo(rows(expected.get("restores"), "callback_index", "epoch"));
        assertThat(run.weights().epoch())
                .isEqualTo(expected.get("final_weights_epoch").intValue());
        compareRates(expected, run);
        compareCheckpoints(expected, run);
    }

    private void compareRates(JsonNode expected, ScriptedRun run) {
        assertRates(duringEpoch, expected.get("lr").get("during_epoch"));
        assertRates(afterEpoch, expected.get("lr").get("after_epoch"));
        List<Double> history = run.told(EpochEnd.class).stream()
                .map(end -> end.logs().get("learning_rate"))
                .filter(Objects::nonNull)
                .toList();
        assertRates(history, expected.path("history_learning_rate"));
        JsonNode reductions = expected.get("lr_reductions");
        List<ScriptedRun.Told> told = run.told.stream()
                .filter(event -> event.detail() instanceof LearningRateChanged change
                        && callbacks.get(index(change.by())) instanceof ReduceLROnPlateau)
                .toList();
        assertThat(told).hasSize(reductions.size());
        for (int i = 0; i < told.size(); i++) {
            LearningRateChanged change = (LearningRateChanged) told.get(i).detail();
            JsonNode reduction = reductions.get(i);
            assertThat(index(change.by()))
                    .isEqualTo(reduction.get("callback_index").intValue());
            assertThat(told.get(i).epoch()).isEqualTo(reduction.get("epoch").intValue());
            assertRate(change.to(), reduction.get("new_lr").doubleValue());
        }
    }

    private void compareCheckpoints(JsonNode expected, ScriptedRun run) {
        assertThat(run.asked.stream()
                        .map(asked -> row(
                                index(asked.request().by()),
                                asked.request().file(),
                                asked.epoch(),
                                asked.batch(),
                                asked.replaced()))
                        .toList())
                .isEqualTo(expected.get("checkpoints")
                        .valueStream()
                        .map(node -> row(
                                node.get("callback_index").intValue(),
                                file(node.get("path").stringValue()),
                                node.get("epoch").intValue(),
                                value(node.get("batch")),
                                node.get("overwrote").booleanValue()))
                        .toList());
        Map<String, ScriptedRun.Weights> files = new LinkedHashMap<>();
        expected.get("final_files")
                .forEach(node -> files.put(
                        file(node.get("path").stringValue()),
                        new ScriptedRun.Weights(
                                node.get("epoch").intValue(),
                                node.get("batches_done").intValue())));
        assertThat(run.files()).isEqualTo(files);
    }

    private static void assertRates(List<Double> rates, JsonNode expected) {
        assertThat(rates).hasSize(expected.size());
        for (int i = 0; i < rates.size(); i++) {
            assertRate(rates.get(i), expected.get(i).doubleValue());
        }
    }

    private static void assertRate(double rate, double expected) {
        assertThat(rate).isCloseTo(expected, within(expected * RATE_TOLERANCE));
    }

    private static ScriptedRun run(JsonNode vector) {
        List<Metric> metrics = vector.get("compiled_metrics")
                .valueStream()
                .map(node -> new Metric(
                        node.get("name").stringValue(),
                        switch (node.get("direction").asString("")) {
                            case "up" -> Direction.MAX;
                            case "down" -> Direction.MIN;
                            default -> null;
                        }))
                .toList();
        JsonNode batchLogs = vector.get("batch_logs");
        return new ScriptedRun(
                        vector.get("initial_lr").doubleValue(),
                        vector.get("history")
                                .valueStream()
                                .map(KerasOracleTest::logs)
                                .toList())
                .withMetrics(metrics)
                .withSteps(vector.get("steps_per_epoch").intValue())
                .withBatchLogs(
                        batchLogs.isNull()
                                ? null
                                : batchLogs
                                        .valueStream()
                                        .map(epoch -> epoch.valueStream()
                                                .map(KerasOracleTest::logs)
                                                .toList())
                                        .toList());
    }

    /** A logged None is a metric that was not logged. */
    private static Map<String, Double> logs(JsonNode node) {
        Map<String, Double> logs = new LinkedHashMap<>();
        node.properties().stream()
                .filter(metric -> !metric.getValue().isNull())
                .forEach(metric -> logs.put(
                        metric.getKey(), Double.valueOf(metric.getValue().asString())));
        return logs;
    }

    /** Whether the arguments of all were taken. */
    private boolean create(JsonNode specs) {
        for (int i = 0; i < specs.size(); i++) {
            ObjectNode args = (ObjectNode) specs.get(i).get("args");
            String type = specs.get(i).get("type").stringValue();
            if (type.equals("LearningRateScheduler")) {
                args = args.deepCopy().put("schedule", expression(args.get("schedule")));
            }
            if (args.has("filepath")) {
                args = args.deepCopy()
                        .put("filepath", args.get("filepath").stringValue().replace('/', '-'));
            }
            List<Problem> problems = new ArrayList<>();
            if (Binder.bind(args, types.parameters(type), "#", problems) == null) {
                return false;
            }
            callbacks.addAll(types.create(List.of(new CallbackSpec(type, name(i), args))));
        }
        return true;
    }

    /** The functions that the recorded runs gave to Keras' LearningRateScheduler, as expressions. */
    private static String expression(JsonNode node) {
        return switch (node.get("kind").stringValue()) {
            case "table" ->
                node.get("values") + "[min(epoch, " + (node.get("values").size() - 1) + ")]";
            case "constant" -> node.get("value").toString();
            case "keep" -> "lr";
            case "multiply" -> filled("epoch >= {from_epoch} ? lr * {factor} : lr", node);
            case "step_decay" -> filled("{initial_lr} * pow({drop}, double(epoch / {every}))", node);
            case "exponential_decay" -> filled("{initial_lr} * exp(-{k} * epoch)", node);
            case "linear" -> filled("{start} + ({end} - {start}) * min(double(epoch) / {total_epochs}, 1.0)", node);
            case "cosine" ->
                filled("{initial_lr} / 2.0 * (1 + cos(pi * min(epoch, {total_epochs}) / {total_epochs}))", node);
            case "one_argument" -> filled("{initial_lr} / (1 + epoch)", node);
            default -> throw new IllegalArgumentException(node.toString());
        };
    }

    private static String filled(String expression, JsonNode values) {
        String filled = expression;
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            filled = filled.replace("{" + value.getKey() + "}", value.getValue().asString());
        }
        return filled;
    }

    private static String name(int index) {
        return "callback-" + index;
    }

    private static int index(String name) {
        return Integer.parseInt(name.substring("callback-".length()));
    }

    /** Keras' path without folders, which a name cannot have. */
    private static String file(String path) {
        return path.replace('/', '-');
    }

    private static List<Integer> ints(JsonNode node) {
        return node.valueStream().map(JsonNode::intValue).toList();
    }

    private static List<List<String>> rows(JsonNode node, String... fields) {
        return node.valueStream()
                .map(entry -> row(
                        Stream.of(fields).map(field -> value(entry.get(field))).toArray()))
                .toList();
    }

    private static @Nullable Integer value(JsonNode node) {
        return node.isNull() ? null : (Integer) node.intValue();
    }

    private static List<String> row(@Nullable Object... cells) {
        return Stream.of(cells).map(String::valueOf).toList();
    }
}
