package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is refused or doubted of callbacks that act on the network, before a job runs. */
class EngineCallbackCheckTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final List<LayerSummary> LAYERS = List.of(
            new LayerSummary("0 conv2d", List.of(4, 6, 6), 40),
            new LayerSummary("1 relu", List.of(4, 6, 6), 0),
            new LayerSummary("2 flatten", List.of(144), 0),
            new LayerSummary("3 dense", List.of(3), 435));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {"layers":["0"]}                    ; ``
            {"layers":["0-2"]}                  ; ``
            {"layers":["*.bias"]}               ; ``
            {"layers":["0.weight"]}             ; ``
            {"layers":["1"]}                    ; #/callbacks/0/layers/0 layer.unknown
            {"layers":["0","7"]}                ; #/callbacks/0/layers/1 layer.unknown
            {"layers":["conv"]}                 ; #/callbacks/0/layers/0 layer.unknown
            {"layers":["7.weight"]}             ; #/callbacks/0/layers/0 layer.unknown
            {"layers":["0-9"]}                  ; #/callbacks/0/layers layers.all
            {"layers":["*"]}                    ; #/callbacks/0/layers layers.all
            {"layers":["0"],"unfreeze":[{"epoch":1,"layers":["0","5"]}]} ; #/callbacks/0/unfreeze/0/layers/1 layer.unknown
            """)
    void layersMustBeThereAndNotAllBeFrozen(String params, String expected) {
        assertThat(told(problems("{\"type\":\"LayerFreezing\"," + params.substring(1))))
                .isEqualTo(expected);
    }

    @Test
    void theRefusalNamesTheLayersThatAreTrained() {
        assertThat(problems("{\"type\":\"LayerFreezing\",\"layers\":[\"7\"]}"))
                .extracting(Problem::detail)
                .containsExactly("'7' names no layer that is trained; there are 0 conv2d, 3 dense");
    }

    @Test
    void oneCallbackAloneMaySayWhatUpdatesAre() {
        String clipping = "{\"type\":\"GradientClipping\",\"clip_norm\":1}";

        assertThat(told(problems(clipping + "," + clipping))).isEqualTo("#/callbacks/1/type unique");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {"type":"StochasticWeightAveraging"}                      ; ``
            {"type":"StochasticWeightAveraging","swa_epoch_start":10} ; #/callbacks/0/swa_epoch_start epoch.late
            {"type":"LayerFreezing","layers":["0"],"unfreeze":[{"epoch":10,"layers":["0"]}]} ; #/callbacks/0/unfreeze/0/epoch epoch.late
            """)
    void whatComesAfterTheEndIsDoubted(String callback, String expected) {
        JobFacts job = job(callback);

        assertThat(told(CallbackCheck.doubts(job, LearningRatePlan.of(job)))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} batches")
    @CsvSource({"1, 1", "8, 2", "9, 3"})
    void anEpochHasAnUpdateForEachGroupOfBatches(int batches, int updates) {
        JobSpec spec = job("{\"type\":\"GradientAccumulation\",\"steps\":4}").spec();

        assertThat(Callbacks.updates(spec.callbacks(), batches)).isEqualTo(updates);
    }

    private static List<Problem> problems(String callbacks) {
        JobFacts job = job(callbacks);
        return CallbackCheck.problems(job, LearningRatePlan.of(job));
    }

    private static String told(List<Problem> problems) {
        return String.join(
                ", ",
                problems.stream()
                        .map(problem -> problem.pointer() + " " + problem.code())
                        .toList());
    }

    private static JobFacts job(String callbacks) {
        String json = "{\"epochs\":10,\"data\":{\"dataset\":\"toy\"},\"model\":{\"type\":\"mlp\"},\"callbacks\":["
                + callbacks + "]}";
        JobSpec spec = new SpecParser(new Callbacks()).parse((ObjectNode) JSON.readTree(json));
        return new JobFacts(spec, 100, Set.of("loss"), LAYERS);
    }
}
