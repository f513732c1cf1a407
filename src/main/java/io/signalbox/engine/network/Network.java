package io.signalbox.engine.network;

import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.engine.random.Randomness;
import io.signalbox.engine.random.Randomness.Purpose;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.ScriptModule;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layers one after the other. Weights are drawn as PyTorch draws them by default (the same distributions), in Java and from
 * the seed, so that they do not depend on PyTorch's generator or version.
 */
public final class Network {

    private static final String PARAMETERS = "p";
    private static final String BUFFERS = "b";

    private final List<NamedTensor> parameters = new ArrayList<>();
    private final List<NamedTensor> buffers = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();

    /** After how many places each layer of the outermost row is done. */
    private final List<Integer> ends = new ArrayList<>();

    private final boolean reduced;
    private boolean random;
    private @Nullable ScriptModule module;

    /**
     * A layer in the network.
     *
     * @param expressions of its tensors by their names within the layer
     * @param parameters names of what is trained of it
     * @param buffers what it keeps beside
     */
    private record Place(
            Layer layer, Map<String, String> expressions, List<String> parameters, Map<Slot, HostTensor> buffers) {

        /** Whether none of its parameters is trained, though it has some. */
        boolean frozen(Set<String> frozen) {
            return !parameters.isEmpty() && frozen.containsAll(parameters);
        }

        List<String> lines(boolean cumulative) {
            return layer.code().lines(name -> Objects.requireNonNull(expressions.get(name), name), cumulative);
        }
    }

    private Network(boolean reduced) {
        this.reduced = reduced;
    }

    /** A network that computes in float32 all through; see {@link #of(List, Input, long, boolean, PtNDManager)}. */
    public static Network of(List<LayerSpec> layers, Input input, long seed, PtNDManager manager) {
        return of(layers, input, seed, false, manager);
    }

    /**
     * Builds a network.
     *
     * @param reduced whether layers that multiply matrices do so in bfloat16
     * @param layers numbered from 0 as {@code nn.Sequential} does
     * @param input what one example is, which the layers must take
     */
    public static Network of(List<LayerSpec> layers, Input input, long seed, boolean reduced, PtNDManager manager) {
        Network network = new Network(reduced);
        network.add("", layers, input.shape(), Masks.NONE, seed, manager);
        return network;
    }

    /** A module with the weights that it came with. It may draw from PyTorch's generator. */
    public static Network of(ScriptModule module, PtNDManager manager) {
        Network network = new Network(false);
        network.module = module;
        network.random = true;
        for (ScriptModule.Held held : module.tensors(manager)) {
            NamedTensor named = new NamedTensor(held.name(), held.tensor());
            if (held.trained()) {
                held.tensor().requireGradient();
                network.parameters.add(named);
            } else {
                network.buffers.add(named);
            }
        }
        return network;
    }

    /** What a program with {@link #code} must have within; null for layers of our own. */
    public @Nullable ScriptModule module() {
        return module;
    }

    private Masks add(
            String before, List<LayerSpec> layers, List<Integer> input, Masks padding, long seed, PtNDManager manager) {
        List<Integer> shape = input;
        Masks masks = padding;
        for (int i = 0; i < layers.size(); i++) {
            LayerSpec spec = layers.get(i);
            String place = before + i;
            List<Masks> within = List.of();
            if (spec.within().isEmpty()) {
                Layer layer = reduced ? Layers.reduced(spec, shape, masks) : Layers.of(spec, shape, masks);
                add(place, layer, seed, manager);
            } else {
                within = addWithin(place, spec, shape, masks, seed, manager);
            }
            List<Integer> output = spec.output(shape);
            masks = masks.after(spec, shape, output, within);
            shape = output;
            if (before.isEmpty()) {
                ends.add(places.size());
            }
        }
        return masks;
    }

    /** Layers that hold layers: each branch begins with what came in, and what they give is joined. */
    private List<Masks> addWithin(
            String place, LayerSpec spec, List<Integer> input, Masks masks, long seed, PtNDManager manager) {
        String variable = "_" + place.replace('.', '_');
        glue("input" + variable + " = x", seed, manager);
        List<String> outputs = new ArrayList<>();
        List<Masks> behind = new ArrayList<>();
        for (LayerSpec.Branch branch : spec.within()) {
            glue("x = input" + variable, seed, manager);
            behind.add(add(place + "." + branch.name(), branch.layers(), input, masks, seed, manager));
            String output = "output" + outputs.size() + variable;
            glue(output + " = x", seed, manager);
            outputs.add(output);
        }
        glue("x = " + Layers.join(spec, outputs), seed, manager);
        return behind;
    }

    private void glue(String line, long seed, PtNDManager manager) {
        add("", new Layer(List.of(), (tensor, cumulative) -> List.of(line)), seed, manager);
    }

    private void add(String name, Layer layer, long seed, PtNDManager manager) {
        random |= layer.random();
        Place place = new Place(layer, new LinkedHashMap<>(), new ArrayList<>(), new LinkedHashMap<>());
        for (Slot slot : layer.slots()) {
            List<NamedTensor> list = slot.trained() ? parameters : buffers;
            place.expressions().put(slot.name(), (slot.trained() ? PARAMETERS : BUFFERS) + "[" + list.size() + "]");
            NamedTensor named = new NamedTensor(name + "." + slot.name(), draw(slot, seed, manager));
            list.add(named);
            if (slot.trained()) {
                place.parameters().add(named.name());
            } else {
                place.buffers().put(slot, named.tensor());
            }
        }
        places.add(place);
    }

    private HostTensor draw(Slot slot, long seed, PtNDManager manager) {
        HostTensor tensor = HostTensor.zeros(manager, slot.type(), slot.shape());
        slot.fill(tensor, Randomness.of(seed, Purpose.WEIGHTS, parameters.size() + buffers.size()));
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
        return code(Set.of(), false);
    }

    /**
     * The same, changed.
     *
     * @param evaluated names of parameters: a layer all of whose parameters are among them works as in evaluation
     * @param cumulative whether running statistics become the mean over all batches since {@link #resetStatistics}; a module
     *     has them follow the newest, as it does itself
     */
    public String code(Set<String> evaluated, boolean cumulative) {
        return code(places, evaluated, cumulative);
    }

    /** The same that ends with a layer's output, layers counted as {@code nn.Sequential} counts them. */
    public String codeTo(int layer) {
        return code(places.subList(0, ends.get(layer)), Set.of(), false);
    }

    private String code(List<Place> upTo, Set<String> evaluated, boolean cumulative) {
        StringBuilder code = new StringBuilder();
        code.append("  def forward(self: " + Script.SELF + ", x: Tensor, train: bool) -> Tensor:\n");
        line("training = train", code);
        if (module != null) {
            module.forward(evaluated).forEach(line -> line(line, code));
            line("return x", code);
            return code.toString();
        }
        line(PARAMETERS + " = self.parameters", code);
        line(BUFFERS + " = self.buffers", code);
        for (Place place : upTo) {
            boolean frozen = place.frozen(evaluated);
            if (frozen) {
                line("train = False", code);
            }
            place.lines(cumulative).forEach(line -> line(line, code));
            if (frozen) {
                line("train = training", code);
            }
        }
        line("return x", code);
        return code.toString();
    }

    private static void line(String line, StringBuilder code) {
        code.append("    ").append(line).append('\n');
    }

    /** Puts what layers keep beside the parameters where it was before training; a module's stays. */
    public void resetStatistics() {
        Randomness unused = Randomness.of(0, Purpose.WEIGHTS, 0);
        for (Place place : places) {
            place.buffers().forEach((slot, tensor) -> slot.fill(tensor, unused));
        }
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
