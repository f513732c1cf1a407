package io.signalbox.engine.program;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.engine.batch.EpochOrder;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.network.NamedTensor;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.optimizer.Clipping;
import io.signalbox.engine.optimizer.Optimizer;
import io.signalbox.engine.optimizer.Optimizers;
import io.signalbox.engine.random.Randomness;
import io.signalbox.engine.random.Randomness.Purpose;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.spec.OptimizerSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one update does, as one TorchScript program and one native call: cut the batch, scale it, forward pass,
 * loss, metrics, gradients, clipping, update. What goes in (which batch, which rate) and what comes out (loss, metrics) lies
 * in memory that Java and PyTorch share. No intermediate result is ever a Java object, so no gradient depends on the garbage
 * collector, and native memory stays flat. Confined to one thread.
 */
public final class TrainingProgram implements AutoCloseable {

    /** Places in the control tensor. */
    static final int START = 0;

    static final int COUNT = 1;
    private static final int LEARNING_RATE = 2;
    private static final int SEED = 3;
    private static final int CONTROLS = 4;

    private static final String STEP = "step";

    /**
     * What a program is made for.
     *
     * @param metrics to compute beside the loss
     * @param shuffle whether each epoch has an order of its own
     */
    public record Design(
            Network network,
            ExampleTensors training,
            @Nullable ExampleTensors validation,
            Scale scale,
            Objective objective,
            List<String> metrics,
            OptimizerSpec optimizer,
            boolean shuffle,
            long seed) {}

    private final Design design;
    private final Optimizer optimizer;
    private final ByteBuffer controls;
    private final ByteBuffer results;
    private final HostTensor order;
    private final HostTensor steps;
    private final Map<String, List<HostTensor>> lists = new LinkedHashMap<>();
    private final Script script;
    private final Script.Method update;
    private final Script.@Nullable Method test;

    public TrainingProgram(Design design, PtNDManager manager) {
        this.design = design;
        this.optimizer = Optimizers.of(design.optimizer());
        HostTensor control = HostTensor.zeros(manager, DataType.FLOAT64, CONTROLS);
        HostTensor result =
                HostTensor.zeros(manager, DataType.FLOAT64, design.metrics().size() + 1L);
        this.controls = control.memory();
        this.results = result.memory();
        this.order = HostTensor.zeros(
                manager, DataType.INT64, design.shuffle() ? design.training().count() : 0);
        this.steps = HostTensor.zeros(manager, DataType.FLOAT32);
        bindLists(result, manager);
        this.script = Script.load(manager, lists, source(), control);
        this.update = script.method("update", true);
        this.test = design.validation() == null ? null : script.method("test", false);
    }

    private void bindLists(HostTensor result, PtNDManager manager) {
        Network network = design.network();
        lists.put("parameters", Network.tensors(network.parameters()));
        lists.put("buffers", Network.tensors(network.buffers()));
        lists.put("training_part", tensors(design.training()));
        if (design.validation() != null) {
            lists.put("validation_part", tensors(design.validation()));
        }
        lists.put("scale", scale(manager));
        lists.put("order", List.of(order));
        lists.put("results", List.of(result));
        // The fused kernels want the step for each parameter, and it is the same for all.
        lists.put("steps", Collections.nCopies(network.parameters().size(), steps));
        for (String moment : optimizer.moments()) {
            lists.put(moment, moments(manager));
        }
    }

    private List<HostTensor> moments(PtNDManager manager) {
        List<HostTensor> moments = new ArrayList<>();
        for (NamedTensor parameter : design.network().parameters()) {
            long[] shape = parameter.tensor().shape().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            moments.add(HostTensor.zeros(manager, DataType.FLOAT32, shape));
        }
        return moments;
    }

    private static List<HostTensor> tensors(ExampleTensors examples) {
        return List.of(examples.features(), examples.target());
    }

    /** Shift and factor, shaped to meet images by channel and rows by feature. */
    private List<HostTensor> scale(PtNDManager manager) {
        int dimensions = design.training().features().shape().size() - 1;
        Scale scale = design.scale();
        long[] shape = new long[dimensions];
        java.util.Arrays.fill(shape, 1);
        shape[0] = scale.shift().length;
        return List.of(HostTensor.of(manager, scale.shift(), shape), HostTensor.of(manager, scale.factor(), shape));
    }

    private String source() {
        boolean scaled = design.training().features().type() != DataType.FLOAT32;
        boolean classes = design.objective().classes();
        Source source = new Source().append(design.network().code());
        source.method("update")
                .lines(design.network().random() ? List.of("torch.manual_seed(int(control[" + SEED + "]))") : List.of())
                .lines(Batches.code("training_part", design.training(), design.shuffle(), scaled, classes))
                .line("p = self.parameters")
                .line("torch.set_grad_enabled(True)")
                .line("z = (self).forward(x, True)")
                .line("loss = " + design.objective().loss())
                .line("found = torch.grad([loss], p)")
                .line("torch.set_grad_enabled(False)")
                .lines(List.of(
                        "g = annotate(List[Tensor], [])",
                        "for i in range(torch.len(found)):",
                        "  gradient = found[i]",
                        "  if torch.__isnot__(gradient, None):",
                        // The fused kernels go through memory as it lies.
                        "    torch.append(g, torch.contiguous(unchecked_cast(Tensor, gradient)))"))
                .lines(Clipping.code(
                        design.optimizer().clipNorm(), design.optimizer().clipValue()))
                .line("lr = float(control[" + LEARNING_RATE + "])")
                .line("torch.add_(self.steps[0], 1)")
                .lines(optimizer.code());
        tellResults(source).end();
        if (design.validation() != null) {
            source.method("test")
                    .lines(Batches.code("validation_part", design.validation(), false, scaled, classes))
                    .line("z = (self).forward(x, False)")
                    .line("loss = " + design.objective().loss());
            tellResults(source).end();
        }
        return source.toString();
    }

    private Source tellResults(Source source) {
        source.line("results = self.results[0]").line("torch.copy_(results[0], loss)");
        for (int i = 0; i < design.metrics().size(); i++) {
            String expression = design.objective().metric(design.metrics().get(i));
            source.line("torch.copy_(results[" + (i + 1) + "], " + expression + ")");
        }
        return source;
    }

    /** Draws the order of an epoch. */
    public void beginEpoch(int epoch) {
        if (design.shuffle()) {
            EpochOrder.shuffle(order.memory().asLongBuffer(), design.seed(), epoch);
        }
    }

    /**
     * Makes one update.
     *
     * @param start first example of the batch in the order of the epoch
     * @param step number of the update over the whole job, from 0: what dropout draws is a function of it
     */
    public void update(int start, int count, double learningRate, long step) {
        select(start, count);
        controls.putDouble(LEARNING_RATE * Double.BYTES, learningRate);
        controls.putDouble(SEED * Double.BYTES, Randomness.torchSeed(design.seed(), Purpose.STEP, step));
        update.call();
    }

    /** Goes through one batch of the validation part. */
    public void test(int start, int count) {
        if (test == null) {
            throw new IllegalStateException("there is no validation part");
        }
        select(start, count);
        test.call();
    }

    private void select(int start, int count) {
        controls.putDouble(START * Double.BYTES, start);
        controls.putDouble(COUNT * Double.BYTES, count);
    }

    /** The loss ({@code 0}) or a metric ({@code 1 ..}) of the last batch: a mean over it. An update's are those before it. */
    public double result(int index) {
        return results.getDouble(index * Double.BYTES);
    }

    /** What the optimizer keeps: {@code step}, and for each parameter what PyTorch's {@code state_dict} has for it. */
    public Map<String, HostTensor> optimizerState() {
        Map<String, HostTensor> state = new LinkedHashMap<>();
        state.put(STEP, steps);
        List<NamedTensor> parameters = design.network().parameters();
        for (String moment : optimizer.moments()) {
            List<HostTensor> tensors = lists.getOrDefault(moment, List.of());
            for (int i = 0; i < tensors.size(); i++) {
                state.put(parameters.get(i).name() + "." + moment, tensors.get(i));
            }
        }
        return state;
    }

    @Override
    public void close() {
        script.close();
    }
}
