package io.signalbox.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.Presets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PresetsTest {

    private static final int BATCH = 2;
    private static final int OUTPUTS = 3;

    static Stream<Map.Entry<String, Input>> presets() {
        return Presets.inputs().entrySet().stream()
                .map(preset -> Map.entry(preset.getKey(), preset.getValue().get(0)));
    }

    @ParameterizedTest
    @MethodSource("presets")
    void computeTheSameGradientsWithACollectionBetweenForwardAndBackward(Map.Entry<String, Input> each) {
        try (Probe probe = probe(each.getKey(), each.getValue())) {
            probe.train(1);
            Map<String, Integer> calm = gradients(probe);

            probe.train(1, System::gc);

            assertThat(gradients(probe)).isEqualTo(calm);
        }
    }

    /** Biases before a batch norm have none but rounding; ReLU may cut off the odd layer. */
    @ParameterizedTest
    @MethodSource("presets")
    void trainMostOfTheirParameters(Map.Entry<String, Input> each) {
        try (Probe probe = probe(each.getKey(), each.getValue())) {
            probe.train(1);

            assertThat(probe.parameters().stream()
                            .filter(name -> Arrays.stream(probe.gradient(name)).anyMatch(value -> value != 0))
                            .count())
                    .as("parameters that the output hangs on")
                    .isGreaterThan(probe.parameters().size() / 2);
        }
    }

    private static Probe probe(String type, Input input) {
        List<LayerSpec> layers = Presets.spec(type).layers(input, OUTPUTS);
        List<Integer> output = io.signalbox.spec.model.Network.of(layers, input).output();
        Probe probe = new Probe(layers, BATCH, input, output, 1);
        SplittableRandom random = new SplittableRandom(3);
        int inputs = BATCH * input.shape().stream().reduce(1, (a, b) -> a * b);
        probe.set(
                "x",
                input.ofTokens()
                        ? random.ints(inputs, 0, input.vocabulary())
                                .asDoubleStream()
                                .toArray()
                        : random.doubles(inputs, -1, 1).toArray());
        int outputs = BATCH * output.stream().reduce(1, (a, b) -> a * b);
        probe.set("w", random.doubles(outputs, -1, 1).toArray());
        return probe;
    }

    /** Hashes: some networks have millions. */
    private static Map<String, Integer> gradients(Probe probe) {
        return probe.differentiated().stream()
                .collect(Collectors.toMap(name -> name, name -> Arrays.hashCode(probe.gradient(name))));
    }
}
