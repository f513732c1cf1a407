package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Metric.Direction;
import io.signalbox.spec.CallbackSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.SoftAssertions;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever type of callback a spec names: a run that is killed at any boundary and gone on from there decides, tells and
 * writes what one does that nothing happened to. A new type is held to it by itself, with its defaults or with the parameters
 * given here.
 */
class EveryTypeResumesTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int STEPS = 3;

    /** Parameters that make a type act within a few epochs; a type that is not here runs with its defaults. */
    private static final Map<String, List<String>> PARAMETERS = Map.ofEntries(
            with(
                    "EarlyStopping",
                    "{\"patience\":2,\"restore_best_weights\":true}",
                    "{\"patience\":1,\"baseline\":0.4,\"start_from_epoch\":2}",
                    "{\"patience\":2,\"keras_compatible\":false,\"restore_best_weights\":true}"),
            with(
                    "ReduceLROnPlateau",
                    "{\"patience\":1,\"cooldown\":2}",
                    "{\"patience\":2,\"factor\":0.5,\"min_lr\":0.02}"),
            with(
                    "ModelCheckpoint",
                    "{\"save_best_only\":true}",
                    "{\"save_freq\":2,\"filepath\":\"{epoch}-{batch}\"}",
                    "{\"save_best_only\":true,\"save_freq\":4,\"monitor\":\"loss\",\"initial_value_threshold\":0.6}",
                    "{\"save_best_only\":true,\"keras_compatible\":false}"),
            with(
                    "LearningRateScheduler",
                    "{\"schedule\":{\"type\":\"cosine\"}}",
                    "{\"schedule\":\"epoch < 2 ? lr : lr * 0.5\"}",
                    "{\"schedule\":\"lr * 0.9\",\"by\":\"step\",\"warmup\":4}",
                    "{\"schedule\":{\"type\":\"one_cycle\",\"max_lr\":1},\"by\":\"step\"}"),
            with(
                    "LambdaCallback",
                    "{\"when\":\"val_loss > best.val_loss\",\"do\":[{\"set_learning_rate\":{\"factor\":0.5}},{\"notify\":{}}]}",
                    "{\"on\":\"train_batch_end\",\"when\":\"loss > val_loss\",\"do\":[{\"log_metric\":{\"name\":\"gap\",\"value\":\"loss - best.val_loss\"}}]}",
                    "{\"when\":\"val_f1 > 1\",\"do\":[{\"save_checkpoint\":{}},{\"stop\":{}}]}",
                    "{\"on\":\"train_batch_end\",\"when\":\"step == 4\",\"do\":[{\"stop\":{}}]}"),
            with("BackupAndRestore", "{}", "{\"save_freq\":4}"),
            with("TensorBoard", "{\"update_freq\":2}"),
            with("ProgbarLogger", "{\"lines_per_epoch\":2}"),
            with("GradientClipping", "{\"clip_norm\":1}"),
            with("GradientAccumulation", "{\"steps\":2}"),
            with("CheckpointRetention", "{\"keep_last\":1}"),
            with("Notify", "{\"url\":\"https://example.org/\"}"));

    /** Types that cannot run over written-down metrics alone, each with why, or where its resuming is tested. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "LayerFreezing", "needs the layers of a network, and keeps no state",
            "Timer", "goes by the clock: TimerTest",
            "ThroughputMonitor", "goes by the clock: ThroughputMonitorTest",
            "DeviceStats", "tells of the machine: DeviceStatsTest",
            "Notify", "is the server's to do: NotificationTest",
            "RemoteMonitor", "is the server's to do: NotificationTest");

    private static Map.Entry<String, List<String>> with(String type, String... parameters) {
        return Map.entry(type, List.of(parameters));
    }

    @Property(tries = 400)
    void goesOnAsIfNothingHadHappened(
            @ForAll("callbacks") CallbackSpec spec,
            @ForAll("losses") List<Double> losses,
            @ForAll @IntRange(min = 1, max = 40) int boundary)
            throws IOException {
        Path undisturbed = Files.createTempDirectory("whole");
        Path disturbed = Files.createTempDirectory("resumed");
        try {
            ScriptedRun whole = run(losses).in(undisturbed);
            whole.train(callbacks(spec));
            ScriptedRun killed = run(losses).in(disturbed).killedAt(1 + boundary % whole.boundaries.size());
            try {
                killed.train(callbacks(spec));
            } catch (ScriptedRun.Killed e) {
                // as it was to be
            }
            ScriptedRun resumed = run(losses).in(disturbed);

            resumed.goOn(killed, callbacks(spec));

            compare(resumed, whole);
            assertThat(rows(disturbed)).isEqualTo(rows(undisturbed));
        } finally {
            delete(undisturbed);
            delete(disturbed);
        }
    }

    private static void compare(ScriptedRun resumed, ScriptedRun whole) {
        SoftAssertions.assertSoftly(softly -> {
            softly.assertThat(resumed.told).isEqualTo(whole.told);
            softly.assertThat(resumed.asked).isEqualTo(whole.asked);
            softly.assertThat(resumed.backups).isEqualTo(whole.backups);
            softly.assertThat(resumed.stopped).isEqualTo(whole.stopped);
            softly.assertThat(resumed.restored).isEqualTo(whole.restored);
            softly.assertThat(resumed.weights()).isEqualTo(whole.weights());
            softly.assertThat(resumed.learningRate().value())
                    .isEqualTo(whole.learningRate().value());
        });
    }

    private static List<Callback> callbacks(CallbackSpec spec) {
        List<Callback> callbacks = new ArrayList<>(new Callbacks().create(List.of(spec)));
        callbacks.add(new History(2, () -> 0));
        return callbacks;
    }

    private static ScriptedRun run(List<Double> losses) {
        List<Map<String, Double>> history = new ArrayList<>();
        for (Double loss : losses) {
            Map<String, Double> logs = new LinkedHashMap<>();
            logs.put("loss", loss.isNaN() ? 0.5 : loss);
            logs.put("val_loss", loss);
            history.add(logs);
        }
        return new ScriptedRun(0.1, history)
                .withSteps(STEPS)
                .withMetrics(List.of(new Metric("accuracy", Direction.MAX)));
    }

    /** What the plain files in a folder hold. */
    private static Map<String, String> rows(Path folder) throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                rows.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return rows;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<CallbackSpec> callbacks() {
        List<CallbackSpec> specs = new ArrayList<>();
        for (String type : new Callbacks().types()) {
            if (!ELSEWHERE.containsKey(type)) {
                for (String parameters : PARAMETERS.getOrDefault(type, List.of("{}"))) {
                    specs.add(new CallbackSpec(type, "it", (ObjectNode) JSON.readTree(parameters)));
                }
            }
        }
        return Arbitraries.of(specs);
    }

    @Provide
    Arbitrary<List<Double>> losses() {
        return Arbitraries.of(0.1, 0.2, 0.3, 0.35, 0.5, 0.7, 0.9, Double.NaN)
                .list()
                .ofMinSize(1)
                .ofMaxSize(10);
    }
}
