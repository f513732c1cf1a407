package io.signalbox.spec.model;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Layers for token ids {@code [length]} and sequences {@code [length, features]}, PyTorch's {@code batch_first}. */
public interface Sequences {

    /** {@code torch.nn.Embedding}: the only layer that takes token ids. */
    @Described("A learned vector for each token; the first layer on data of tokens (torch.nn.Embedding)")
    record Embedding(
            @Param(value = "Length of a vector", min = 1, max = 100_000)
            int embeddingDim,

            @Param(value = "Tokens that there are; by default the data's vocabulary", min = 1, max = 10_000_000)
            @Nullable
            Integer numEmbeddings,

            @Param(value = "Token whose vector stays zero and is not trained", min = 0, max = 9_999_999) @Nullable
            Integer paddingIdx,

            @Param(
                    "Token 0 is padding behind the end of an example, which recurrent layers, attention and global pooling do"
                            + " not see as long as layers between leave the length; by default so of labelled texts")
            @Nullable
            Boolean maskZero,

            @Param(
                    value = "Standard deviation of the vectors before training",
                    defaultValue = "1.0",
                    min = 0,
                    max = 100)
            double initStd)
            implements LayerSpec {

        /** With the vocabulary of the data and PyTorch's weights. */
        public Embedding(int embeddingDim) {
            this(embeddingDim, null, null, null, 1);
        }

        /** With as many tokens as the data has, and its padding, where it does not say itself. */
        Embedding settled(Input input) {
            return new Embedding(
                    embeddingDim,
                    numEmbeddings == null && input.ofTokens() ? Integer.valueOf(input.vocabulary()) : numEmbeddings,
                    paddingIdx,
                    masks() || (maskZero == null && input.padded()),
                    initStd);
        }

        /** Whether token 0 is padding. */
        public boolean masks() {
            return maskZero != null && maskZero;
        }

        /** Tokens that there are. */
        public int tokens() {
            return numEmbeddings == null ? 1 : numEmbeddings;
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            if (input.size() != 1) {
                throw new ShapeException("shape.mismatch", "expects token ids, but " + input + " comes in");
            }
            if (paddingIdx != null && paddingIdx >= tokens()) {
                throw new ShapeException(
                        "shape.invalid",
                        "has the padding_idx " + paddingIdx + ", but tokens go up to " + (tokens() - 1));
            }
            return List.of(input.get(0), embeddingDim);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) tokens() * embeddingDim;
        }
    }

    /** Tells positions apart. Vaswani et al. (2017) for the sines, GPT-2 for the learned ones. */
    @Described("Adds a vector to each position of a sequence, so that attention can tell positions apart")
    record PositionalEncoding(
            @Param(
                    value = "sinusoidal: fixed sines and cosines; learned: a trained vector for each position",
                    defaultValue = "\"sinusoidal\"",
                    oneOf = {"sinusoidal", "learned"})
            String kind)
            implements LayerSpec {

        /** Whether its vectors are trained. */
        public boolean learned() {
            return kind.equals("learned");
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireSequence(input);
            return input;
        }

        @Override
        public long parameters(List<Integer> input) {
            return learned() ? Shapes.elements(input) : 0;
        }
    }

    /** A layer that goes along a sequence: {@link Lstm} or {@link Gru}. */
    sealed interface Recurrent permits Lstm, Gru {

        /** Size of the hidden state. */
        int units();

        /** Layers one on top of the other. */
        int numLayers();

        /** Share dropped between them. */
        double dropout();

        /** Whether the output has every position, not only the last state. */
        boolean returnSequences();

        /** Whether there are biases. */
        boolean bias();

        /** How many times {@link #units} rows its weights have. */
        int gates();

        /** Shape that comes out of so many directions. */
        default List<Integer> output(List<Integer> input, int directions) {
            Shapes.requireSequence(input);
            int features = units() * directions;
            return returnSequences() ? List.of(input.get(0), features) : List.of(features);
        }

        /** Trained numbers in so many directions. */
        default long parameters(List<Integer> input, int directions) {
            long rows = (long) gates() * units();
            long first = rows * (input.get(1) + units() + (bias() ? 2 : 0));
            long other = rows * ((long) units() * directions + units() + (bias() ? 2 : 0));
            return directions * (first + (numLayers() - 1) * other);
        }
    }

    /** {@code torch.nn.LSTM}. */
    @Described("Long short-term memory over a sequence (torch.nn.LSTM)")
    record Lstm(
            @Param(value = "Size of the hidden state", min = 1, max = 100_000)
            int units,

            @Param(value = "Layers one on top of the other", defaultValue = "1", min = 1, max = 100)
            int numLayers,

            @Param(
                    value = "Share of values dropped between layers, in training",
                    defaultValue = "0",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout,

            @Param(value = "Give every position, not only the last layer's last state", defaultValue = "false")
            boolean returnSequences,

            @Param(value = "Add biases", defaultValue = "true")
            boolean bias)
            implements LayerSpec, Recurrent, Constrained {

        /** One layer. */
        public Lstm(int units, boolean returnSequences) {
            this(units, 1, 0, returnSequences, true);
        }

        @Override
        public int gates() {
            return 4;
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            return output(input, 1);
        }

        @Override
        public long parameters(List<Integer> input) {
            return parameters(input, 1);
        }

        @Override
        public void check(Rules rules) {
            checkDropout(this, rules);
        }
    }

    /** {@code torch.nn.GRU}. */
    @Described("Gated recurrent unit over a sequence (torch.nn.GRU)")
    record Gru(
            @Param(value = "Size of the hidden state", min = 1, max = 100_000)
            int units,

            @Param(value = "Layers one on top of the other", defaultValue = "1", min = 1, max = 100)
            int numLayers,

            @Param(
                    value = "Share of values dropped between layers, in training",
                    defaultValue = "0",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout,

            @Param(value = "Give every position, not only the last layer's last state", defaultValue = "false")
            boolean returnSequences,

            @Param(value = "Add biases", defaultValue = "true")
            boolean bias)
            implements LayerSpec, Recurrent, Constrained {

        /** One layer. */
        public Gru(int units, boolean returnSequences) {
            this(units, 1, 0, returnSequences, true);
        }

        @Override
        public int gates() {
            return 3;
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            return output(input, 1);
        }

        @Override
        public long parameters(List<Integer> input) {
            return parameters(input, 1);
        }

        @Override
        public void check(Rules rules) {
            checkDropout(this, rules);
        }
    }

    /** {@code bidirectional=True} of PyTorch's module; the name is Keras'. */
    @Described("An lstm or gru in both directions, outputs side by side (torch.nn.LSTM or GRU with bidirectional=True)")
    record Bidirectional(
            @Param("The layer that goes both ways") Recurrent layer) implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            return layer.output(input, 2);
        }

        @Override
        public long parameters(List<Integer> input) {
            return layer.parameters(input, 2);
        }
    }

    /** {@code torch.nn.MultiheadAttention} of a sequence to itself. */
    @Described("Attention of a sequence to itself (torch.nn.MultiheadAttention, batch_first)")
    record MultiHeadAttention(
            @Param(value = "Heads; they must divide the features", min = 1, max = 1000)
            int numHeads,

            @Param(
                    value = "Share of attention weights dropped in training",
                    defaultValue = "0",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout,

            @Param(value = "Each position sees itself and those before it only", defaultValue = "false")
            boolean causal,

            @Param(value = "Add biases", defaultValue = "true")
            boolean bias,

            @Param(
                    value = "Standard deviation of the input projection before training; by default PyTorch's uniform",
                    min = 0,
                    max = 100)
            @Nullable
            Double initStd,

            @Param(value = "The same of the output projection; by default PyTorch's uniform", min = 0, max = 100)
            @Nullable
            Double outputInitStd)
            implements LayerSpec {

        /** With PyTorch's weights. */
        public MultiHeadAttention(int numHeads, double dropout, boolean causal) {
            this(numHeads, dropout, causal, true, null, null);
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireSequence(input);
            Shapes.requireDivisible(input, 1, numHeads, "num_heads");
            return input;
        }

        @Override
        public long parameters(List<Integer> input) {
            long features = input.get(1);
            return 4 * features * (features + (bias ? 1 : 0));
        }
    }

    private static void checkDropout(Recurrent layer, Constrained.Rules rules) {
        if (layer.dropout() > 0 && layer.numLayers() == 1) {
            rules.broken(
                    "dropout",
                    "option.not-applicable",
                    "works between layers, but num_layers is 1; add a dropout layer after this one");
        }
    }
}
