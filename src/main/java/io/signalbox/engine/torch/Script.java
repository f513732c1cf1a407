package io.signalbox.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript program, loaded and given its tensors. Its methods take one tensor, {@code control}, and answer in tensors
 * that they were given; what one returns beside is copied at once. So a call makes no Java object that the collector could
 * take too early or too late. Confined to one thread at a time.
 */
public final class Script implements AutoCloseable {

    /** Type of {@code self} in the source of a method. */
    public static final String SELF = ScriptArchive.FILE + "." + ScriptArchive.CLASS;

    private static final String BIND = "bind";
    private static final String METHOD_MARK = "module_method:";

    private final PtSymbolBlock module;
    private final PtNDManager manager;
    private final HostTensor control;
    private final boolean switches;
    private boolean training;

    /** How a method is called: see {@link #method}. */
    public final class Method {
        private final NDList inputs;
        private final boolean gradients;
        private final boolean trains;

        private Method(String name, boolean gradients, boolean trains) {
            this.gradients = gradients;
            this.trains = trains;
            // DJL finds the method to run by the name of an array among the inputs, which itself is not passed.
            NDArray mark = manager.create(0);
            mark.setName(METHOD_MARK + name);
            this.inputs = new NDList(control.array(), mark);
        }

        /** Runs the method and answers the elements of the tensors that it returns, in their order. */
        public List<double[]> call() {
            if (switches && training != trains) {
                training = trains;
                if (trains) {
                    JniUtils.enableTrainingMode(module);
                } else {
                    JniUtils.enableInferenceMode(module);
                }
            }
            try (NDList returned = IValueUtils.forward(module, inputs, gradients)) {
                return returned.isEmpty()
                        ? List.of()
                        : returned.stream().map(Script::elements).toList();
            }
        }
    }

    private static double[] elements(NDArray array) {
        ByteBuffer bytes = array.toByteBuffer().order(ByteOrder.nativeOrder());
        return switch (array.getDataType()) {
            case FLOAT32 -> doubles(bytes.asFloatBuffer());
            case INT64 -> doubles(bytes.asLongBuffer());
            default -> throw new IllegalStateException("a program returned " + array.getDataType());
        };
    }

    private static double[] doubles(FloatBuffer floats) {
        double[] elements = new double[floats.remaining()];
        Arrays.setAll(elements, floats::get);
        return elements;
    }

    private static double[] doubles(LongBuffer longs) {
        double[] elements = new double[longs.remaining()];
        Arrays.setAll(elements, longs::get);
        return elements;
    }

    private Script(PtSymbolBlock module, PtNDManager manager, HostTensor control, boolean switches) {
        this.module = module;
        this.manager = manager;
        this.control = control;
        this.switches = switches;
        if (switches) {
            JniUtils.enableInferenceMode(module);
        }
    }

    /**
     * Compiles a program.
     *
     * @param lists its attributes, lists of tensors, by name
     * @param methods source of its methods, each {@code def name(self: SELF, control: Tensor) -> List[Tensor]}
     * @param control what every method is given
     */
    public static Script load(
            PtNDManager manager, Map<String, List<HostTensor>> lists, String methods, HostTensor control) {
        return load(manager, lists, methods, control, null);
    }

    /**
     * Compiles a program with a module in it.
     *
     * @param lists {@code parameters} and {@code buffers}, the module's tensors, among them
     * @param within what its methods call {@code self.model}; null for none
     */
    public static Script load(
            PtNDManager manager,
            Map<String, List<HostTensor>> lists,
            String methods,
            HostTensor control,
            @Nullable ScriptModule within) {
        List<String> names = List.copyOf(lists.keySet());
        List<String> bindings = within == null ? List.of() : within.bindings();
        PtSymbolBlock module = module(manager, names, methods + bindMethod(names, bindings), within);
        Script script = new Script(module, manager, control, within != null);
        script.bind(names.stream().map(lists::get).toList());
        return script;
    }

    /** A program on the manager's device, its lists empty. */
    static PtSymbolBlock module(
            PtNDManager manager, List<String> lists, String methods, @Nullable ScriptModule within) {
        byte[] archive = ScriptArchive.write(lists, methods, within);
        try {
            return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is read from memory
        }
    }

    private static String bindMethod(List<String> names, List<String> bindings) {
        StringBuilder source = new StringBuilder("  def " + BIND + "(self: " + SELF);
        names.forEach(name -> source.append(", " + name + ": List[Tensor]"));
        source.append(") -> List[Tensor]:\n");
        names.forEach(name -> source.append("    self." + name + " = " + name + "\n"));
        bindings.forEach(line -> source.append("    " + line + "\n"));
        return source.append("    return annotate(List[Tensor], [])\n").toString();
    }

    private void bind(List<List<HostTensor>> lists) {
        List<IValue> values = new ArrayList<>();
        try {
            for (List<HostTensor> list : lists) {
                values.add(IValue.listFrom(list.stream().map(HostTensor::array).toArray(PtNDArray[]::new)));
            }
            IValueUtils.runMethod(module, BIND, values.toArray(IValue[]::new)).close();
        } finally {
            values.forEach(IValue::close);
        }
    }

    /**
     * A method to call.
     *
     * @param gradients whether it computes gradients, and trains; if not it runs in PyTorch's inference mode
     */
    public Method method(String name, boolean gradients) {
        return new Method(name, gradients, gradients);
    }

    /** A method that computes no gradients though modules within work as in training. */
    public Method methodThatObserves(String name) {
        return new Method(name, false, true);
    }

    /** The argument that makes a new tensor on the device of another, an expression. */
    public static String on(String tensor) {
        return "device=ops.prim.device(" + tensor + ")";
    }

    /** A float as TorchScript reads it. */
    public static String number(double value) {
        return Double.toString(value).replace('E', 'e');
    }

    /** A list of integers as TorchScript reads it. */
    public static String ints(int... values) {
        return Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    @Override
    public void close() {
        module.close();
    }
}
