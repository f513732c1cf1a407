package io.signalbox.engine.network;

import static io.signalbox.engine.network.Layers.bias;
import static io.signalbox.engine.network.Layers.weightAndBias;

import io.signalbox.spec.model.LayerSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Windows that move over one or two dimensions. */
final class Convolutions {

    /** PyTorch's number of the layout. */
    private static final int CHANNELS_LAST = 2;

    /**
     * Weights of a convolution, measured by a whole step on a CPU: with the channels last VGG took 0.8 of the time, MobileNetV2 0.6, and
     * the last convolutions of ResNet-18, of 590,000 and 2.4 million weights, 1.0 and 1.4 times as long.
     */
    private static final long HEAVY = 1 << 19;

    private Convolutions() {}

    static Layer conv1d(LayerSpec.Conv1d spec, List<Integer> input) {
        return convolution(
                1,
                input.get(0),
                spec.filters(),
                spec.kernel(),
                spec.stride(),
                spec.padding(),
                spec.dilation(),
                spec.groups(),
                spec.bias());
    }

    static Layer conv2d(LayerSpec.Conv2d spec, List<Integer> input) {
        return convolution(
                2,
                input.get(0),
                spec.filters(),
                spec.kernel(),
                spec.stride(),
                spec.padding(),
                spec.dilation(),
                spec.groups(),
                spec.bias());
    }

    static Layer depthwise(LayerSpec.DepthwiseConv2d spec, List<Integer> input) {
        int channels = input.get(0);
        return convolution(
                2,
                channels,
                channels * spec.depthMultiplier(),
                spec.kernel(),
                spec.stride(),
                spec.padding(),
                spec.dilation(),
                channels,
                spec.bias());
    }

    private static Layer convolution(
            int dimensions,
            int channels,
            int filters,
            int kernel,
            int stride,
            int padding,
            int dilation,
            int groups,
            boolean bias) {
        int seen = channels / groups;
        long inputs = seen * LongStream.of(sides(kernel, dimensions)).reduce(1, (a, b) -> a * b);
        long[] shape = shape(filters, seen, kernel, dimensions);
        return Layer.of(
                weightAndBias(bias, filters, inputs, shape),
                tensor -> "torch.conv" + dimensions + "d("
                        + (dimensions == 2
                                ? imagesAndWeight(channels, shape, tensor.apply("weight"))
                                : "x, " + tensor.apply("weight"))
                        + ", " + bias(bias, tensor) + ", " + list(stride, dimensions) + ", " + list(padding, dimensions)
                        + ", " + list(dilation, dimensions) + ", " + groups + ")");
    }

    /**
     * With the channels of a pixel side by side in memory, as most convolutions compute fastest, and what comes after them:
     * normalization, activations, pooling. Those with more weights than {@link #HEAVY} take longer to lay out weights so. Of images
     * with one channel either layout is the same memory, and the weight's tells PyTorch which is meant.
     */
    private static String imagesAndWeight(int channels, long[] shape, String weight) {
        if (Arrays.stream(shape).reduce(1, (a, b) -> a * b) >= HEAVY) {
            return "torch.contiguous(x), " + weight;
        }
        if (channels > 1) {
            return "torch.contiguous(x, memory_format=" + CHANNELS_LAST + "), " + weight;
        }
        return "x, torch.permute(torch.reshape(" + weight + ", [" + shape[0] + ", " + shape[2] + ", " + shape[3]
                + ", 1]), [0, 3, 1, 2])";
    }

    static Layer transposed1d(LayerSpec.ConvTranspose1d spec, List<Integer> input) {
        return transposed(
                1,
                input.get(0),
                spec.filters(),
                spec.kernel(),
                spec.stride(),
                spec.padding(),
                spec.outputPadding(),
                spec.bias());
    }

    static Layer transposed2d(LayerSpec.ConvTranspose2d spec, List<Integer> input) {
        return transposed(
                2,
                input.get(0),
                spec.filters(),
                spec.kernel(),
                spec.stride(),
                spec.padding(),
                spec.outputPadding(),
                spec.bias());
    }

    /** PyTorch takes the weight's second dimension, here that of the outputs, for the inputs when it draws weights. */
    private static Layer transposed(
            int dimensions,
            int channels,
            int filters,
            int kernel,
            int stride,
            int padding,
            int outputPadding,
            boolean bias) {
        long inputs = filters * LongStream.of(sides(kernel, dimensions)).reduce(1, (a, b) -> a * b);
        return Layer.of(
                weightAndBias(bias, filters, inputs, shape(channels, filters, kernel, dimensions)),
                tensor -> "torch.conv_transpose" + dimensions + "d(x, " + tensor.apply("weight") + ", "
                        + bias(bias, tensor) + ", " + list(stride, dimensions) + ", " + list(padding, dimensions)
                        + ", " + list(outputPadding, dimensions) + ")");
    }

    static Layer pool(String operation, int dimensions, int kernel, @Nullable Integer stride, int padding) {
        return Layer.of("torch." + operation + dimensions + "d(x, " + list(kernel, dimensions) + ", "
                + list(stride == null ? kernel : stride, dimensions) + ", " + list(padding, dimensions) + ")");
    }

    private static long[] shape(int first, int second, int kernel, int dimensions) {
        return LongStream.concat(LongStream.of(first, second), LongStream.of(sides(kernel, dimensions)))
                .toArray();
    }

    private static long[] sides(int side, int dimensions) {
        long[] sides = new long[dimensions];
        Arrays.fill(sides, side);
        return sides;
    }

    private static String list(int value, int dimensions) {
        return Arrays.toString(sides(value, dimensions));
    }
}
