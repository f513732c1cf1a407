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

/**
 * A TorchScript program, loaded and given its tensors. Its methods take one tensor, {@code control}, and answer in tensors
 * that they were given; what one returns beside is copied at once. So a call makes no Java object that the collector could
 * take too early or too late. Confined to one thread at a time.
 */
public final class Script implements AutoCloseable {

    /** Type of {@code self} in the source of a method. */
    public static final String SELF = "__torch__." + ScriptArchive.CLASS;

    private static final String BIND = "bind";
    private static final String METHOD_MARK = "module_method:";

    private final PtSymbolBlock module;
    private final PtNDManager manager;
    private final HostTensor control;

    /** How a method is called: see {@link #method}. */
    public final class Method {
        private final NDList inputs;
        private final boolean gradients;

        private Method(String name, boolean gradients) {
            this.gradients = gradients;
            // DJL finds the method to run by the name of an array among the inputs, which itself is not passed.
            NDArray mark = manager.create(0);
            mark.setName(METHOD_MARK + name);
            this.inputs = new NDList(control.array(), mark);
        }

        /** Runs the method and answers the elements of the tensors that it returns, in their order. */
        public List<double[]> call() {
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

    private Script(PtSymbolBlock module, PtNDManager manager, HostTensor control) {
        this.module = module;
        this.manager = manager;
        this.control = control;
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
        List<String> names = List.copyOf(lists.keySet());
        byte[] archive = ScriptArchive.write(names, methods + bindMethod(names));
        try {
            PtSymbolBlock module = JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
            Script script = new Script(module, manager, control);
            script.bind(names.stream().map(lists::get).toList());
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is read from memory
        }
    }

    private static String bindMethod(List<String> names) {
        StringBuilder source = new StringBuilder("  def " + BIND + "(self: " + SELF);
        names.forEach(name -> source.append(", " + name + ": List[Tensor]"));
        source.append(") -> List[Tensor]:\n");
        names.forEach(name -> source.append("    self." + name + " = " + name + "\n"));
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
     * @param gradients whether it computes gradients; if not it runs in PyTorch's inference mode
     */
    public Method method(String name, boolean gradients) {
        return new Method(name, gradients);
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
