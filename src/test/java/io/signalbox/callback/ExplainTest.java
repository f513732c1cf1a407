package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Metric.Direction;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.spec.CallbackSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What callbacks say of themselves at each epoch's end. */
class ExplainTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern EARLIEST = Pattern.compile("at epoch ([0-9]+) at the earliest");

    @Example
    void earlyStoppingSaysWhatItWaitsForAndUntilWhen() {
        assertThat(told("EarlyStopping", "{\"patience\":5}", 0.4, 0.231, 0.3, 0.25, 0.3, 0.3, 0.2))
                .containsExactly(
                        "watches val_loss, less is better (inferred: it is a loss); best 0.4 at epoch 0; waits 0 of 5;"
                                + " can stop at epoch 5 at the earliest",
                        "watches val_loss, less is better (inferred: it is a loss); best 0.231 at epoch 1; waits 0 of 5;"
                                + " can stop at epoch 6 at the earliest",
                        "watches val_loss, less is better (inferred: it is a loss); best 0.231 at epoch 1; waits 1 of 5;"
                                + " can stop at epoch 6 at the earliest",
                        "watches val_loss, less is better (inferred: it is a loss); best 0.231 at epoch 1; waits 2 of 5;"
                                + " can stop at epoch 6 at the earliest",
                        "watches val_loss, less is better (inferred: it is a loss); best 0.231 at epoch 1; waits 3 of 5;"
                                + " can stop at epoch 6 at the earliest",
                        "watches val_loss, less is better (inferred: it is a loss); best 0.231 at epoch 1; waits 4 of 5;"
                                + " can stop at epoch 6 at the earliest",
                        "watches val_loss, less is better (inferred: it is a loss); best 0.2 at epoch 6; waits 0 of 5;"
                                + " cannot stop before the last epoch is over");
        assertThat(told("EarlyStopping", "{\"patience\":1,\"mode\":\"max\"}", 0.4, 0.3))
                .last()
                .asString()
                .contains("more is better (mode is max)")
                .endsWith("training stops");
    }

    @Example
    void reduceLrOnPlateauSaysWhatComesNext() {
        assertThat(told("ReduceLROnPlateau", "{\"patience\":1,\"cooldown\":3,\"min_lr\":0.05}", 0.4, 0.5))
                .containsExactly(
                        "watches val_loss, less is better (inferred: it is a loss); best 0.4 at epoch 0; waits 0 of 1; can"
                                + " reduce the rate to 0.05 at epoch 1 at the earliest",
                        "watches val_loss, less is better (inferred: it is a loss); best 0.4 at epoch 0; the rate is at"
                                + " min_lr: nothing is left to reduce");
        assertThat(told("ReduceLROnPlateau", "{\"patience\":1,\"cooldown\":3,\"factor\":0.5}", 0.4, 0.5, 0.5, 0.5, 0.3))
                .satisfies(
                        told -> assertThat(told.get(1))
                                .endsWith("cools down for 3 more epochs; waits 0 of 1; can reduce the rate to 0.025 at"
                                        + " epoch 4 at the earliest"),
                        told -> assertThat(told.get(4))
                                .endsWith("waits 0 of 1; cannot reduce the rate before the last epoch is over"));
    }

    @Example
    void modelCheckpointSaysWhatItKeeps() {
        assertThat(told("ModelCheckpoint", "{}", 1)).containsExactly("saves after every epoch");
        assertThat(told("ModelCheckpoint", "{\"save_freq\":5}", 1, 2))
                .containsExactly(
                        "saves after every 5 batches, the next in 3", "saves after every 5 batches, the next in 1");
        assertThat(told("ModelCheckpoint", "{\"save_best_only\":true,\"initial_value_threshold\":0.5}", 0.7, 0.4))
                .containsExactly(
                        "saves after every epoch that is the best; watches val_loss, less is better (inferred: it is a"
                                + " loss); nothing better than the threshold 0.5 yet",
                        "saves after every epoch that is the best; watches val_loss, less is better (inferred: it is a"
                                + " loss); best 0.4 at epoch 1");
    }

    @Example
    void aMetricsOwnDirectionIsNamed() {
        CallbackSpec spec = spec("EarlyStopping", "{\"monitor\":\"val_f1\",\"patience\":3}");
        ScriptedRun run = ScriptedRun.of("val_f1", 0.5).withMetrics(List.of(new Metric("f1", Direction.MAX)));

        assertThat(told(spec, run))
                .singleElement()
                .asString()
                .contains("more is better (inferred: the metric f1 says so)");
    }

    @Property(tries = 300)
    void nothingHappensBeforeTheEpochThatIsNamed(
            @ForAll("losses") List<Double> losses,
            @ForAll @IntRange(max = 3) int patience,
            @ForAll @IntRange(max = 3) int other) {
        double[] values = losses.stream().mapToDouble(Double::doubleValue).toArray();
        String stopping = "{\"patience\":" + patience + ",\"start_from_epoch\":" + other + "}";
        ScriptedRun run = ScriptedRun.of("val_loss", values);
        List<String> told = told(spec("EarlyStopping", stopping), run);
        run.stopped.forEach(stop -> assertNotNamedLater(stop.epoch(), told));

        String reducing = "{\"patience\":" + patience + ",\"cooldown\":" + other + ",\"factor\":0.5}";
        ScriptedRun reduced = ScriptedRun.of("val_loss", values);
        List<String> toldOfRate = told(spec("ReduceLROnPlateau", reducing), reduced);
        reduced.told.stream()
                .filter(event -> event.detail() instanceof LearningRateChanged)
                .forEach(event -> assertNotNamedLater(event.epoch(), toldOfRate));
    }

    @Property(tries = 200)
    void saysWithinAnEpochWhatItSaidBeforeIt(
            @ForAll("losses") List<Double> losses,
            @ForAll @IntRange(max = 3) int patience,
            @ForAll @IntRange(max = 3) int other) {
        double[] values = losses.stream().mapToDouble(Double::doubleValue).toArray();
        for (CallbackSpec spec : List.of(
                spec("EarlyStopping", "{\"patience\":" + patience + ",\"start_from_epoch\":" + other + "}"),
                spec("ReduceLROnPlateau", "{\"patience\":" + patience + ",\"cooldown\":" + other + "}"))) {
            Callback callback = new Callbacks().create(List.of(spec)).get(0);
            List<String> before = new ArrayList<>();
            List<String> within = new ArrayList<>();
            ScriptedRun.of("val_loss", values).train(List.of(callback, new Callback() {
                @Override
                public String name() {
                    return "listener";
                }

                @Override
                public void onEpochEnd(int epoch, Logs logs, Run of) {
                    before.add(callback.explain(of));
                }

                @Override
                public void onTrainBatchEnd(int batch, Logs logs, Run of) {
                    within.add(callback.explain(of));
                }
            }));

            assertThat(within.subList(1, within.size())).isEqualTo(before.subList(0, before.size() - 1));
        }
    }

    /** What was said in the epochs before one in which it happened. */
    private static void assertNotNamedLater(int epoch, List<String> told) {
        for (String sentence : told.subList(0, epoch)) {
            Matcher earliest = EARLIEST.matcher(sentence);
            assertThat(earliest.find()).as(sentence).isTrue();
            assertThat(Integer.parseInt(earliest.group(1))).as(sentence).isLessThanOrEqualTo(epoch);
        }
    }

    private static List<String> told(String type, String params, double... losses) {
        return told(spec(type, params), ScriptedRun.of("val_loss", losses).withSteps(2));
    }

    private static CallbackSpec spec(String type, String params) {
        return new CallbackSpec(type, "it", (ObjectNode) JSON.readTree(params));
    }

    private static List<String> told(CallbackSpec spec, ScriptedRun run) {
        Callback callback = new Callbacks().create(List.of(spec)).get(0);
        List<String> told = new ArrayList<>();
        run.train(List.of(callback, new Callback() {
            @Override
            public String name() {
                return "listener";
            }

            @Override
            public void onEpochEnd(int epoch, Logs logs, Run of) {
                told.add(callback.explain(of));
            }
        }));
        return told;
    }

    @Provide
    Arbitrary<List<Double>> losses() {
        return Arbitraries.of(0.1, 0.2, 0.3, 0.5, Double.NaN)
                .list()
                .ofMinSize(1)
                .ofMaxSize(14);
    }
}
