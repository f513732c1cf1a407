package io.signalbox.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.Presets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A padded example gives what it gives alone. */
class MasksTest {

    private static final int VOCABULARY = 9;
    private static final int WIDTH = 4;
    private static final LayerSpec EMBEDDING = new LayerSpec.Embedding(WIDTH, VOCABULARY, null, true, 1);
    private static final LayerSpec SWAP = new LayerSpec.Permute(List.of(2, 1));

    /** Of one, three and five tokens. */
    private static final double[][] EXAMPLES = {{7}, {3, 1, 4}, {2, 8, 5, 6, 1}};

    static Stream<Named<List<LayerSpec>>> networks() {
        return Stream.of(
                Named.of("last state of an LSTM", List.of(EMBEDDING, new LayerSpec.Lstm(3, false))),
                Named.of("last state of two GRUs", List.of(EMBEDDING, new LayerSpec.Gru(3, 2, 0, false, true))),
                Named.of(
                        "both directions",
                        List.of(EMBEDDING, new LayerSpec.Bidirectional(new LayerSpec.Lstm(3, 2, 0, false, true)))),
                Named.of(
                        "a sequence, and a state of it",
                        List.of(
                                EMBEDDING,
                                new LayerSpec.Bidirectional(new LayerSpec.Gru(3, true)),
                                new LayerSpec.Dense(3, true),
                                new LayerSpec.Lstm(3, false))),
                Named.of("mean", List.of(EMBEDDING, SWAP, new LayerSpec.GlobalAvgPool())),
                Named.of("maximum", List.of(EMBEDDING, SWAP, new LayerSpec.GlobalMaxPool())),
                Named.of(
                        "attention",
                        List.of(
                                EMBEDDING,
                                new LayerSpec.Residual(List.of(
                                        new LayerSpec.LayerNorm(), new LayerSpec.MultiHeadAttention(2, 0, false))),
                                SWAP,
                                new LayerSpec.GlobalAvgPool())),
                Named.of(
                        "attention to what was before",
                        List.of(
                                EMBEDDING,
                                new LayerSpec.MultiHeadAttention(2, 0, true),
                                SWAP,
                                new LayerSpec.GlobalAvgPool())));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void seeNoPadding(List<LayerSpec> layers) {
        assertPaddingIsNotSeen(layers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lstm_classifier", "transformer_classifier"})
    void areThoseOfPresetsForLabelledTexts(String preset) {
        assertPaddingIsNotSeen(Presets.spec(preset).layers(Input.padded(5, VOCABULARY), 3));
    }

    @Test
    void trainTheVectorOfPaddingNowhere() {
        List<LayerSpec> layers = List.of(EMBEDDING, new LayerSpec.Bidirectional(new LayerSpec.Lstm(3, false)));
        try (Probe probe = probe(layers, 5, EXAMPLES.length)) {
            probe.set("x", padded(5));
            probe.set("w", new double[] {1, -2, 3, 4, -5, 6, 1, 2, -3, 4, 5, 6, -1, 2, 3, 4, -5, 6});

            probe.train(1);

            assertThat(Arrays.copyOf(probe.gradient("0.weight"), WIDTH)).containsOnly(0);
            assertThat(Arrays.copyOfRange(probe.gradient("0.weight"), WIDTH, 2 * WIDTH))
                    .doesNotContain(0);
        }
    }

    @Test
    void leaveAnExampleThatIsAllPaddingFinite() {
        for (Named<List<LayerSpec>> network : networks().toList()) {
            try (Probe probe = probe(network.getPayload(), 5, 1)) {
                probe.set("x", new double[5]);

                probe.evaluate();

                assertThat(Arrays.stream(probe.output()).boxed())
                        .as(network.getName())
                        .allMatch(Double::isFinite);
            }
        }
    }

    private static void assertPaddingIsNotSeen(List<LayerSpec> layers) {
        double[] together;
        try (Probe probe = probe(layers, 5, EXAMPLES.length)) {
            probe.set("x", padded(5));
            probe.evaluate();
            together = probe.output();
        }
        int width = together.length / EXAMPLES.length;
        for (int i = 0; i < EXAMPLES.length; i++) {
            try (Probe alone = probe(layers, EXAMPLES[i].length, 1)) {
                alone.set("x", EXAMPLES[i]);
                alone.evaluate();
                assertThat(Arrays.copyOfRange(together, i * width, (i + 1) * width))
                        .as("example " + i)
                        .containsExactly(alone.output(), within(2e-6));
            }
        }
    }

    private static Probe probe(List<LayerSpec> layers, int length, int batch) {
        Input input = Input.tokens(length, VOCABULARY);
        List<Integer> output = io.signalbox.spec.model.Network.of(layers, input).output();
        return new Probe(layers, batch, input, output, 1);
    }

    private static double[] padded(int length) {
        return Arrays.stream(EXAMPLES)
                .flatMapToDouble(example -> Arrays.stream(Arrays.copyOf(example, length)))
                .toArray();
    }
}
