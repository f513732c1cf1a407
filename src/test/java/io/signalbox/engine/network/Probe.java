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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One layer alone: its output, and the gradients of a weighted sum of its output. */
final class Probe implements AutoCloseable {

    private final PtNDManager manager = Torch.open(1);
    private final Network network;
    private final HostTensor input;
    private final HostTensor output;
    private final HostTensor weights;
    private final Map<String, HostTensor> gradients = new LinkedHashMap<>();
    private final HostTensor control = HostTensor.zeros(manager, DataType.FLOAT64, 1);
    private final Script script;

    Probe(LayerSpec layer, int batch, List<Integer> inputShape, List<Integer> outputShape, long seed) {
        network = Network.of(List.of(layer), Input.numbers(inputShape), seed, manager);
        input = HostTensor.zeros(manager, DataType.FLOAT32, shape(batch, inputShape));
        input.requireGradient();
        output = HostTensor.zeros(manager, DataType.FLOAT32, shape(batch, outputShape));
        weights = HostTensor.zeros(manager, DataType.FLOAT32, shape(batch, outputShape));
        List<HostTensor> differentiated = new ArrayList<>(List.of(input));
        differentiated.addAll(Network.tensors(network.parameters()));
        gradients.put("x", input.copy(manager));
        network.parameters()
                .forEach(named ->
                        gradients.put(named.name().substring(2), named.tensor().copy(manager)));
        Map<String, List<HostTensor>> lists = new LinkedHashMap<>();
        lists.put("parameters", Network.tensors(network.parameters()));
        lists.put("buffers", Network.tensors(network.buffers()));
        lists.put("io", List.of(input, output, weights));
        lists.put("differentiated", differentiated);
        lists.put("gradients", List.copyOf(gradients.values()));
        String head = "(self: " + Script.SELF + ", control: Tensor) -> List[Tensor]:\n";
        String methods = network.code()
                + "  def train" + head
                + "    torch.manual_seed(int(control[0]))\n"
                + "    torch.set_grad_enabled(True)\n"
                + "    z = (self).forward(self.io[0], True)\n"
                + "    loss = torch.sum(torch.mul(z, self.io[2]))\n"
                + "    found = torch.grad([loss], self.differentiated)\n"
                + "    torch.set_grad_enabled(False)\n"
                + "    torch.copy_(self.io[1], z)\n"
                + "    for i in range(torch.len(found)):\n"
                + "      gradient = found[i]\n"
                + "      if torch.__isnot__(gradient, None):\n"
                + "        torch.copy_(self.gradients[i], unchecked_cast(Tensor, gradient))\n"
                + "    return annotate(List[Tensor], [])\n"
                + "  def evaluate" + head
                + "    torch.copy_(self.io[1], (self).forward(self.io[0], False))\n"
                + "    return annotate(List[Tensor], [])\n";
        script = Script.load(manager, lists, methods, control);
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
            default -> network.state().get("0." + name);
        };
        tensor.set(Tensor.of(floats(values), values.length));
    }

    /** A tensor of the layer. */
    double[] get(String name) {
        return doubles(network.state().get("0." + name));
    }

    List<String> tensors() {
        return network.state().keySet().stream().map(name -> name.substring(2)).toList();
    }

    void train(long seed) {
        control.memory().putDouble(0, seed);
        script.method("train", true).call();
    }

    void evaluate() {
        script.method("evaluate", false).call();
    }

    double[] output() {
        return doubles(output);
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
