package io.signalbox.engine.network;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.engine.random.Randomness;
import io.signalbox.engine.random.Randomness.Purpose;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.spec.model.LayerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Layers one after the other. Weights are drawn as PyTorch draws them by default (the same distributions), in Java and from
 * the seed, so that they do not depend on PyTorch's generator or version.
 */
public final class Network {

    private static final String PARAMETERS = "p";
    private static final String BUFFERS = "b";

    private final List<NamedTensor> parameters = new ArrayList<>();
    private final List<NamedTensor> buffers = new ArrayList<>();
    private final StringBuilder code = new StringBuilder();
    private boolean random;

    private Network() {}

    /**
     * Builds a network.
     *
     * @param layers numbered from 0 as {@code nn.Sequential} does
     * @param shapes of each layer's input, without the batch dimension
     */
    public static Network of(List<LayerSpec> layers, List<List<Integer>> shapes, long seed, PtNDManager manager) {
        Network network = new Network();
        network.code.append("  def forward(self: " + Script.SELF + ", x: Tensor, train: bool) -> Tensor:\n");
        network.code.append("    " + PARAMETERS + " = self.parameters\n    " + BUFFERS + " = self.buffers\n");
        for (int i = 0; i < layers.size(); i++) {
            network.add(i, Layers.of(layers.get(i), shapes.get(i)), seed, manager);
        }
        network.code.append("    return x\n");
        return network;
    }

    private void add(int index, Layer layer, long seed, PtNDManager manager) {
        random |= layer.random();
        Map<String, String> expressions = new LinkedHashMap<>();
        for (Slot slot : layer.slots()) {
            List<NamedTensor> list = slot.trained() ? parameters : buffers;
            expressions.put(slot.name(), (slot.trained() ? PARAMETERS : BUFFERS) + "[" + list.size() + "]");
            list.add(new NamedTensor(index + "." + slot.name(), draw(slot, seed, manager)));
        }
        for (String line : layer.code().lines(name -> Objects.requireNonNull(expressions.get(name), name))) {
            code.append("    ").append(line).append('\n');
        }
    }

    private HostTensor draw(Slot slot, long seed, PtNDManager manager) {
        HostTensor tensor = HostTensor.zeros(manager, slot.type(), slot.shape());
        if (slot.type() == DataType.FLOAT32) {
            int place = parameters.size() + buffers.size();
            slot.initial().fill(tensor.memory().asFloatBuffer(), Randomness.of(seed, Purpose.WEIGHTS, place));
        }
        if (slot.trained()) {
            tensor.requireGradient();
        }
        return tensor;
    }

    /** What is trained, in order. */
    public List<NamedTensor> parameters() {
        return parameters;
    }

    /** What layers keep beside it, such as running means. */
    public List<NamedTensor> buffers() {
        return buffers;
    }

    /** The tensors alone, for a program's lists {@code parameters} and {@code buffers}. */
    public static List<HostTensor> tensors(List<NamedTensor> named) {
        return named.stream().map(NamedTensor::tensor).toList();
    }

    /** TorchScript of {@code forward(x, train)}, a method of a program with lists {@code parameters} and {@code buffers}. */
    public String code() {
        return code.toString();
    }

    /** Whether training draws from PyTorch's generator, which must then be seeded before each step. */
    public boolean random() {
        return random;
    }

    /** All tensors, parameters and buffers, by name. */
    public Map<String, HostTensor> state() {
        Map<String, HostTensor> state = new LinkedHashMap<>();
        parameters.forEach(named -> state.put(named.name(), named.tensor()));
        buffers.forEach(named -> state.put(named.name(), named.tensor()));
        return state;
    }

    /** Trained numbers in all. */
    public long parameterCount() {
        return parameters.stream()
                .flatMap(named -> named.tensor().shape().stream().reduce(Math::multiplyExact).stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Takes over weights that must be all of the network's and nothing else. */
    public void load(Map<String, Tensor> weights, String source) {
        Weights.load(state(), weights, source);
    }
}
