package io.signalbox.engine.program;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.engine.augment.Augmentation;
import io.signalbox.engine.batch.EpochOrder;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.network.NamedTensor;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.optimizer.Optimizer;
import io.signalbox.engine.optimizer.Optimizers;
import io.signalbox.engine.random.Randomness;
import io.signalbox.engine.random.Randomness.Purpose;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.spec.OptimizerSpec;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one update does, as one TorchScript program and one native call: cut the batch, scale it, forward pass,
 * loss, metrics, gradients, clipping, update. What goes in (which batch, which rate) and what comes out (loss, metrics) lies
 * in memory that Java and PyTorch share. No intermediate result is ever a Java object, so no gradient depends on the garbage
 * collector, and native memory stays flat. Confined to one thread.
 */
public final class TrainingProgram implements AutoCloseable {

    static final String PARAMETERS = "parameters";

    private static final int PROBED_AT_ONCE = 64;

    /** More batches than an update can be made of. */
    private static final long PARTS = 1L << 20;

    /**
     * What a program is made for.
     *
     * @param metrics to compute beside the loss
     * @param shuffle whether each epoch has an order of its own
     * @param augmentation of the training examples; null for none
     * @param classWeights by which the loss of a training example of each class is multiplied; null for none
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
            long seed,
            @Nullable Augmentation augmentation,
            float @Nullable [] classWeights) {

        /** Training on the examples as they are, all classes alike. */
        public Design(
                Network network,
                ExampleTensors training,
                @Nullable ExampleTensors validation,
                Scale scale,
                Objective objective,
                List<String> metrics,
                OptimizerSpec optimizer,
                boolean shuffle,
                long seed) {
            this(network, training, validation, scale, objective, metrics, optimizer, shuffle, seed, null, null);
        }

        /** Whether a metric is no mean over a batch, but computed from the network's outputs. */
        boolean tellsOutputs() {
            return metrics.stream().anyMatch(metric -> objective.metric(metric) == null);
        }
    }

    private final Design design;
    private final PtNDManager manager;
    private final Optimizer optimizer;
    private final HostTensor control;
    private final ByteBuffer controls;
    private final HostTensor result;
    private final ByteBuffer results;
    private final HostTensor order;
    private final @Nullable HostTensor items;
    private final @Nullable HostTensor draws;
    private final Clocks clocks;
    private final Map<String, HostTensor> parameters = new LinkedHashMap<>();
    private final Map<String, Map<String, HostTensor>> moments = new LinkedHashMap<>();
    private final Map<String, List<HostTensor>> common = new LinkedHashMap<>();
    private Plan plan = Plan.PLAIN;
    private Loaded loaded;
    private int epoch;
    private List<double[]> outputs = List.of();

    /**
     * A program for a plan.
     *
     * @param gather null where every update is of one batch
     * @param test null where there is no validation part
     * @param measured names of the parameters in the order of {@code norms} and {@code gradients}
     */
    private record Loaded(
            Script script,
            Script.Method update,
            Script.@Nullable Method gather,
            Script.@Nullable Method test,
            List<String> measured,
            @Nullable HostTensor norms,
            List<HostTensor> gradients) {}

    public TrainingProgram(Design design, PtNDManager manager) {
        this(design, Optimizers.of(design.optimizer(), manager.getDevice().isGpu()), manager);
    }

    TrainingProgram(Design design, Optimizer optimizer, PtNDManager manager) {
        this.design = design;
        this.manager = manager;
        this.optimizer = optimizer;
        this.control = HostTensor.shared(manager, DataType.FLOAT64, ProgramSource.CONTROLS);
        this.result =
                HostTensor.shared(manager, DataType.FLOAT64, design.metrics().size() + 1L);
        this.controls = control.memory();
        put(ProgramSource.MOMENTUM, optimizer.momentum());
        this.results = result.memory();
        this.order = HostTensor.shared(
                manager, DataType.INT64, design.shuffle() ? design.training().count() : 0);
        Augmentation augmentation = design.augmentation();
        this.items = augmentation == null ? null : HostTensor.shared(manager, DataType.INT64, augmentation.rows());
        this.draws = augmentation == null
                ? null
                : HostTensor.shared(manager, DataType.FLOAT64, augmentation.rows(), augmentation.columns());
        this.clocks = new Clocks(manager);
        design.network().parameters().forEach(named -> parameters.put(named.name(), named.tensor()));
        for (Optimizer.Moment moment : optimizer.moments()) {
            moments.put(moment.name(), begin(moment));
        }
        gatherLists();
        this.loaded = load();
    }

    private void gatherLists() {
        Network network = design.network();
        common.put(PARAMETERS, Network.tensors(network.parameters()));
        common.put("buffers", Network.tensors(network.buffers()));
        common.put("training_part", tensors(design.training()));
        if (design.validation() != null) {
            common.put("validation_part", tensors(design.validation()));
        }
        common.put("scale", scale());
        common.put("order", List.of(order));
        common.put("results", List.of(result));
        if (items != null && draws != null) {
            common.put("drawn", List.of(items, draws));
        }
        float[] weights = design.classWeights();
        if (weights != null) {
            common.put("class_weights", List.of(HostTensor.of(manager, weights, weights.length)));
        }
    }

    private Loaded load() {
        Groups groups = Groups.of(plan, design.network().parameters(), clocks);
        List<String> trained = groups.trained();
        List<HostTensor> distinct = clocks.of(trained);
        Map<String, List<HostTensor>> lists = new LinkedHashMap<>(common);
        lists.put("trained", select(parameters, trained));
        lists.put("clocks", distinct);
        for (int group = 0; group < groups.count(); group++) {
            bind(lists, groups.names().get(group), group);
        }
        HostTensor norms = null;
        if (plan.measures()) {
            norms = HostTensor.shared(manager, DataType.FLOAT64, trained.size());
            lists.put("norms", List.of(norms));
        }
        List<HostTensor> gradients =
                plan.keepsGradients() ? List.copyOf(zeros(trained).values()) : List.of();
        if (plan.keepsGradients()) {
            lists.put("gradients", gradients);
        }
        if (plan.accumulates()) {
            lists.put("sums", List.copyOf(zeros(trained).values()));
        }
        String source = ProgramSource.training(design, optimizer, plan, groups, distinct.size());
        Script script =
                Script.load(manager, lists, source, control, design.network().module());
        return new Loaded(
                script,
                script.method(ProgramSource.UPDATE, true),
                plan.accumulates() ? script.method(ProgramSource.GATHER, true) : null,
                design.validation() == null ? null : script.method(ProgramSource.TEST, false),
                trained,
                norms,
                gradients);
    }

    private void bind(Map<String, List<HostTensor>> lists, List<String> names, int group) {
        lists.put(Groups.list(PARAMETERS, group), select(parameters, names));
        // The fused kernels want the step for each parameter.
        lists.put(
                Groups.list(Optimizer.STEPS, group),
                names.stream().map(clocks::of).toList());
        moments.forEach((moment, tensors) -> lists.put(Groups.list(moment, group), select(tensors, names)));
    }

    private static List<HostTensor> select(Map<String, HostTensor> tensors, List<String> names) {
        return names.stream().map(tensors::get).map(Objects::requireNonNull).toList();
    }

    /** From now on updates are made by another plan. */
    public void follow(Plan newPlan) {
        if (newPlan.equals(plan)) {
            return;
        }
        clocks.part(newPlan.frozen());
        plan = newPlan;
        Loaded before = loaded;
        loaded = load();
        before.script().close();
    }

    public Plan plan() {
        return plan;
    }

    private Map<String, HostTensor> begin(Optimizer.Moment moment) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        if (moment.scalar()) {
            parameters.keySet().forEach(name -> tensors.put(name, HostTensor.zeros(manager, DataType.FLOAT32)));
        } else {
            tensors.putAll(zeros(List.copyOf(parameters.keySet())));
        }
        if (moment.initial() != 0) {
            tensors.values().forEach(tensor -> tensor.fill(moment.initial()));
        }
        return tensors;
    }

    /** Zeros of the shapes of parameters. */
    private Map<String, HostTensor> zeros(List<String> names) {
        Map<String, HostTensor> zeros = new LinkedHashMap<>();
        for (String name : names) {
            HostTensor like = Objects.requireNonNull(parameters.get(name), name);
            long[] shape = like.shape().stream().mapToLong(Long::longValue).toArray();
            zeros.put(name, HostTensor.zeros(manager, DataType.FLOAT32, shape));
        }
        return zeros;
    }

    private static List<HostTensor> tensors(ExampleTensors examples) {
        return List.of(examples.features(), examples.target());
    }

    /** Shift and factor, shaped to meet images by channel and rows by feature. */
    private List<HostTensor> scale() {
        int dimensions = design.training().features().shape().size() - 1;
        Scale scale = design.scale();
        long[] shape = new long[dimensions];
        Arrays.fill(shape, 1);
        shape[0] = scale.shift().length;
        return List.of(HostTensor.of(manager, scale.shift(), shape), HostTensor.of(manager, scale.factor(), shape));
    }

    /** Draws the order of an epoch. */
    public void beginEpoch(int number) {
        epoch = number;
        if (design.shuffle()) {
            EpochOrder.shuffle(order.memory().asLongBuffer(), design.seed(), epoch);
        }
    }

    /** Selects a training batch, and draws how its examples are augmented. */
    private void draw(int start, int count) {
        select(start, count);
        Augmentation augmentation = design.augmentation();
        if (augmentation == null || items == null || draws == null) {
            return;
        }
        LongBuffer ordered = order.memory().asLongBuffer();
        LongBuffer drawn = items.memory().asLongBuffer();
        for (int i = 0; i < count; i++) {
            drawn.put(i, design.shuffle() ? ordered.get(start + i) : start + i);
        }
        augmentation.draw(epoch, drawn, count, draws.memory().asDoubleBuffer());
    }

    /**
     * Makes one update.
     *
     * @param start first example of the batch in the order of the epoch
     * @param step number of the update over the whole job, from 0: what dropout draws is a function of it
     */
    public void update(int start, int count, double learningRate, long step) {
        draw(start, count);
        put(ProgramSource.LEARNING_RATE, learningRate);
        put(ProgramSource.SEED, Randomness.torchSeed(design.seed(), Purpose.STEP, step));
        outputs = loaded.update().call();
        put(ProgramSource.MEASURE, 0);
        put(ProgramSource.KEEP, 0);
    }

    /**
     * Computes the gradients of a batch for an update to come. The plan must accumulate.
     *
     * @param part place of the batch among those of its update, from 0
     */
    public void gather(int start, int count, long step, int part) {
        Script.Method gather = Objects.requireNonNull(loaded.gather(), "the plan is of one batch an update");
        draw(start, count);
        put(ProgramSource.SEED, Randomness.torchSeed(design.seed(), Purpose.PART, step * PARTS + part));
        outputs = gather.call();
    }

    /** By what the gradients of the next batch are multiplied; counts where the plan accumulates. */
    public void weigh(double share) {
        put(ProgramSource.SHARE, share);
    }

    /** Updates go by this momentum (Adam's first beta) from now on, in place of the optimizer's own. */
    public void momentum(double value) {
        put(ProgramSource.MOMENTUM, value);
    }

    /** The next update measures its gradients. */
    public void measure() {
        follow(plan.measuring());
        put(ProgramSource.MEASURE, 1);
    }

    /** Norms of the gradients last measured, by parameter. */
    public Map<String, Double> gradientNorms() {
        Map<String, Double> norms = new LinkedHashMap<>();
        if (loaded.norms() != null) {
            ByteBuffer values = loaded.norms().memory();
            loaded.measured().forEach(name -> norms.put(name, values.getDouble()));
        }
        return norms;
    }

    /** The next update keeps its gradients, before clipping. */
    public void keepGradients() {
        follow(plan.keepingGradients());
        put(ProgramSource.KEEP, 1);
    }

    /** The gradients that were kept last, by parameter; zeros before the first were. */
    public List<NamedTensor> gradients() {
        List<NamedTensor> named = new ArrayList<>();
        for (int i = 0; i < loaded.gradients().size(); i++) {
            named.add(
                    new NamedTensor(loaded.measured().get(i), loaded.gradients().get(i)));
        }
        return named;
    }

    /** The next validation batch tells its outputs, whatever the metrics are. */
    public void tellOutputs() {
        put(ProgramSource.TELL, 1);
    }

    /** Goes through one batch of the validation part. */
    public void test(int start, int count) {
        if (loaded.test() == null) {
            throw new IllegalStateException("there is no validation part");
        }
        select(start, count);
        outputs = loaded.test().call();
        put(ProgramSource.TELL, 0);
    }

    /**
     * Computes the running statistics of batch norm anew, as {@code torch.optim.swa_utils.update_bn} does: the mean over all
     * batches of the training part, in the order of the first epoch.
     */
    public void estimateStatistics(int batchSize) {
        if (design.network().buffers().isEmpty()) {
            return;
        }
        design.network().resetStatistics();
        beginEpoch(0);
        String source = ProgramSource.estimating(design, optimizer);
        try (Script script =
                Script.load(manager, common, source, control, design.network().module())) {
            Script.Method estimate = script.methodThatObserves(ProgramSource.ESTIMATE);
            int examples = design.training().count();
            for (int start = 0, batch = 0; start < examples; start += batchSize, batch++) {
                draw(start, Math.min(batchSize, examples - start));
                put(ProgramSource.SEED, Randomness.torchSeed(design.seed(), Purpose.STATISTICS, batch));
                estimate.call();
            }
        }
    }

    /**
     * What a layer gives for examples of the validation part, as in validation.
     *
     * @param layer its number
     * @param shape of what it gives for one example: of a picture's channels {@code [C, H, W]} and a sequence's features
     *     {@code [L, F]} the means are told
     */
    public List<float[]> probe(int layer, List<Integer> shape, int[] examples) {
        ExampleTensors validation = Objects.requireNonNull(design.validation(), "the validation part");
        HostTensor chosen = HostTensor.shared(manager, DataType.INT64, PROBED_AT_ONCE);
        Map<String, List<HostTensor>> lists = new LinkedHashMap<>(common);
        lists.put("order", List.of(chosen));
        String source = ProgramSource.probing(design, optimizer, layer, shape.size(), validation);
        List<float[]> rows = new ArrayList<>();
        try (Script script = Script.load(manager, lists, source, control)) {
            Script.Method probe = script.method(ProgramSource.PROBE, false);
            for (int from = 0; from < examples.length; from += PROBED_AT_ONCE) {
                int count = Math.min(PROBED_AT_ONCE, examples.length - from);
                LongBuffer indices = chosen.memory().asLongBuffer();
                for (int i = 0; i < count; i++) {
                    indices.put(examples[from + i]);
                }
                select(0, count);
                split(probe.call().get(0), count, rows);
            }
        }
        return rows;
    }

    private static void split(double[] values, int count, List<float[]> rows) {
        int width = values.length / count;
        for (int i = 0; i < count; i++) {
            float[] row = new float[width];
            for (int j = 0; j < width; j++) {
                row[j] = (float) values[i * width + j];
            }
            rows.add(row);
        }
    }

    private void select(int start, int count) {
        put(ProgramSource.START, start);
        put(ProgramSource.COUNT, count);
    }

    private void put(int place, double value) {
        controls.putDouble(place * Double.BYTES, value);
    }

    /** The loss ({@code 0}) or a metric ({@code 1 ..}) of the last batch: a mean over it. An update's are those before it. */
    public double result(int index) {
        return results.getDouble(index * Double.BYTES);
    }

    /**
     * The network's outputs on the last batch and its targets, both row by row; empty unless a metric of the design is
     * computed from them.
     */
    public List<double[]> outputs() {
        return outputs;
    }

    /**
     * What the optimizer keeps: {@code step}, for each parameter what PyTorch's {@code state_dict} has for it, and {@code
     * step} of its own for one that was frozen.
     */
    public Map<String, HostTensor> optimizerState() {
        Map<String, HostTensor> state = new LinkedHashMap<>(clocks.state());
        moments.forEach((moment, tensors) ->
                tensors.forEach((parameter, tensor) -> state.put(parameter + "." + moment, tensor)));
        return state;
    }

    /** The same, to be given what a file of these names holds. */
    public Map<String, HostTensor> optimizerState(Set<String> names) {
        clocks.partAsIn(names, design.network().parameters());
        return optimizerState();
    }

    @Override
    public void close() {
        loaded.script().close();
    }
}
