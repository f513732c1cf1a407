package io.signalbox.engine.network;

import static io.signalbox.engine.network.Slot.buffer;
import static io.signalbox.engine.network.Slot.counter;
import static io.signalbox.engine.network.Slot.parameter;
import static io.signalbox.engine.torch.Script.ints;
import static io.signalbox.engine.torch.Script.number;

import io.signalbox.spec.model.LayerSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Every kind of layer, with PyTorch's operation and PyTorch's names of its tensors. A new kind is one entry here. */
final class Layers {

    private static final Map<Class<? extends LayerSpec>, BiFunction<LayerSpec, List<Integer>, Layer>> KINDS =
            new HashMap<>();

    static {
        kind(LayerSpec.Dense.class, Layers::dense);
        kind(LayerSpec.Conv2d.class, Layers::conv2d);
        kind(
                LayerSpec.MaxPool2d.class,
                (spec, input) -> pool("max_pool2d", spec.kernel(), spec.stride(), spec.padding()));
        kind(
                LayerSpec.AvgPool2d.class,
                (spec, input) -> pool("avg_pool2d", spec.kernel(), spec.stride(), spec.padding()));
        kind(LayerSpec.Flatten.class, (spec, input) -> Layer.of("torch.flatten(x, 1)"));
        kind(LayerSpec.BatchNorm.class, Layers::batchNorm);
        kind(LayerSpec.Dropout.class, Layers::dropout);
        kind(LayerSpec.Relu.class, (spec, input) -> Layer.of("torch.relu(x)"));
        kind(
                LayerSpec.LeakyRelu.class,
                (spec, input) -> Layer.of("torch.leaky_relu(x, " + number(spec.negativeSlope()) + ")"));
        kind(LayerSpec.Elu.class, (spec, input) -> Layer.of("torch.elu(x, " + number(spec.alpha()) + ")"));
        kind(LayerSpec.Gelu.class, (spec, input) -> Layer.of("torch.gelu(x)"));
        kind(LayerSpec.Silu.class, (spec, input) -> Layer.of("torch.silu(x)"));
        kind(LayerSpec.Tanh.class, (spec, input) -> Layer.of("torch.tanh(x)"));
        kind(LayerSpec.Sigmoid.class, (spec, input) -> Layer.of("torch.sigmoid(x)"));
        kind(LayerSpec.Softmax.class, (spec, input) -> Layer.of("torch.softmax(x, -1)"));
    }

    private Layers() {}

    private static <L extends LayerSpec> void kind(Class<L> type, BiFunction<L, List<Integer>, Layer> make) {
        KINDS.put(type, (spec, input) -> make.apply(type.cast(spec), input));
    }

    /** The layer that a spec describes, for inputs of a shape without the batch dimension. */
    static Layer of(LayerSpec spec, List<Integer> input) {
        BiFunction<LayerSpec, List<Integer>, Layer> make = KINDS.get(spec.getClass());
        if (make == null) {
            throw new IllegalArgumentException(
                    "the engine has no layer of kind " + spec.getClass().getSimpleName());
        }
        return make.apply(spec, input);
    }

    private static Layer dense(LayerSpec.Dense spec, List<Integer> input) {
        int inputs = input.get(input.size() - 1);
        return Layer.of(
                weightAndBias(spec.bias(), spec.units(), inputs, spec.units(), inputs),
                tensor -> "torch.linear(x, " + tensor.apply("weight") + ", " + bias(spec.bias(), tensor) + ")");
    }

    private static Layer conv2d(LayerSpec.Conv2d spec, List<Integer> input) {
        int channels = input.get(0);
        long inputs = (long) channels * spec.kernel() * spec.kernel();
        return Layer.of(
                weightAndBias(
                        spec.bias(), spec.filters(), inputs, spec.filters(), channels, spec.kernel(), spec.kernel()),
                tensor -> "torch.conv2d(x, " + tensor.apply("weight") + ", " + bias(spec.bias(), tensor) + ", "
                        + square(spec.stride()) + ", " + square(spec.padding()) + ")");
    }

    private static List<Slot> weightAndBias(boolean withBias, int outputs, long inputs, long... weightShape) {
        Slot weight = parameter("weight", Initial.fanIn(inputs), weightShape);
        return withBias ? List.of(weight, parameter("bias", Initial.fanIn(inputs), outputs)) : List.of(weight);
    }

    private static String bias(boolean withBias, UnaryOperator<String> tensor) {
        return withBias ? tensor.apply("bias") : "None";
    }

    private static Layer pool(String operation, int kernel, @Nullable Integer stride, int padding) {
        return Layer.of("torch." + operation + "(x, " + square(kernel) + ", " + square(stride == null ? kernel : stride)
                + ", " + square(padding) + ")");
    }

    private static String square(int side) {
        return ints(side, side);
    }

    private static Layer dropout(LayerSpec.Dropout spec, List<Integer> input) {
        return new Layer(
                List.of(),
                (tensor, cumulative) -> List.of("x = torch.dropout(x, " + number(spec.rate()) + ", train)"),
                true);
    }

    private static Layer batchNorm(LayerSpec.BatchNorm spec, List<Integer> input) {
        int channels = input.get(0);
        List<Slot> slots = List.of(
                parameter("weight", Initial.constant(1), channels),
                parameter("bias", Initial.constant(0), channels),
                buffer("running_mean", Initial.constant(0), channels),
                buffer("running_var", Initial.constant(1), channels),
                counter("num_batches_tracked"));
        return new Layer(
                slots,
                (tensor, cumulative) -> List.of(
                        "if train:",
                        "  torch.add_(" + tensor.apply("num_batches_tracked") + ", 1)",
                        "x = torch.batch_norm(x, " + tensor.apply("weight") + ", " + tensor.apply("bias") + ", "
                                + tensor.apply("running_mean") + ", " + tensor.apply("running_var") + ", train, "
                                + (cumulative
                                        ? "1.0 / float(" + tensor.apply("num_batches_tracked") + ")"
                                        : number(spec.momentum()))
                                + ", " + number(spec.eps()) + ", False)"));
    }
}
