package io.signalbox.spec.model;

import io.signalbox.spec.schema.AlsoNamed;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks for token ids and sequences {@code [length, features]}. Those that classify also take images, row by row, and
 * tables, column by column.
 */
public interface SequencePresets {

    /** An LSTM whose last state is classified. */
    @AlsoNamed("lstm")
    @Described("LSTM over tokens or a sequence, and a dense layer on its last state; also named lstm")
    record LstmClassifier(
            @Param(value = "Size of the hidden state", defaultValue = "128", min = 1, max = 100_000)
            int units,

            @Param(value = "Layers one on top of the other", defaultValue = "1", min = 1, max = 100)
            int layers,

            @Param(value = "Go through the sequence both ways", defaultValue = "false")
            boolean bidirectional,

            @Param(value = "Length of a token's vector", defaultValue = "128", min = 1, max = 100_000)
            int embeddingDim,

            @Param(
                    value = "Share of values dropped between layers and before the last",
                    defaultValue = "0",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout)
            implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> made = new ArrayList<>(Blocks.sequence(input, embeddingDim));
            LayerSpec.Lstm lstm = new LayerSpec.Lstm(units, layers, layers > 1 ? dropout : 0, false, true);
            made.add(bidirectional ? new LayerSpec.Bidirectional(lstm) : lstm);
            Blocks.dropout(made, dropout);
            made.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(made);
        }
    }

    /** Convolutions of several lengths side by side (Kim 2014). */
    @Described("Convolutions of several lengths over tokens or a sequence, and the largest value of each (Kim 2014)")
    record TextCnn(
            @Param(value = "Channels of each convolution", defaultValue = "100", min = 1, max = 100_000)
            int filters,

            @Param(
                    value = "Lengths of the convolutions",
                    defaultValue = "[3, 4, 5]",
                    min = 1,
                    max = 1000,
                    minItems = 1,
                    maxItems = 20)
            List<Integer> kernels,

            @Param(value = "Length of a token's vector", defaultValue = "128", min = 1, max = 100_000)
            int embeddingDim,

            @Param(
                    value = "Share of values dropped before the last layer",
                    defaultValue = "0.5",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout)
            implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> layers = new ArrayList<>(Blocks.sequence(input, embeddingDim));
            layers.add(new LayerSpec.Permute(List.of(2, 1)));
            layers.add(new LayerSpec.Parallel(kernels.stream()
                    .<List<LayerSpec>>map(kernel -> List.of(
                            new LayerSpec.Conv1d(filters, kernel, 1, 0, true),
                            new LayerSpec.Relu(),
                            new LayerSpec.GlobalMaxPool()))
                    .toList()));
            Blocks.dropout(layers, dropout);
            layers.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(layers);
        }
    }

    /** A transformer's encoder whose mean over positions is classified. */
    @Described("Transformer encoder over tokens or a sequence, and a dense layer on the mean over positions")
    record TransformerClassifier(
            @Param(value = "Blocks", defaultValue = "2", min = 1, max = 100)
            int layers,

            @Param(value = "Heads of attention; they must divide the width", defaultValue = "4", min = 1, max = 1000)
            int heads,

            @Param(value = "Features at each position", defaultValue = "128", min = 1, max = 100_000)
            int width,

            @Param(value = "Share of values dropped", defaultValue = "0.1", min = 0, max = 1, exclusiveMax = true)
            double dropout)
            implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> made = new ArrayList<>(Blocks.sequence(input, width));
            if (!input.ofTokens()) {
                made.add(new LayerSpec.Dense(width, true));
            }
            made.add(new LayerSpec.PositionalEncoding("sinusoidal"));
            Blocks.dropout(made, dropout);
            for (int block = 0; block < layers; block++) {
                made.addAll(Blocks.transformer(width, heads, dropout, false, "none", null));
            }
            made.add(new LayerSpec.LayerNorm());
            made.add(new LayerSpec.Permute(List.of(2, 1)));
            made.add(new LayerSpec.GlobalAvgPool());
            made.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(made);
        }
    }

    /** GPT-2 (Radford et al. 2019): its blocks and its weights before training, but an output layer of its own. */
    @Described("GPT: predicts the next token at each position of a text; as long as the data's context")
    record Gpt(
            @Param(value = "Blocks", defaultValue = "4", min = 1, max = 100)
            int layers,

            @Param(value = "Heads of attention; they must divide the width", defaultValue = "4", min = 1, max = 1000)
            int heads,

            @Param(value = "Features at each position", defaultValue = "128", min = 1, max = 100_000)
            int width,

            @Param(value = "Share of values dropped", defaultValue = "0.1", min = 0, max = 1, exclusiveMax = true)
            double dropout)
            implements ModelSpec {

        /** What GPT-2 draws weights with; those that write to the residual stream by the root of their count less. */
        private static final double DEVIATION = 0.02;

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> made = new ArrayList<>();
            made.add(new LayerSpec.Embedding(width, null, null, null, DEVIATION).settled(input));
            made.add(new LayerSpec.PositionalEncoding("learned"));
            Blocks.dropout(made, dropout);
            Blocks.Deviations deviations = new Blocks.Deviations(DEVIATION, DEVIATION / Math.sqrt(2.0 * layers));
            for (int block = 0; block < layers; block++) {
                made.addAll(Blocks.transformer(width, heads, dropout, true, "tanh", deviations));
            }
            made.add(new LayerSpec.LayerNorm());
            made.add(new LayerSpec.Dense(outputs, false, DEVIATION));
            return List.copyOf(made);
        }
    }
}
