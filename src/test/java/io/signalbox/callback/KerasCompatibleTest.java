package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.CallbackSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where Keras loses something: Keras' way with a warning, and the better one with {@code keras_compatible: false}. */
class KerasCompatibleTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ScriptedRun nanFirst = ScriptedRun.of("val_loss", Double.NaN, 0.5, 0.25, 0.75, 1, 2);

    @Test
    void aFirstNanIsTheBestForEverAndIsToldOf() {
        train(nanFirst, "EarlyStopping", "{\"patience\":2,\"restore_best_weights\":true}");

        assertThat(nanFirst.stopped)
                .singleElement()
                .satisfies(stop -> assertThat(stop.epoch()).isEqualTo(2));
        assertThat(nanFirst.weights().epoch()).isZero();
        assertThat(warnings(nanFirst)).singleElement().asString().contains("keras_compatible: false");
    }

    @Test
    void aFirstNanIsPassedOverWhereKerasNeedNotBeFollowed() {
        train(nanFirst, "EarlyStopping", "{\"patience\":2,\"restore_best_weights\":true,\"keras_compatible\":false}");

        assertThat(nanFirst.stopped)
                .singleElement()
                .satisfies(stop -> assertThat(stop.epoch()).isEqualTo(4));
        assertThat(nanFirst.weights().epoch()).isEqualTo(2);
        assertThat(warnings(nanFirst)).isEmpty();
    }

    @Test
    void nothingButNanStopsAllTheSame() {
        ScriptedRun run = ScriptedRun.of("val_loss", Double.NaN, Double.NaN, Double.NaN, Double.NaN);

        train(run, "EarlyStopping", "{\"patience\":2,\"restore_best_weights\":true,\"keras_compatible\":false}");

        assertThat(run.stopped)
                .singleElement()
                .satisfies(stop ->
                        assertThat(stop.request().reason()).isEqualTo("val_loss was not a number for 2 epochs"));
        assertThat(run.restored).isEmpty();
    }

    @Test
    void thePlateauIsMeasuredFromTheFirstNumber() {
        train(nanFirst, "ReduceLROnPlateau", "{\"patience\":2,\"keras_compatible\":false}");

        assertThat(nanFirst.learningRate().value()).isEqualTo(0.1 * 0.1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bestOnlySavingKeepsAnEpochWithoutItsMetricOnlyAsKerasDoes(boolean compatible) {
        Map<String, Double> with = new LinkedHashMap<>(Map.of("loss", 1.0, "val_loss", 0.5));
        ScriptedRun run = new ScriptedRun(0.1, List.of(with, Map.of("loss", 1.0), Map.of("loss", 1.0)));

        train(run, "ModelCheckpoint", "{\"save_best_only\":true,\"keras_compatible\":" + compatible + "}");

        assertThat(run.asked).hasSize(compatible ? 3 : 1);
        assertThat(warnings(run)).hasSize(2).allMatch(message -> message.contains("loss"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theTagBestIsNeverOnNan(boolean compatible) {
        train(nanFirst, "ModelCheckpoint", "{\"keras_compatible\":" + compatible + "}");

        assertThat(nanFirst.asked.stream()
                        .filter(asked -> asked.request().best())
                        .map(ScriptedRun.Asked::epoch)
                        .toList())
                .containsExactly(1, 2);
    }

    @Test
    void anUnknownDirectionEndsTheRunAtTheEpochsEndAlsoWhenSavingByBatches() {
        ScriptedRun run = ScriptedRun.of("kpi", 1, 2).withSteps(2);
        CallbackException thrown = null;
        try {
            train(run, "ModelCheckpoint", "{\"monitor\":\"kpi\",\"save_freq\":1,\"filepath\":\"{epoch}-{batch}\"}");
        } catch (CallbackException e) {
            thrown = e;
        }

        assertThat(thrown).hasMessageContaining("'kpi'");
        assertThat(run.checkpoints).containsOnlyKeys("1-1", "1-2");
    }

    @Test
    void aFirstValueIsTheBestWhateverTheDirection() {
        ScriptedRun run = ScriptedRun.of("kpi", 1, 2).withSteps(2);
        CallbackException thrown = null;
        try {
            train(run, "ModelCheckpoint", "{\"monitor\":\"kpi\",\"save_freq\":2,\"save_best_only\":true}");
        } catch (CallbackException e) {
            thrown = e;
        }

        assertThat(thrown)
                .as("the direction is needed at the first epoch's end")
                .hasMessageContaining("'kpi'");
        assertThat(run.asked).hasSize(1);
    }

    private static void train(ScriptedRun run, String type, String params) {
        run.train(new Callbacks().create(List.of(new CallbackSpec(type, "it", (ObjectNode) JSON.readTree(params)))));
    }

    private static List<String> warnings(ScriptedRun run) {
        return run.told(CallbackActed.class).stream()
                .filter(acted -> acted.level().equals("warning"))
                .map(CallbackActed::message)
                .toList();
    }
}
