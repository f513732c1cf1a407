package io.signalbox.spec.model;

import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One layer, with PyTorch's meaning and defaults. Shapes are without the batch dimension: {@code [features]} or
 * {@code [channels, height, width]}.
 */
public sealed interface LayerSpec {

    /**
     * Shape that comes out where {@code input} comes in.
     *
     * @throws ShapeException if this layer cannot take it
     */
    default List<Integer> output(List<Integer> input) {
        return input;
    }

    /** Trainable numbers where {@code input}, that this layer can take, comes in. */
    default long parameters(List<Integer> input) {
        return 0;
    }

    /** Numbers that are kept with the parameters but not trained. */
    default long buffers(List<Integer> input) {
        return 0;
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

    /** {@code torch.nn.Linear} over the last dimension of {@code [features]}. */
    @Described("Fully connected layer (torch.nn.Linear)")
    record Dense(
            @Param(value = "Outputs", min = 1, max = 1_000_000)
            int units,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireVector(input);
            return List.of(units);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) input.get(0) * units + (bias ? units : 0);
        }
    }

    /** {@code torch.nn.Conv2d}. */
    @Described("Convolution over images (torch.nn.Conv2d)")
    record Conv2d(
            @Param(value = "Output channels", min = 1, max = 100_000)
            int filters,

            @Param(value = "Side of the kernel", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the kernel", defaultValue = "1", min = 1, max = 1000)
            int stride,

            @Param(value = "Zeros added at each side", defaultValue = "0", min = 0, max = 1000)
            int padding,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            return Shapes.window(input, filters, kernel, stride, padding);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) input.get(0) * filters * kernel * kernel + (bias ? filters : 0);
        }
    }

    /** {@code torch.nn.MaxPool2d}. */
    @Described("Largest value of each window of an image (torch.nn.MaxPool2d)")
    record MaxPool2d(
            @Param(value = "Side of the window", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the window; by default its side", min = 1, max = 1000) @Nullable
            Integer stride,

            @Param(value = "Padding at each side, at most half the window", defaultValue = "0", min = 0, max = 500)
            int padding)
            implements LayerSpec, Constrained {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireImage(input);
            return Shapes.window(input, input.get(0), kernel, stride == null ? kernel : stride, padding);
        }

        @Override
        public void check(Rules rules) {
            checkPadding(kernel, padding, rules);
        }
    }

    /** {@code torch.nn.AvgPool2d}. */
    @Described("Mean of each window of an image (torch.nn.AvgPool2d)")
    record AvgPool2d(
            @Param(value = "Side of the window", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the window; by default its side", min = 1, max = 1000) @Nullable
            Integer stride,

            @Param(value = "Zeros added at each side, at most half the window", defaultValue = "0", min = 0, max = 500)
            int padding)
            implements LayerSpec, Constrained {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireImage(input);
            return Shapes.window(input, input.get(0), kernel, stride == null ? kernel : stride, padding);
        }

        @Override
        public void check(Rules rules) {
            checkPadding(kernel, padding, rules);
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

    /** {@code torch.nn.BatchNorm1d} on {@code [features]}, {@code BatchNorm2d} on images. */
    @Described("Normalises each feature, or each channel of images, over the batch (torch.nn.BatchNorm1d, BatchNorm2d)")
    record BatchNorm(
            @Param(value = "Added to the variance", defaultValue = "1e-5", min = 0, exclusiveMin = true, max = 1)
            double eps,

            @Param(value = "Share of a batch in the running statistics", defaultValue = "0.1", min = 0, max = 1)
            double momentum)
            implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            if (input.size() != 1) {
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

    /** {@code torch.nn.ReLU}. */
    @Described("max(0, x) (torch.nn.ReLU)")
    record Relu() implements LayerSpec {}

    /** {@code torch.nn.LeakyReLU}. */
    @Described("x, or a small slope below zero (torch.nn.LeakyReLU)")
    record LeakyRelu(
            @Param(value = "Slope below zero", defaultValue = "0.01", min = 0, max = 1)
            double negativeSlope) implements LayerSpec {}

    /** {@code torch.nn.ELU}. */
    @Described("x, or alpha (exp(x) - 1) below zero (torch.nn.ELU)")
    record Elu(
            @Param(value = "Limit below zero", defaultValue = "1.0", min = 0, exclusiveMin = true, max = 100)
            double alpha)
            implements LayerSpec {}

    /** {@code torch.nn.GELU}, exact. */
    @Described("Gaussian error linear unit, exact (torch.nn.GELU)")
    record Gelu() implements LayerSpec {}

    /** {@code torch.nn.SiLU}. */
    @Described("x sigmoid(x) (torch.nn.SiLU)")
    record Silu() implements LayerSpec {}

    /** {@code torch.nn.Tanh}. */
    @Described("Hyperbolic tangent (torch.nn.Tanh)")
    record Tanh() implements LayerSpec {}

    /** {@code torch.nn.Sigmoid}. */
    @Described("1 / (1 + exp(-x)) (torch.nn.Sigmoid)")
    record Sigmoid() implements LayerSpec {}

    /** {@code torch.nn.Softmax} over the last dimension. */
    @Described("Shares that sum to 1 over the last dimension (torch.nn.Softmax)")
    record Softmax() implements LayerSpec {}

    private static void checkPadding(int kernel, int padding, Constrained.Rules rules) {
        if (padding > kernel / 2) {
            String detail = "must be at most " + kernel / 2 + ", half the kernel, was " + padding;
            rules.broken("padding", "range.max", detail);
        }
    }
}
