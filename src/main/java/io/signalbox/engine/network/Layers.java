package io.signalbox.engine.network;

import static io.signalbox.engine.network.Slot.buffer;
import static io.signalbox.engine.network.Slot.counter;
import static io.signalbox.engine.network.Slot.parameter;
import static io.signalbox.engine.torch.Script.number;

import io.signalbox.spec.model.LayerSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Every kind of layer, with PyTorch's operation and PyTorch's names of its tensors. A new kind is one entry here. Those that
 * hold other layers are put together by {@link Network} and only joined here.
 */
final class Layers {

    private static final Map<Class<? extends LayerSpec>, Kind<LayerSpec>> KINDS = new HashMap<>();

    /** Those that PyTorch's autocast computes in bfloat16 on CPUs and graphics processors alike. */
    private static final Set<Class<? extends LayerSpec>> PRODUCTS = Set.of(
            LayerSpec.Dense.class,
            LayerSpec.Conv1d.class,
            LayerSpec.Conv2d.class,
            LayerSpec.DepthwiseConv2d.class,
            LayerSpec.ConvTranspose1d.class,
            LayerSpec.ConvTranspose2d.class,
            LayerSpec.MultiHeadAttention.class);

    /** Makes a layer for inputs of a shape, with padding where it says. */
    @FunctionalInterface
    private interface Kind<L extends LayerSpec> {
        Layer make(L spec, List<Integer> input, Masks masks);
    }

    static {
        kind(LayerSpec.Dense.class, Layers::dense);
        kind(LayerSpec.Conv1d.class, Convolutions::conv1d);
        kind(LayerSpec.Conv2d.class, Convolutions::conv2d);
        kind(LayerSpec.DepthwiseConv2d.class, Convolutions::depthwise);
        kind(LayerSpec.ConvTranspose1d.class, Convolutions::transposed1d);
        kind(LayerSpec.ConvTranspose2d.class, Convolutions::transposed2d);
        kind(
                LayerSpec.MaxPool1d.class,
                (spec, input) -> Convolutions.pool("max_pool", 1, spec.kernel(), spec.stride(), spec.padding()));
        kind(
                LayerSpec.AvgPool1d.class,
                (spec, input) -> Convolutions.pool("avg_pool", 1, spec.kernel(), spec.stride(), spec.padding()));
        kind(
                LayerSpec.MaxPool2d.class,
                (spec, input) -> Convolutions.pool("max_pool", 2, spec.kernel(), spec.stride(), spec.padding()));
        kind(
                LayerSpec.AvgPool2d.class,
                (spec, input) -> Convolutions.pool("avg_pool", 2, spec.kernel(), spec.stride(), spec.padding()));
        masked(
                LayerSpec.GlobalAvgPool.class,
                (spec, input, masks) ->
                        masks == Masks.COLUMNS ? fixed(Masks.MEAN) : Layer.of("torch.mean(torch.flatten(x, 2), [-1])"));
        masked(
                LayerSpec.GlobalMaxPool.class,
                (spec, input, masks) -> fixed(
                        masks == Masks.COLUMNS
                                ? Masks.MAX
                                : List.of("x, place, = torch.max(torch.flatten(x, 2), -1, False)")));
        kind(LayerSpec.Flatten.class, (spec, input) -> Layer.of("torch.flatten(x, 1)"));
        kind(LayerSpec.Reshape.class, Layers::reshape);
        kind(LayerSpec.Permute.class, Layers::permute);
        kind(LayerSpec.BatchNorm.class, Layers::batchNorm);
        kind(LayerSpec.LayerNorm.class, Layers::layerNorm);
        kind(LayerSpec.GroupNorm.class, Layers::groupNorm);
        kind(LayerSpec.Dropout.class, Layers::dropout);
        kind(LayerSpec.Embedding.class, Sequences::embedding);
        kind(LayerSpec.PositionalEncoding.class, Sequences::positions);
        masked(LayerSpec.Lstm.class, (spec, input, masks) -> recurrent(spec, 1, input, masks));
        masked(LayerSpec.Gru.class, (spec, input, masks) -> recurrent(spec, 1, input, masks));
        masked(LayerSpec.Bidirectional.class, (spec, input, masks) -> recurrent(spec.layer(), 2, input, masks));
        masked(
                LayerSpec.MultiHeadAttention.class,
                (spec, input, masks) -> Sequences.attention(spec, input, masks == Masks.ROWS));
        activations();
    }

    private static void activations() {
        kind(LayerSpec.Relu.class, (spec, input) -> Layer.of("torch.relu(x)"));
        kind(LayerSpec.Relu6.class, (spec, input) -> Layer.of("torch.relu6(x)"));
        kind(
                LayerSpec.LeakyRelu.class,
                (spec, input) -> Layer.of("torch.leaky_relu(x, " + number(spec.negativeSlope()) + ")"));
        kind(
                LayerSpec.Prelu.class,
                (spec, input) -> Layer.of(
                        List.of(parameter("weight", Initial.constant((float) spec.init()), 1)),
                        tensor -> "torch.prelu(x, " + tensor.apply("weight") + ")"));
        kind(LayerSpec.Elu.class, (spec, input) -> Layer.of("torch.elu(x, " + number(spec.alpha()) + ")"));
        kind(LayerSpec.Selu.class, (spec, input) -> Layer.of("torch.selu(x)"));
        kind(
                LayerSpec.Gelu.class,
                (spec, input) -> Layer.of("torch.gelu(x, approximate=\"" + spec.approximate() + "\")"));
        kind(LayerSpec.Silu.class, (spec, input) -> Layer.of("torch.silu(x)"));
        kind(LayerSpec.Mish.class, (spec, input) -> Layer.of("torch.mish(x)"));
        kind(LayerSpec.Hardswish.class, (spec, input) -> Layer.of("torch.hardswish(x)"));
        kind(LayerSpec.Hardsigmoid.class, (spec, input) -> Layer.of("torch.hardsigmoid(x)"));
        kind(LayerSpec.Softplus.class, (spec, input) -> Layer.of("torch.softplus(x, " + number(spec.beta()) + ")"));
        kind(LayerSpec.Tanh.class, (spec, input) -> Layer.of("torch.tanh(x)"));
        kind(LayerSpec.Sigmoid.class, (spec, input) -> Layer.of("torch.sigmoid(x)"));
        kind(LayerSpec.Softmax.class, (spec, input) -> Layer.of("torch.softmax(x, -1)"));
        kind(LayerSpec.LogSoftmax.class, (spec, input) -> Layer.of("torch.log_softmax(x, -1)"));
    }

    private Layers() {}

    private static <L extends LayerSpec> void kind(Class<L> type, BiFunction<L, List<Integer>, Layer> make) {
        masked(type, (spec, input, masks) -> make.apply(spec, input));
    }

    private static <L extends LayerSpec> void masked(Class<L> type, Kind<L> kind) {
        KINDS.put(type, (spec, input, masks) -> kind.make(type.cast(spec), input, masks));
    }

    /** {@link #of}, in bfloat16 if it is one that multiplies matrices. */
    static Layer reduced(LayerSpec spec, List<Integer> input, Masks masks) {
        Layer layer = of(spec, input, masks);
        return PRODUCTS.contains(spec.getClass()) ? layer.inBfloat16() : layer;
    }

    /** The layer that a spec describes, for inputs of a shape without the batch dimension. */
    static Layer of(LayerSpec spec, List<Integer> input, Masks masks) {
        Kind<LayerSpec> kind = KINDS.get(spec.getClass());
        if (kind == null) {
            throw new IllegalArgumentException(
                    "the engine has no layer of kind " + spec.getClass().getSimpleName());
        }
        return kind.make(spec, input, masks);
    }

    /** What a layer makes of what the layers within it gave. */
    static String join(LayerSpec spec, List<String> outputs) {
        if (spec instanceof LayerSpec.Residual) {
            return "torch.add(" + String.join(", ", outputs) + ")";
        }
        if (spec instanceof LayerSpec.Parallel) {
            return "torch.cat([" + String.join(", ", outputs) + "], 1)";
        }
        throw new IllegalArgumentException(
                "the engine cannot join the layers within a " + spec.getClass().getSimpleName());
    }

    private static Layer dense(LayerSpec.Dense spec, List<Integer> input) {
        int inputs = input.get(input.size() - 1);
        return Layer.of(
                spec.initStd() == null
                        ? weightAndBias(spec.bias(), spec.units(), inputs, spec.units(), inputs)
                        : weightAndBias(
                                spec.bias(),
                                spec.units(),
                                Initial.normal(spec.initStd()),
                                Initial.constant(0),
                                spec.units(),
                                inputs),
                tensor -> "torch.linear(x, " + tensor.apply("weight") + ", " + bias(spec.bias(), tensor) + ")");
    }

    /** Drawn as PyTorch draws dense and convolutional layers. */
    static List<Slot> weightAndBias(boolean withBias, int outputs, long inputs, long... weightShape) {
        return weightAndBias(withBias, outputs, Initial.fanIn(inputs), Initial.fanIn(inputs), weightShape);
    }

    private static List<Slot> weightAndBias(
            boolean withBias, int outputs, Initial ofWeight, Initial ofBias, long... weightShape) {
        Slot weight = parameter("weight", ofWeight, weightShape);
        return withBias ? List.of(weight, parameter("bias", ofBias, outputs)) : List.of(weight);
    }

    static String bias(boolean withBias, UnaryOperator<String> tensor) {
        return withBias ? tensor.apply("bias") : "None";
    }

    private static Layer recurrent(LayerSpec.Recurrent spec, int directions, List<Integer> input, Masks masks) {
        String operation = spec instanceof LayerSpec.Lstm ? "lstm" : "gru";
        return Sequences.recurrent(operation, spec, directions, input, masks == Masks.ROWS);
    }

    /** A layer without tensors. */
    private static Layer fixed(List<String> lines) {
        return new Layer(List.of(), (tensor, cumulative) -> lines);
    }

    private static Layer reshape(LayerSpec.Reshape spec, List<Integer> input) {
        String shape = spec.output(input).stream().map(String::valueOf).collect(Collectors.joining(", "));
        return Layer.of("torch.reshape(x, [torch.size(x, 0), " + shape + "])");
    }

    private static Layer permute(LayerSpec.Permute spec, List<Integer> input) {
        String dims = spec.dims().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return Layer.of("torch.permute(x, [0, " + dims + "])");
    }

    private static Layer dropout(LayerSpec.Dropout spec, List<Integer> input) {
        return new Layer(
                List.of(),
                (tensor, cumulative) -> List.of("x = torch.dropout(x, " + number(spec.rate()) + ", train)"),
                true);
    }

    private static Layer layerNorm(LayerSpec.LayerNorm spec, List<Integer> input) {
        int features = input.get(input.size() - 1);
        return Layer.of(
                scaleAndShift(features),
                tensor -> "torch.layer_norm(x, [" + features + "], " + tensor.apply("weight") + ", "
                        + tensor.apply("bias") + ", " + number(spec.eps()) + ")");
    }

    private static Layer groupNorm(LayerSpec.GroupNorm spec, List<Integer> input) {
        return Layer.of(
                scaleAndShift(input.get(0)),
                tensor -> "torch.group_norm(x, " + spec.numGroups() + ", " + tensor.apply("weight") + ", "
                        + tensor.apply("bias") + ", " + number(spec.eps()) + ")");
    }

    private static List<Slot> scaleAndShift(int channels) {
        return List.of(
                parameter("weight", Initial.constant(1), channels), parameter("bias", Initial.constant(0), channels));
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
