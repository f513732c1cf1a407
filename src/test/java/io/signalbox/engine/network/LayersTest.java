package io.signalbox.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.spec.model.LayerSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every layer against an implementation of its own in plain Java: values, and gradients by central differences of that
 * implementation.
 */
class LayersTest {

    private static final int BATCH = 3;
    private static final double CLOSE = 1e-5;
    private static final double DIFFERENCE = 1e-5;
    private static final int COLLECTED_PASSES = 40;

    record Case(LayerSpec layer, List<Integer> input, List<Integer> output, Reference reference) {
        @Override
        public String toString() {
            return layer + " on " + input;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(new LayerSpec.Dense(4, true), List.of(5), List.of(4), Reference.dense(5, 4)),
                new Case(new LayerSpec.Dense(2, false), List.of(5), List.of(2), Reference.dense(5, 2)),
                new Case(
                        new LayerSpec.Conv2d(3, 3, 1, 1, true),
                        List.of(2, 5, 5),
                        List.of(3, 5, 5),
                        Reference.conv2d(2, 3, 5, 3, 1, 1)),
                new Case(
                        new LayerSpec.Conv2d(2, 3, 2, 0, false),
                        List.of(2, 7, 7),
                        List.of(2, 3, 3),
                        Reference.conv2d(2, 2, 7, 3, 2, 0)),
                new Case(
                        new LayerSpec.MaxPool2d(2, null, 0),
                        List.of(2, 5, 5),
                        List.of(2, 2, 2),
                        Reference.maxPool(5, 2, 2, 0)),
                new Case(
                        new LayerSpec.MaxPool2d(3, 2, 1),
                        List.of(2, 5, 5),
                        List.of(2, 3, 3),
                        Reference.maxPool(5, 3, 2, 1)),
                new Case(
                        new LayerSpec.AvgPool2d(3, 2, 1),
                        List.of(2, 5, 5),
                        List.of(2, 3, 3),
                        Reference.avgPool(5, 3, 2, 1)),
                new Case(new LayerSpec.Flatten(), List.of(2, 3, 3), List.of(18), Reference.elementwise(x -> x)),
                new Case(new LayerSpec.BatchNorm(1e-3, 0.2), List.of(4), List.of(4), Reference.batchNorm(4, 1, 1e-3)),
                new Case(
                        new LayerSpec.BatchNorm(1e-5, 0.1),
                        List.of(2, 3, 3),
                        List.of(2, 3, 3),
                        Reference.batchNorm(2, 9, 1e-5)),
                new Case(new LayerSpec.Dropout(0), List.of(6), List.of(6), Reference.elementwise(x -> x)),
                activation(new LayerSpec.Relu(), x -> Math.max(x, 0)),
                activation(new LayerSpec.LeakyRelu(0.2), x -> x > 0 ? x : 0.2 * x),
                activation(new LayerSpec.Elu(1.5), x -> x > 0 ? x : 1.5 * Math.expm1(x)),
                activation(new LayerSpec.Gelu(), x -> x / 2 * (1 + Reference.erf(x / Math.sqrt(2)))),
                activation(new LayerSpec.Silu(), x -> x / (1 + Math.exp(-x))),
                activation(new LayerSpec.Tanh(), Math::tanh),
                activation(new LayerSpec.Sigmoid(), x -> 1 / (1 + Math.exp(-x))),
                new Case(new LayerSpec.Softmax(), List.of(6), List.of(6), Reference.softmax(6)));
    }

    private static Case activation(LayerSpec layer, java.util.function.DoubleUnaryOperator function) {
        return new Case(layer, List.of(6), List.of(6), Reference.elementwise(function));
    }

    @Test
    void everyLayerOfTheSpecIsHereWithACase() {
        assertThat(cases().map(each -> each.layer().getClass()).collect(Collectors.toSet()))
                .isEqualTo(classes(LayerSpec.class.getPermittedSubclasses()));
    }

    @SuppressWarnings("unchecked")
    private static java.util.Set<Class<? extends LayerSpec>> classes(Class<?>[] classes) {
        return Arrays.stream(classes)
                .map(type -> (Class<? extends LayerSpec>) type)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesWhatItsFormulaSays(Case each) {
        try (Probe probe = new Probe(each.layer(), BATCH, each.input(), each.output(), 7)) {
            Map<String, double[]> tensors = fill(probe, each, 1);

            probe.train(1);

            assertClose("output", probe.output(), each.reference().apply(tensors), CLOSE);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesItsGradients(Case each) {
        try (Probe probe = new Probe(each.layer(), BATCH, each.input(), each.output(), 7)) {
            Map<String, double[]> tensors = fill(probe, each, 2);

            probe.train(1);

            tensors.keySet().stream()
                    .filter(name -> !name.equals("w"))
                    .forEach(name -> assertClose(
                            "gradient by " + name,
                            probe.gradient(name),
                            differences(each.reference(), tensors, name),
                            1e-3));
        }
    }

    /** A fault of DJL: gradients of operations with a Java number went wrong when a collection fell in between. */
    @ParameterizedTest
    @MethodSource("cases")
    void computesTheSameGradientsUnderGarbageCollection(Case each) throws InterruptedException {
        try (Probe probe = new Probe(each.layer(), BATCH, each.input(), each.output(), 7)) {
            Map<String, double[]> tensors = fill(probe, each, 3);
            probe.train(1);
            Map<String, double[]> calm = new HashMap<>();
            tensors.keySet().stream()
                    .filter(name -> !name.equals("w"))
                    .forEach(name -> calm.put(name, probe.gradient(name)));

            underCollection(() -> {
                for (int i = 0; i < COLLECTED_PASSES; i++) {
                    probe.train(1);
                    calm.forEach((name, expected) ->
                            assertThat(probe.gradient(name)).as(name).isEqualTo(expected));
                }
            });
        }
    }

    private static void underCollection(Runnable work) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread collector = new Thread(() -> {
            while (!over.get()) {
                System.gc();
            }
        });
        collector.start();
        try {
            work.run();
        } finally {
            over.set(true);
            collector.join();
        }
    }

    @Test
    void batchNormKeepsRunningStatisticsAsPyTorchDoesAndEvaluatesByThem() {
        Case each = new Case(new LayerSpec.BatchNorm(1e-5, 0.1), List.of(2, 2, 2), List.of(2, 2, 2), tensors -> null);
        try (Probe probe = new Probe(each.layer(), BATCH, each.input(), each.output(), 7)) {
            double[] x = fill(probe, each, 4).get("x");
            probe.set("running_mean", new double[] {1, 2});
            probe.set("running_var", new double[] {3, 4});
            probe.set("weight", new double[] {1, 1});
            probe.set("bias", new double[] {0, 0});
            double[] first = Reference.moments(x, 0, 2, 4);

            probe.evaluate();
            assertThat(probe.output()[0]).isCloseTo((x[0] - 1) / Math.sqrt(3 + 1e-5), within(CLOSE));
            assertThat(probe.get("running_mean")).containsExactly(1, 2);

            probe.train(1);
            assertThat(probe.get("running_mean")[0]).isCloseTo(0.9 * 1 + 0.1 * first[0], within(CLOSE));
            // The running variance is the unbiased one.
            double unbiased = first[1] * first[2] / (first[2] - 1);
            assertThat(probe.get("running_var")[0]).isCloseTo(0.9 * 3 + 0.1 * unbiased, within(CLOSE));
        }
    }

    @Test
    void dropoutIsAFunctionOfTheSeedAndKeepsTheExpectation() {
        Case each = new Case(new LayerSpec.Dropout(0.25), List.of(2000), List.of(2000), tensors -> null);
        try (Probe probe = new Probe(each.layer(), BATCH, each.input(), each.output(), 7)) {
            double[] ones = new double[BATCH * 2000];
            Arrays.fill(ones, 1);
            probe.set("x", ones);

            probe.train(5);
            double[] five = probe.output();
            probe.train(6);
            double[] six = probe.output();
            probe.train(5);

            assertThat(probe.output()).isEqualTo(five).isNotEqualTo(six);
            assertThat(five).containsOnly(0, (float) (1 / 0.75));
            assertThat(Arrays.stream(five).average().orElseThrow()).isCloseTo(1, within(0.05));
            probe.evaluate();
            assertThat(probe.output()).containsOnly(1);
        }
    }

    @Test
    void weightsAreDrawnWithinPyTorchsBoundsFromTheSeed() {
        try (Probe one = new Probe(new LayerSpec.Dense(50, true), 1, List.of(100), List.of(50), 1);
                Probe same = new Probe(new LayerSpec.Dense(50, true), 1, List.of(100), List.of(50), 1);
                Probe other = new Probe(new LayerSpec.Dense(50, true), 1, List.of(100), List.of(50), 2)) {
            double bound = 0.1; // 1 / sqrt(100)
            double[] weights = one.get("weight");
            assertThat(weights).isEqualTo(same.get("weight")).isNotEqualTo(other.get("weight"));
            assertThat(Arrays.stream(weights).map(Math::abs).max().orElseThrow())
                    .isBetween(0.09, bound);
            assertThat(Arrays.stream(one.get("bias")).map(Math::abs).max().orElseThrow())
                    .isBetween(0.05, bound);
            assertThat(Arrays.stream(weights).average().orElseThrow()).isCloseTo(0, within(0.004));
            double variance = Arrays.stream(weights)
                    .map(weight -> weight * weight)
                    .average()
                    .orElseThrow();
            assertThat(variance).isCloseTo(bound * bound / 3, within(bound * bound / 30));
        }
    }

    /** Fills input, weights of the sum and the layer's parameters with values that are no neighbours of a kink. */
    private static Map<String, double[]> fill(Probe probe, Case each, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, double[]> tensors = new HashMap<>();
        tensors.put("x", draw(random, BATCH * size(each.input())));
        tensors.put("w", draw(random, BATCH * size(each.output())));
        for (String name : probe.tensors()) {
            if (name.equals("weight") || name.equals("bias")) {
                tensors.put(name, draw(random, probe.get(name).length));
            }
        }
        tensors.forEach(probe::set);
        return tensors;
    }

    private static double[] draw(SplittableRandom random, int count) {
        return random.doubles(count, -2, 2)
                .map(value -> (float) (Math.abs(value) < 0.01 ? 0.5 : value))
                .toArray();
    }

    private static int size(List<Integer> shape) {
        return shape.stream().reduce(1, (a, b) -> a * b);
    }

    private static double[] differences(Reference reference, Map<String, double[]> tensors, String name) {
        double[] values = tensors.get(name);
        double[] gradient = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            values[i] = value + DIFFERENCE;
            double above = sum(reference, tensors);
            values[i] = value - DIFFERENCE;
            double below = sum(reference, tensors);
            values[i] = value;
            gradient[i] = (above - below) / (2 * DIFFERENCE);
        }
        return gradient;
    }

    private static double sum(Reference reference, Map<String, double[]> tensors) {
        double[] out = reference.apply(tensors);
        double sum = 0;
        for (int i = 0; i < out.length; i++) {
            sum += out[i] * tensors.get("w")[i];
        }
        return sum;
    }

    private static void assertClose(String what, double[] values, double[] expected, double tolerance) {
        assertThat(values).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i])
                    .as("%s[%d]", what, i)
                    .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
        }
    }
}
