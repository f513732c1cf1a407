package io.signalbox.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    private static final int COLLECTIONS = 3;

    /** Klambauer et al. (2017). */
    private static final double SELU_ALPHA = 1.6732632423543772;

    private static final double SELU_SCALE = 1.0507009873554805;

    record Case(LayerSpec layer, Input input, List<Integer> output, Reference reference) {

        Case(LayerSpec layer, List<Integer> input, List<Integer> output, Reference reference) {
            this(layer, Input.numbers(input), output, reference);
        }

        Probe probe() {
            return new Probe(List.of(layer), BATCH, input, output, 7);
        }

        @Override
        public String toString() {
            return layer + " on " + input.shape();
        }
    }

    static Stream<Case> cases() {
        return Stream.of(plain(), convolutions(), sequences(), structure()).flatMap(cases -> cases);
    }

    private static Stream<Case> plain() {
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
                activation(new LayerSpec.Relu6(), x -> Math.max(x, 0)),
                activation(new LayerSpec.Selu(), x -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x))),
                activation(
                        new LayerSpec.Gelu("tanh"),
                        x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
                activation(new LayerSpec.Mish(), x -> x * Math.tanh(Math.log1p(Math.exp(x)))),
                activation(new LayerSpec.Hardswish(), x -> x * (x + 3) / 6),
                activation(new LayerSpec.Hardsigmoid(), x -> (x + 3) / 6),
                activation(new LayerSpec.Softplus(2), x -> Math.log1p(Math.exp(2 * x)) / 2),
                new Case(
                        new LayerSpec.Prelu(0.25),
                        List.of(6),
                        List.of(6),
                        tensors -> Arrays.stream(tensors.get("x"))
                                .map(x -> x > 0 ? x : tensors.get("weight")[0] * x)
                                .toArray()),
                new Case(new LayerSpec.Softmax(), List.of(6), List.of(6), Reference.softmax(6)),
                new Case(
                        new LayerSpec.LogSoftmax(),
                        List.of(6),
                        List.of(6),
                        tensors -> Arrays.stream(Reference.softmax(6).apply(tensors))
                                .map(Math::log)
                                .toArray()));
    }

    private static Stream<Case> convolutions() {
        int[] signal = {4, 1, 9};
        int[] image = {4, 6, 5};
        return Stream.of(
                new Case(
                        new LayerSpec.Conv1d(6, 3, 2, 1, 2, 2, true),
                        List.of(4, 9),
                        List.of(6, 4),
                        Reference.convolution(signal, 6, new int[] {1, 3}, 2, new int[] {0, 1}, 2, 2)),
                new Case(
                        new LayerSpec.Conv2d(6, 2, 1, 1, 2, 2, true),
                        List.of(4, 6, 5),
                        List.of(6, 6, 5),
                        Reference.convolution(image, 6, new int[] {2, 2}, 1, new int[] {1, 1}, 2, 2)),
                new Case(
                        new LayerSpec.DepthwiseConv2d(3, 2, 1, 1, 2, true),
                        List.of(4, 6, 5),
                        List.of(8, 3, 3),
                        Reference.convolution(image, 8, new int[] {3, 3}, 2, new int[] {1, 1}, 1, 4)),
                new Case(
                        new LayerSpec.ConvTranspose1d(2, 3, 2, 1, 1, true),
                        List.of(4, 9),
                        List.of(2, 18),
                        Reference.transposed(signal, 2, new int[] {1, 3}, 2, new int[] {0, 1}, 1, 18)),
                new Case(
                        new LayerSpec.ConvTranspose2d(2, 3, 2, 1, 1, false),
                        List.of(4, 6, 5),
                        List.of(2, 12, 10),
                        Reference.transposed(image, 2, new int[] {3, 3}, 2, new int[] {1, 1}, 12, 10)),
                new Case(
                        new LayerSpec.MaxPool1d(3, 2, 1),
                        List.of(2, 8),
                        List.of(2, 4),
                        Reference.pool1d(8, 3, 2, 1, true)),
                new Case(
                        new LayerSpec.AvgPool1d(2, null, 0),
                        List.of(2, 8),
                        List.of(2, 4),
                        Reference.pool1d(8, 2, 2, 0, false)),
                new Case(new LayerSpec.GlobalAvgPool(), List.of(3, 2, 4), List.of(3), Reference.folded(8, false)),
                new Case(new LayerSpec.GlobalMaxPool(), List.of(3, 5), List.of(3), Reference.folded(5, true)));
    }

    private static Stream<Case> sequences() {
        List<Integer> sequence = List.of(5, 4);
        return Stream.of(
                new Case(new LayerSpec.Dense(3, true), sequence, List.of(5, 3), Reference.dense(4, 3)),
                new Case(new LayerSpec.LayerNorm(1e-3), sequence, sequence, Reference.normalized(4, 4, 1, 1e-3)),
                new Case(
                        new LayerSpec.GroupNorm(2, 1e-3),
                        List.of(4, 3),
                        List.of(4, 3),
                        Reference.normalized(6, 4, 3, 1e-3)),
                new Case(new LayerSpec.BatchNorm(1e-3, 0.1), sequence, sequence, Reference.batchNorm(5, 4, 1e-3)),
                new Case(
                        new LayerSpec.Embedding(3, 7, null, null, 1),
                        Input.tokens(5, 7),
                        List.of(5, 3),
                        Reference.embedding(3)),
                new Case(
                        new LayerSpec.PositionalEncoding("sinusoidal"),
                        List.of(5, 3),
                        List.of(5, 3),
                        Reference.sinusoids(5, 3)),
                new Case(new LayerSpec.PositionalEncoding("learned"), sequence, sequence, Reference.added("weight")),
                recurrent(new LayerSpec.Lstm(3, false), 1),
                recurrent(new LayerSpec.Lstm(3, 2, 0, true, false), 1),
                recurrent(new LayerSpec.Gru(3, false), 1),
                recurrent(new LayerSpec.Gru(3, 2, 0, true, true), 1),
                recurrent(new LayerSpec.Lstm(3, 2, 0, false, true), 2),
                recurrent(new LayerSpec.Gru(2, 2, 0, true, true), 2),
                new Case(
                        new LayerSpec.MultiHeadAttention(2, 0, false),
                        sequence,
                        sequence,
                        Reference.attention(5, 4, 2, false)),
                new Case(
                        new LayerSpec.MultiHeadAttention(1, 0, true, false, null, null),
                        sequence,
                        sequence,
                        Reference.attention(5, 4, 1, true)));
    }

    private static <R extends LayerSpec.Recurrent> Case recurrent(R layer, int directions) {
        int features = layer.units() * directions;
        return new Case(
                directions == 1 ? (LayerSpec) layer : new LayerSpec.Bidirectional(layer),
                List.of(5, 4),
                layer.returnSequences() ? List.of(5, features) : List.of(features),
                new Reference.Recurrence(
                        layer instanceof LayerSpec.Lstm,
                        5,
                        4,
                        layer.units(),
                        layer.numLayers(),
                        directions,
                        layer.returnSequences()));
    }

    private static Stream<Case> structure() {
        LayerSpec dense = new LayerSpec.Dense(4, true);
        return Stream.of(
                new Case(
                        new LayerSpec.Reshape(List.of(3, -1)),
                        List.of(2, 6),
                        List.of(3, 4),
                        Reference.elementwise(x -> x)),
                new Case(
                        new LayerSpec.Permute(List.of(2, 1)),
                        List.of(2, 5),
                        List.of(5, 2),
                        tensors -> Reference.swapped(tensors.get("x"), 2, 5)),
                new Case(
                        new LayerSpec.Residual(List.of(dense, new LayerSpec.Residual(List.of(new LayerSpec.Tanh())))),
                        List.of(4),
                        List.of(4),
                        tensors -> {
                            double[] x = tensors.get("x");
                            double[] made = Reference.dense(4, 4).apply(Reference.within(tensors, "0", x));
                            return sums(
                                    x,
                                    sums(made, Reference.elementwise(Math::tanh).apply(Map.of("x", made))));
                        }),
                new Case(
                        new LayerSpec.Residual(
                                List.of(new LayerSpec.Dense(2, true)), List.of(new LayerSpec.Dense(2, false))),
                        List.of(4),
                        List.of(2),
                        tensors -> sums(
                                Reference.dense(4, 2).apply(Reference.within(tensors, "0", tensors.get("x"))),
                                Reference.dense(4, 2)
                                        .apply(Reference.within(tensors, "shortcut.0", tensors.get("x"))))),
                new Case(
                        new LayerSpec.Parallel(
                                List.of(List.of(dense), List.of(new LayerSpec.Tanh(), new LayerSpec.Dense(4, true)))),
                        List.of(3),
                        List.of(8),
                        tensors -> {
                            double[] x = tensors.get("x");
                            double[] bent = Reference.elementwise(Math::tanh).apply(tensors);
                            double[] one = Reference.dense(3, 4).apply(Reference.within(tensors, "0.0", x));
                            double[] other = Reference.dense(3, 4).apply(Reference.within(tensors, "1.1", bent));
                            return IntStream.range(0, 8 * BATCH)
                                    .mapToDouble(i -> (i % 8 < 4 ? one : other)[i / 8 * 4 + i % 4])
                                    .toArray();
                        }));
    }

    private static double[] sums(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
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
        try (Probe probe = each.probe()) {
            Map<String, double[]> tensors = fill(probe, each, 1);

            probe.train(1);

            assertClose("output", probe.output(), each.reference().apply(tensors), CLOSE);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesItsGradients(Case each) {
        try (Probe probe = each.probe()) {
            Map<String, double[]> tensors = fill(probe, each, 2);

            probe.train(1);

            for (String name : probe.differentiated()) {
                String tensor = name.equals("x") ? name : name.substring(2);
                assertClose(
                        "gradient by " + name,
                        probe.gradient(name),
                        differences(each.reference(), tensors, tensor),
                        1e-3);
            }
        }
    }

    /** A fault of DJL: gradients of operations with a Java number went wrong when a collection fell in between. */
    @ParameterizedTest
    @MethodSource("cases")
    void computesTheSameGradientsWithACollectionBetweenForwardAndBackward(Case each) {
        try (Probe probe = each.probe()) {
            fill(probe, each, 3);
            probe.train(1);
            Map<String, double[]> calm = gradients(probe);

            for (int i = 0; i < COLLECTIONS; i++) {
                probe.train(1, System::gc);
                calm.forEach((name, expected) ->
                        assertThat(probe.gradient(name)).as(name).isEqualTo(expected));
            }
        }
    }

    private static Map<String, double[]> gradients(Probe probe) {
        Map<String, double[]> gradients = new HashMap<>();
        probe.differentiated().forEach(name -> gradients.put(name, probe.gradient(name)));
        return gradients;
    }

    static Stream<Case> randomLayers() {
        return Stream.of(
                random(new LayerSpec.Dropout(0.3), List.of(5, 4)),
                random(new LayerSpec.Lstm(4, 2, 0.3, true, true), List.of(5, 4)),
                random(new LayerSpec.Gru(4, 2, 0.3, true, true), List.of(5, 4)),
                random(new LayerSpec.Bidirectional(new LayerSpec.Gru(2, 2, 0.3, true, true)), List.of(5, 4)),
                random(new LayerSpec.MultiHeadAttention(2, 0.3, true), List.of(5, 4)));
    }

    private static Case random(LayerSpec layer, List<Integer> output) {
        return new Case(layer, List.of(5, 4), output, tensors -> null);
    }

    @ParameterizedTest
    @MethodSource("randomLayers")
    void dropsByTheSeedInTrainingAndNothingInEvaluation(Case each) {
        try (Probe probe = each.probe()) {
            fill(probe, each, 5);
            assertThat(probe.network().random()).isTrue();

            probe.train(1);
            double[] first = probe.output();
            probe.train(2);
            assertThat(probe.output()).isNotEqualTo(first);
            probe.train(1);
            assertThat(probe.output()).isEqualTo(first);
            probe.evaluate();
            double[] evaluated = probe.output();
            probe.evaluate();
            assertThat(probe.output()).isEqualTo(evaluated).isNotEqualTo(first);
        }
    }

    @Test
    void batchNormKeepsRunningStatisticsAsPyTorchDoesAndEvaluatesByThem() {
        Case each = new Case(new LayerSpec.BatchNorm(1e-5, 0.1), List.of(2, 2, 2), List.of(2, 2, 2), tensors -> null);
        try (Probe probe = each.probe()) {
            double[] x = fill(probe, each, 4).get("x");
            probe.set("0.running_mean", new double[] {1, 2});
            probe.set("0.running_var", new double[] {3, 4});
            probe.set("0.weight", new double[] {1, 1});
            probe.set("0.bias", new double[] {0, 0});
            double[] first = Reference.moments(x, 0, 2, 4);

            probe.evaluate();
            assertThat(probe.output()[0]).isCloseTo((x[0] - 1) / Math.sqrt(3 + 1e-5), within(CLOSE));
            assertThat(probe.get("0.running_mean")).containsExactly(1, 2);

            probe.train(1);
            assertThat(probe.get("0.running_mean")[0]).isCloseTo(0.9 * 1 + 0.1 * first[0], within(CLOSE));
            // The running variance is the unbiased one.
            double unbiased = first[1] * first[2] / (first[2] - 1);
            assertThat(probe.get("0.running_var")[0]).isCloseTo(0.9 * 3 + 0.1 * unbiased, within(CLOSE));
        }
    }

    @Test
    void dropoutIsAFunctionOfTheSeedAndKeepsTheExpectation() {
        Case each = new Case(new LayerSpec.Dropout(0.25), List.of(2000), List.of(2000), tensors -> null);
        try (Probe probe = each.probe()) {
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
            double[] weights = one.get("0.weight");
            assertThat(weights).isEqualTo(same.get("0.weight")).isNotEqualTo(other.get("0.weight"));
            assertThat(Arrays.stream(weights).map(Math::abs).max().orElseThrow())
                    .isBetween(0.09, bound);
            assertThat(Arrays.stream(one.get("0.bias")).map(Math::abs).max().orElseThrow())
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
        int inputs = BATCH * size(each.input().shape());
        int vocabulary = each.input().vocabulary();
        tensors.put(
                "x",
                vocabulary > 0
                        ? random.ints(inputs, 0, vocabulary).asDoubleStream().toArray()
                        : draw(random, inputs));
        tensors.put("w", draw(random, BATCH * size(each.output())));
        tensors.forEach(probe::set);
        for (String name : probe.parameters()) {
            double[] values = draw(random, probe.get(name).length);
            probe.set(name, values);
            tensors.put(name.substring(2), values);
        }
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
