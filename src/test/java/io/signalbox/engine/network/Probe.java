package io.signalbox.engine.network;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers alone: their output, and the gradients of a loss, by default a weighted sum of the output. Gradients are computed
 * in one native call, as jobs do it, or in two.
 */
final class Probe implements AutoCloseable {

    /** Of the output {@code z} and the weights {@code w}, of the output's shape. */
    private static final String WEIGHTED_SUM = "torch.sum(torch.mul(z, w))";

    private final PtNDManager manager = Torch.open(1);
    private final Network network;
    private final HostTensor input;
    private final HostTensor output;
    private final HostTensor weights;
    private final Map<String, HostTensor> gradients = new LinkedHashMap<>();
    private final HostTensor control = HostTensor.zeros(manager, DataType.FLOAT64, 1);
    private final Script script;

    Probe(LayerSpec layer, int batch, List<Integer> input, List<Integer> outputShape, long seed) {
        this(List.of(layer), batch, Input.numbers(input), outputShape, seed);
    }

    Probe(List<LayerSpec> layers, int batch, Input input, List<Integer> outputShape, long seed) {
        this(layers, batch, input, outputShape, seed, WEIGHTED_SUM);
    }

    Probe(List<LayerSpec> layers, int batch, Input in, List<Integer> outputShape, long seed, String loss) {
        network = Network.of(layers, in, seed, manager);
        input = HostTensor.zeros(manager, in.ofTokens() ? DataType.INT64 : DataType.FLOAT32, shape(batch, in.shape()));
        output = HostTensor.zeros(manager, DataType.FLOAT32, shape(batch, outputShape));
        weights = HostTensor.zeros(manager, DataType.FLOAT32, shape(batch, outputShape));
        List<HostTensor> differentiated = new ArrayList<>();
        if (!in.ofTokens()) {
            input.requireGradient();
            differentiated.add(input);
            gradients.put("x", input.copy(manager));
        }
        differentiated.addAll(Network.tensors(network.parameters()));
        network.parameters()
                .forEach(named -> gradients.put(named.name(), named.tensor().copy(manager)));
        Map<String, List<HostTensor>> lists = new LinkedHashMap<>();
        lists.put("parameters", Network.tensors(network.parameters()));
        lists.put("buffers", Network.tensors(network.buffers()));
        lists.put("io", List.of(input, output, weights));
        lists.put("differentiated", differentiated);
        lists.put("gradients", List.copyOf(gradients.values()));
        lists.put("kept", List.of(output));
        script = Script.load(manager, lists, network.code() + methods(loss), control);
    }

    private static String methods(String loss) {
        String head = "(self: " + Script.SELF + ", control: Tensor) -> List[Tensor]:\n";
        String end = "    return annotate(List[Tensor], [])\n";
        String forward = "    torch.manual_seed(int(control[0]))\n"
                + "    torch.set_grad_enabled(True)\n"
                + "    z = (self).forward(self.io[0], True)\n"
                + "    w = self.io[2]\n"
                + "    loss = " + loss + "\n"
                + "    torch.copy_(self.io[1], torch.detach(z))\n";
        String backward = "    torch.set_grad_enabled(False)\n"
                + "    for i in range(torch.len(found)):\n"
                + "      gradient = found[i]\n"
                + "      if torch.__isnot__(gradient, None):\n"
                + "        torch.copy_(self.gradients[i], unchecked_cast(Tensor, gradient))\n";
        return "  def train" + head + forward
                + "    found = torch.grad([loss], self.differentiated)\n" + backward + end
                + "  def begin" + head + forward
                + "    self.kept = [loss]\n" + end
                + "  def finish" + head
                + "    torch.set_grad_enabled(True)\n"
                + "    found = torch.grad([self.kept[0]], self.differentiated)\n"
                + "    self.kept = annotate(List[Tensor], [])\n" + backward + end
                + "  def evaluate" + head
                + "    torch.copy_(self.io[1], (self).forward(self.io[0], False))\n" + end;
    }

    private static long[] shape(int batch, List<Integer> rest) {
        long[] shape = new long[rest.size() + 1];
        shape[0] = batch;
        for (int i = 0; i < rest.size(); i++) {
            shape[i + 1] = rest.get(i);
        }
        return shape;
    }

    /** Sets the input {@code x}, the weights {@code w} of the sum, or a tensor of the layer. */
    void set(String name, double[] values) {
        HostTensor tensor = switch (name) {
            case "x" -> input;
            case "w" -> weights;
            default -> network.state().get(name);
        };
        if (tensor.type() == DataType.INT64) {
            java.nio.LongBuffer ids = tensor.memory().asLongBuffer();
            Arrays.stream(values).forEach(value -> ids.put((long) value));
        } else {
            tensor.set(Tensor.of(floats(values), values.length));
        }
    }

    /** A tensor of the layer. */
    double[] get(String name) {
        return doubles(network.state().get(name));
    }

    /** Names of what is trained. */
    List<String> parameters() {
        return network.parameters().stream().map(NamedTensor::name).toList();
    }

    Network network() {
        return network;
    }

    void train(long seed) {
        control.memory().putDouble(0, seed);
        script.method("train", true).call();
    }

    /** The same, with something in between. */
    void train(long seed, Runnable betweenForwardAndBackward) {
        control.memory().putDouble(0, seed);
        script.method("begin", true).call();
        betweenForwardAndBackward.run();
        script.method("finish", true).call();
    }

    void evaluate() {
        script.method("evaluate", false).call();
    }

    double[] output() {
        return doubles(output);
    }

    /** What gradients are computed by: the input {@code x}, unless it is tokens, and parameters. */
    java.util.Set<String> differentiated() {
        return gradients.keySet();
    }

    /** The gradient by the input {@code x} or a parameter, after {@link #train}. */
    double[] gradient(String name) {
        return doubles(gradients.get(name));
    }

    private static double[] doubles(HostTensor tensor) {
        float[] floats = tensor.content().floats();
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
        }
        return values;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Override
    public void close() {
        script.close();
        manager.close();
    }
}
