package io.signalbox.spec.model;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Windows that move over {@code [channels, length]} or {@code [channels, height, width]}. */
public interface Convolutions {

    /** {@code torch.nn.Conv1d}. */
    @Described("Convolution over [channels, length] (torch.nn.Conv1d)")
    record Conv1d(
            @Param(value = "Output channels", min = 1, max = 100_000)
            int filters,

            @Param(value = "Length of the kernel", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the kernel", defaultValue = "1", min = 1, max = 1000)
            int stride,

            @Param(value = "Zeros added at each end", defaultValue = "0", min = 0, max = 1000)
            int padding,

            @Param(value = "Distance of the kernel's elements", defaultValue = "1", min = 1, max = 1000)
            int dilation,

            @Param(value = "Groups of channels, each convolved by itself", defaultValue = "1", min = 1, max = 100_000)
            int groups,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec, Constrained {

        /** Without dilation and groups. */
        public Conv1d(int filters, int kernel, int stride, int padding, boolean bias) {
            this(filters, kernel, stride, padding, 1, 1, bias);
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireSignal(input);
            Shapes.requireDivisible(input, 0, groups, "groups");
            return Shapes.window(input, filters, kernel, stride, padding, dilation);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) input.get(0) / groups * filters * kernel + (bias ? filters : 0);
        }

        @Override
        public void check(Rules rules) {
            checkGroups(filters, groups, rules);
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

            @Param(value = "Distance of the kernel's elements", defaultValue = "1", min = 1, max = 1000)
            int dilation,

            @Param(value = "Groups of channels, each convolved by itself", defaultValue = "1", min = 1, max = 100_000)
            int groups,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec, Constrained {

        /** Without dilation and groups. */
        public Conv2d(int filters, int kernel, int stride, int padding, boolean bias) {
            this(filters, kernel, stride, padding, 1, 1, bias);
        }

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireImage(input);
            Shapes.requireDivisible(input, 0, groups, "groups");
            return Shapes.window(input, filters, kernel, stride, padding, dilation);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) input.get(0) / groups * filters * kernel * kernel + (bias ? filters : 0);
        }

        @Override
        public void check(Rules rules) {
            checkGroups(filters, groups, rules);
        }
    }

    /** {@code torch.nn.Conv2d} with as many groups as channels; the name and {@code depth_multiplier} are Keras'. */
    @Described("Convolution of each channel of an image by itself (torch.nn.Conv2d with groups = channels)")
    record DepthwiseConv2d(
            @Param(value = "Side of the kernel", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the kernel", defaultValue = "1", min = 1, max = 1000)
            int stride,

            @Param(value = "Zeros added at each side", defaultValue = "0", min = 0, max = 1000)
            int padding,

            @Param(value = "Distance of the kernel's elements", defaultValue = "1", min = 1, max = 1000)
            int dilation,

            @Param(value = "Output channels for each that comes in", defaultValue = "1", min = 1, max = 1000)
            int depthMultiplier,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireImage(input);
            return Shapes.window(input, channels(input), kernel, stride, padding, dilation);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) channels(input) * kernel * kernel + (bias ? channels(input) : 0);
        }

        private int channels(List<Integer> input) {
            return Shapes.times(input.get(0), depthMultiplier, "channels");
        }
    }

    /** {@code torch.nn.ConvTranspose1d}. */
    @Described("Transposed convolution over [channels, length], which makes it longer (torch.nn.ConvTranspose1d)")
    record ConvTranspose1d(
            @Param(value = "Output channels", min = 1, max = 100_000)
            int filters,

            @Param(value = "Length of the kernel", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the kernel in what comes out", defaultValue = "1", min = 1, max = 1000)
            int stride,

            @Param(value = "What is cut off at each end", defaultValue = "0", min = 0, max = 1000)
            int padding,

            @Param(value = "Added to the output's length; less than the stride", defaultValue = "0", min = 0, max = 999)
            int outputPadding,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec, Constrained {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireSignal(input);
            return Shapes.transposed(input, filters, kernel, stride, padding, outputPadding);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) input.get(0) * filters * kernel + (bias ? filters : 0);
        }

        @Override
        public void check(Rules rules) {
            checkOutputPadding(outputPadding, stride, rules);
        }
    }

    /** {@code torch.nn.ConvTranspose2d}. */
    @Described("Transposed convolution over images, which makes them larger (torch.nn.ConvTranspose2d)")
    record ConvTranspose2d(
            @Param(value = "Output channels", min = 1, max = 100_000)
            int filters,

            @Param(value = "Side of the kernel", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the kernel in what comes out", defaultValue = "1", min = 1, max = 1000)
            int stride,

            @Param(value = "What is cut off at each side", defaultValue = "0", min = 0, max = 1000)
            int padding,

            @Param(value = "Added to the output's sides; less than the stride", defaultValue = "0", min = 0, max = 999)
            int outputPadding,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec, Constrained {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireImage(input);
            return Shapes.transposed(input, filters, kernel, stride, padding, outputPadding);
        }

        @Override
        public long parameters(List<Integer> input) {
            return (long) input.get(0) * filters * kernel * kernel + (bias ? filters : 0);
        }

        @Override
        public void check(Rules rules) {
            checkOutputPadding(outputPadding, stride, rules);
        }
    }

    /** {@code torch.nn.MaxPool1d}. */
    @Described("Largest value of each window of [channels, length] (torch.nn.MaxPool1d)")
    record MaxPool1d(
            @Param(value = "Length of the window", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the window; by default its length", min = 1, max = 1000) @Nullable
            Integer stride,

            @Param(value = "Padding at each end, at most half the window", defaultValue = "0", min = 0, max = 500)
            int padding)
            implements LayerSpec, Constrained {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireSignal(input);
            return Shapes.window(input, input.get(0), kernel, stride == null ? kernel : stride, padding, 1);
        }

        @Override
        public void check(Rules rules) {
            checkPadding(kernel, padding, rules);
        }
    }

    /** {@code torch.nn.AvgPool1d}. */
    @Described("Mean of each window of [channels, length] (torch.nn.AvgPool1d)")
    record AvgPool1d(
            @Param(value = "Length of the window", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the window; by default its length", min = 1, max = 1000) @Nullable
            Integer stride,

            @Param(value = "Zeros added at each end, at most half the window", defaultValue = "0", min = 0, max = 500)
            int padding)
            implements LayerSpec, Constrained {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requireSignal(input);
            return Shapes.window(input, input.get(0), kernel, stride == null ? kernel : stride, padding, 1);
        }

        @Override
        public void check(Rules rules) {
            checkPadding(kernel, padding, rules);
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
            return Shapes.window(input, input.get(0), kernel, stride == null ? kernel : stride, padding, 1);
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
            return Shapes.window(input, input.get(0), kernel, stride == null ? kernel : stride, padding, 1);
        }

        @Override
        public void check(Rules rules) {
            checkPadding(kernel, padding, rules);
        }
    }

    /** {@code torch.nn.AdaptiveAvgPool1d(1)} or {@code 2d}, and {@code Flatten}. */
    @Described("Mean of each channel over all positions (torch.nn.AdaptiveAvgPool1d or 2d to 1, and Flatten)")
    record GlobalAvgPool() implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requirePositions(input);
            return List.of(input.get(0));
        }
    }

    /** {@code torch.nn.AdaptiveMaxPool1d(1)} or {@code 2d}, and {@code Flatten}. */
    @Described("Largest value of each channel over all positions (torch.nn.AdaptiveMaxPool1d or 2d to 1, and Flatten)")
    record GlobalMaxPool() implements LayerSpec {

        @Override
        public List<Integer> output(List<Integer> input) {
            Shapes.requirePositions(input);
            return List.of(input.get(0));
        }
    }

    private static void checkPadding(int kernel, int padding, Constrained.Rules rules) {
        if (padding > kernel / 2) {
            String detail = "must be at most " + kernel / 2 + ", half the kernel, was " + padding;
            rules.broken("padding", "range.max", detail);
        }
    }

    private static void checkGroups(int filters, int groups, Constrained.Rules rules) {
        if (filters % groups != 0) {
            String detail = "must divide the " + filters + " filters, was " + groups;
            rules.broken("groups", "multiple", detail);
        }
    }

    private static void checkOutputPadding(int outputPadding, int stride, Constrained.Rules rules) {
        if (outputPadding >= stride) {
            String detail = "must be less than the stride of " + stride + ", was " + outputPadding;
            rules.broken("output_padding", "range.max", detail);
        }
    }
}
