package io.signalbox.spec.model;

import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.OrMember;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One layer, with PyTorch's meaning and defaults. Shapes are without the batch dimension: {@code [features]}, {@code
 * [channels, height, width]}, {@code [channels, length]} or {@code [length, features]}. The kinds stand in files of their
 * own, which this interface extends so that all are called {@code LayerSpec.Something}.
 */
public sealed interface LayerSpec extends Convolutions, Sequences, Activations
        permits LayerSpec.Dense,
                Convolutions.Conv1d,
                Convolutions.Conv2d,
                Convolutions.DepthwiseConv2d,
                Convolutions.ConvTranspose1d,
                Convolutions.ConvTranspose2d,
                Convolutions.MaxPool1d,
                Convolutions.AvgPool1d,
                Convolutions.MaxPool2d,
                Convolutions.AvgPool2d,
                Convolutions.GlobalAvgPool,
                Convolutions.GlobalMaxPool,
                LayerSpec.BatchNorm,
                LayerSpec.LayerNorm,
                LayerSpec.GroupNorm,
                LayerSpec.Dropout,
                Sequences.Embedding,
                Sequences.PositionalEncoding,
                Sequences.Lstm,
                Sequences.Gru,
                Sequences.Bidirectional,
                Sequences.MultiHeadAttention,
                LayerSpec.Flatten,
                LayerSpec.Reshape,
                LayerSpec.Permute,
                LayerSpec.Residual,
                LayerSpec.Parallel,
                Activations.Relu,
                Activations.Relu6,
                Activations.LeakyRelu,
                Activations.Prelu,
                Activations.Elu,
                Activations.Selu,
                Activations.Gelu,
                Activations.Silu,
                Activations.Mish,
                Activations.Hardswish,
                Activations.Hardsigmoid,
                Activations.Softplus,
                Activations.Tanh,
                Activations.Sigmoid,
                Activations.Softmax,
                Activations.LogSoftmax {

    /**
     * Shape that comes out where {@code input} comes in.
     *
     * @throws ShapeException if this layer cannot take it
     */
    default List<Integer> output(List<Integer> input) {
        return input;
    }

    /** Trainable numbers of its own where {@code input}, that this layer can take, comes in. */
    default long parameters(List<Integer> input) {
        return 0;
    }

    /** Numbers of its own that are kept with the parameters but not trained. */
    default long buffers(List<Integer> input) {
        return 0;
    }

    /** The layers within it, which all take what it takes; empty for most. */
    default List<Branch> within() {
        return List.of();
    }

    /**
     * Layers within a layer.
     *
     * @param pointer where they stand in the layer's JSON
     * @param name before the names of their tensors, within the layer's: {@code shortcut.}; empty for none
     * @param layers one after the other; none for what comes in as it is
     */
    record Branch(String pointer, String name, List<LayerSpec> layers) {

        /** Shape that comes out of all of them. */
        List<Integer> output(List<Integer> input) {
            List<Integer> shape = input;
            for (LayerSpec layer : layers) {
                shape = layer.output(shape);
            }
            return shape;
        }
    }

    /** The layer of that {@code type}, which must be one that needs no option, with its defaults. */
    static LayerSpec named(String type) {
        List<Problem> problems = new ArrayList<>();
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("type", type);
        LayerSpec layer = Binder.bindVariant(node, LayerSpec.class, "#", problems);
        if (layer == null) {
            throw new IllegalArgumentException(problems.toString());
        }
        return layer;
    }

    /** {@code torch.nn.Linear} over the last dimension of {@code [features]} or {@code [length, features]}. */
    @Described("Fully connected layer, of a sequence at each position (torch.nn.Linear)")
    record Dense(
            @Param(value = "Outputs", min = 1, max = 1_000_000)
            int units,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias,

            @Param(
                    value = "Standard deviation of the weights before training, biases then 0; by default PyTorch's"
                            + " uniform",
                    min = 0,
                    max = 100)
            @Nullable
            Double initStd)
            implements LayerSpec {

        /** With PyTorch's weights. */
        public Dense(int units, boolean bias) {
            this(units, bias, null);
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            if (input.size() > 2) {
                throw new ShapeException(
                        "shape.mismatch",
                        "expects [features], but " + input + " comes in; add a flatten layer before it");
            }
            return Shapes.withLast(input, units);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) input.get(input.size() - 1) * units + (bias ? units : 0);
        }
    }

    /** {@code torch.nn.Flatten}: one dimension of all. */
    @Described("All dimensions as one (torch.nn.Flatten)")
    record Flatten() implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            long elements = Shapes.elements(input);
            if (elements > Integer.MAX_VALUE) {
                throw new ShapeException("model.too-large", "gives " + elements + " features for one example");
            }
            return List.of((int) elements);
        }
    }

    /** {@code torch.reshape} of each example. */
    @Described("The same numbers in another shape (torch.reshape of each example)")
    record Reshape(
            @Param(
                    value = "The new shape, without the batch; one dimension may be -1: what is left",
                    min = -1,
                    minItems = 1,
                    maxItems = 4)
            List<Integer> shape)
            implements LayerSpec, Constrained {

        @Override
        public List<Integer> output(List<Integer> input) {
            long elements = Shapes.elements(input);
            long known = Shapes.elements(
                    shape.stream().filter(dimension -> dimension > 0).toList());
            boolean open = shape.contains(-1);
            if (open
                    ? known > elements || elements % known != 0 || elements / known > Integer.MAX_VALUE
                    : known != elements) {
                throw new ShapeException(
                        "shape.mismatch",
                        "cannot make " + shape + " of " + input + ", which is " + elements + " numbers");
            }
            return shape.stream()
                    .map(dimension -> dimension > 0 ? dimension : (int) (elements / known))
                    .toList();
        }

        @Override
        public void check(Rules rules) {
            if (shape.contains(0) || shape.indexOf(-1) != shape.lastIndexOf(-1)) {
                rules.broken("shape", "range.min", "must hold positive dimensions and at most one -1");
            }
        }
    }

    /** {@code torch.permute} of each example; dimensions are counted from 1 behind the batch, as in Keras. */
    @Described("Dimensions in another order: [2, 1] swaps [length, features] and [channels, length] (torch.permute)")
    record Permute(
            @Param(
                    value = "The dimensions in their new order, counted from 1 behind the batch",
                    min = 1,
                    max = 4,
                    minItems = 1,
                    maxItems = 4,
                    unique = true)
            List<Integer> dims)
            implements LayerSpec, Constrained {

        @Override
        public List<Integer> output(List<Integer> input) {
            if (input.size() != dims.size()) {
                throw new ShapeException(
                        "shape.mismatch",
                        "orders " + dims.size() + " dimensions, but " + input + " comes in; name all of them");
            }
            return dims.stream().map(dimension -> input.get(dimension - 1)).toList();
        }

        @Override
        public void check(Rules rules) {
            if (dims.stream().anyMatch(dimension -> dimension > dims.size())) {
                rules.broken("dims", "range.max", "must hold each number from 1 to " + dims.size() + " once");
            }
        }
    }

    /** {@code torch.nn.BatchNorm1d} on {@code [features]} and {@code [channels, length]}, {@code BatchNorm2d} on images. */
    @Described("Normalises each feature, or each channel, over the batch (torch.nn.BatchNorm1d, BatchNorm2d)")
    record BatchNorm(
            @Param(value = "Added to the variance", defaultValue = "1e-5", min = 0, exclusiveMin = true, max = 1)
            double eps,

            @Param(value = "Share of a batch in the running statistics", defaultValue = "0.1", min = 0, max = 1)
            double momentum)
            implements LayerSpec {

        /** With PyTorch's defaults. */
        public BatchNorm() {
            this(1e-5, 0.1);
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            if (input.size() > 2) {
                Shapes.requireImage(input);
            }
            return input;
        }

        @Override
        public long parameters(List<Integer> input) {
            return 2L * input.get(0);
        }

        @Override
        public long buffers(List<Integer> input) {
            return 2L * input.get(0) + 1;
        }
    }

    /** {@code torch.nn.LayerNorm} over the last dimension. */
    @Described("Normalises the last dimension of each example (torch.nn.LayerNorm)")
    record LayerNorm(
            @Param(value = "Added to the variance", defaultValue = "1e-5", min = 0, exclusiveMin = true, max = 1)
            double eps)
            implements LayerSpec {

        /** With PyTorch's default. */
        public LayerNorm() {
            this(1e-5);
        }

        @Override
        public long parameters(List<Integer> input) {
            return 2L * input.get(input.size() - 1);
        }
    }

    /** {@code torch.nn.GroupNorm}. */
    @Described("Normalises groups of channels of each example (torch.nn.GroupNorm)")
    record GroupNorm(
            @Param(value = "Groups; they must divide the channels", min = 1, max = 100_000)
            int numGroups,

            @Param(value = "Added to the variance", defaultValue = "1e-5", min = 0, exclusiveMin = true, max = 1)
            double eps)
            implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireDivisible(input, 0, numGroups, "num_groups");
            return input;
        }

        @Override
        public long parameters(List<Integer> input) {
            return 2L * input.get(0);
        }
    }

    /** {@code torch.nn.Dropout}. */
    @Described("Sets a random share of the values to zero in training (torch.nn.Dropout)")
    record Dropout(
            @Param(
                    value = "Share of values set to zero in training",
                    defaultValue = "0.5",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double rate)
            implements LayerSpec {}

    /** What comes in, added to what layers make of it (He et al. 2016). */
    @Described("What comes in, added to what the layers make of it; {residual: [layers]} says the same")
    @OrMember("layers")
    record Residual(
            @Param(value = "The layers, in order", minItems = 1, maxItems = 1000)
            List<LayerSpec> layers,

            @Param(
                    value = "Layers that what comes in goes through before it is added, where shapes differ; by default"
                            + " none",
                    defaultValue = "[]",
                    maxItems = 100)
            List<LayerSpec> shortcut)
            implements LayerSpec {

        /** Without a projection. */
        public Residual(List<LayerSpec> layers) {
            this(layers, List.of());
        }

        @Override
        public List<Branch> within() {
            return List.of(new Branch("layers", "", layers), new Branch("shortcut", "shortcut.", shortcut));
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            List<Integer> output = within().get(0).output(input);
            List<Integer> added = within().get(1).output(input);
            if (!output.equals(added)) {
                throw new ShapeException(
                        "shape.mismatch",
                        "makes " + output + " of " + input + ", to which "
                                + (shortcut.isEmpty() ? "what comes in" : "the shortcut's " + added)
                                + " cannot be added; give it a shortcut that makes " + output
                                + ", such as a conv2d of kernel 1 or a dense layer");
            }
            return output;
        }
    }

    /** Branches side by side (Szegedy et al. 2015). */
    @Described("Branches that all take what comes in; their outputs are joined along the first dimension (torch.cat)")
    record Parallel(
            @Param(value = "The branches, each a list of layers", minItems = 1, maxItems = 100)
            List<List<LayerSpec>> branches)
            implements LayerSpec {

        @Override
        public List<Branch> within() {
            List<Branch> numbered = new ArrayList<>();
            for (int i = 0; i < branches.size(); i++) {
                numbered.add(new Branch("branches/" + i, i + ".", branches.get(i)));
            }
            return numbered;
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            List<List<Integer>> outputs =
                    within().stream().map(branch -> branch.output(input)).toList();
            List<Integer> first = outputs.get(0);
            long joined = 0;
            for (List<Integer> output : outputs) {
                if (!output.subList(1, output.size()).equals(first.subList(1, first.size()))) {
                    throw new ShapeException(
                            "shape.mismatch",
                            "has branches that give " + first + " and " + output
                                    + "; they may differ in the first dimension only");
                }
                joined += output.get(0);
            }
            return Shapes.withFirst(first, joined);
        }
    }
}
