package io.signalbox.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.engine.loss.Objective;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses' numbers are held against PyTorch's elsewhere; this is about the collector alone. */
class LossesTest {

    private static final int BATCH = 4;
    private static final int OUTPUTS = 3;

    static Stream<LossSpec> losses() {
        return Stream.of(
                new LossSpec.CrossEntropy(),
                new LossSpec.CrossEntropy(0.1, List.of(1.0, 2.0, 3.0)),
                new LossSpec.BceWithLogits(),
                new LossSpec.BceWithLogits(List.of(1.0, 2.0, 3.0)),
                new LossSpec.Mse(),
                new LossSpec.L1(),
                new LossSpec.Huber(0.5));
    }

    @Test
    void everyLossOfTheSpecIsHere() {
        Set<Class<?>> here = losses().map(Object::getClass).collect(Collectors.toSet());
        assertThat(here).isEqualTo(Set.of(LossSpec.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void haveTheSameGradientsWithACollectionBetweenForwardAndBackward(LossSpec loss) {
        Objective objective = Objective.of(loss);
        String target = objective.classes() ? "torch.to(torch.select(w, 1, 0), 4)" : "w";
        String expression = objective.loss().replaceAll("\\by\\b", target);
        List<LayerSpec> layers = List.of(new LayerSpec.Dense(OUTPUTS, true));
        try (Probe probe = new Probe(layers, BATCH, Input.numbers(5), List.of(OUTPUTS), 1, expression)) {
            SplittableRandom random = new SplittableRandom(2);
            probe.set("x", random.doubles(BATCH * 5, -1, 1).toArray());
            probe.set("w", random.ints(BATCH * OUTPUTS, 0, 2).asDoubleStream().toArray());
            probe.train(1);
            double[] calm = probe.gradient("0.weight");
            assertThat(Arrays.stream(calm)).anyMatch(value -> value != 0);

            for (int i = 0; i < 5; i++) {
                probe.train(1, System::gc);
                assertThat(probe.gradient("0.weight")).isEqualTo(calm);
            }
        }
    }
}
