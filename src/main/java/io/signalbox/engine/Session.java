package io.signalbox.engine;

import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.callback.Insight;
import io.signalbox.data.Examples;
import io.signalbox.data.Preparation;
import io.signalbox.data.Tokens;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.augment.Augmentation;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.metric.Batch;
import io.signalbox.engine.metric.WholeSet;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.program.TrainingProgram;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Processor;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.ClassWeight;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.MetricSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoublePredicate;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The native side of a run: network, data and program, and the metrics that come out of them. Owns their memory. */
final class Session implements AutoCloseable {

    static final String LOSS = "loss";

    private final PtNDManager manager;
    private final Network network;
    private final TrainingProgram program;
    private final @Nullable Augmentation augmentation;
    private final Part training;
    private final @Nullable Part validation;
    private final List<String> names = new ArrayList<>();
    private final List<Averager> owned = new ArrayList<>();
    private final double[] last;
    private final List<MetricSpec> metrics;
    private final WholeSet.Shape shape;
    private final int context;
    private int accumulated = 1;
    private @Nullable Generator generator;
    private Insight.@Nullable Outputs tested;

    /** A part of the data, cut into batches, the last of them maybe smaller. */
    record Part(int examples, int batchSize) {

        int batches() {
            return (examples + batchSize - 1) / batchSize;
        }

        int start(int batch) {
            return batch * batchSize;
        }

        int count(int batch) {
            return Math.min(batchSize, examples - start(batch));
        }
    }

    private Session(CheckedSpec checked, TrainingData data, Network network, PtNDManager manager) {
        JobSpec spec = checked.spec();
        long seed = Objects.requireNonNull(spec.seed(), "the seed of a checked spec");
        this.manager = manager;
        this.network = network;
        this.training = new Part(data.training().count(), spec.batchSize());
        Examples held = data.validation();
        this.validation = held == null ? null : new Part(held.count(), spec.batchSize());
        this.metrics = Objects.requireNonNull(spec.metrics(), "the metrics of a checked spec");
        this.shape = new WholeSet.Shape(
                checked.outputs(),
                spec.loss() instanceof LossSpec.CrossEntropy,
                data.training().targetWidth(),
                blanks(metrics, data));
        this.context = data.training().shape().get(0);
        names.add(LOSS);
        names.addAll(spec.metricNames());
        last = new double[names.size()];
        Objective objective = Objective.of(Objects.requireNonNull(spec.loss(), "the loss of a checked spec"));
        this.augmentation = Augmentation.of(spec.data().augment(), data.training(), spec.batchSize(), seed);
        if (spec.model().reconstructs()) {
            objective = objective.givingBackTheInput();
        }
        this.program = new TrainingProgram(
                new TrainingProgram.Design(
                        network,
                        ExampleTensors.of(data.training(), manager),
                        held == null ? null : ExampleTensors.of(held, manager),
                        data.scale(),
                        objective,
                        spec.metricNames(),
                        spec.optimizer(),
                        spec.data().shuffle(),
                        seed,
                        augmentation,
                        classWeights(checked, data.training())),
                manager);
    }

    /** Which tokens of a text part words, where words are compared. */
    private static IntPredicate blanks(List<MetricSpec> metrics, TrainingData data) {
        if (metrics.stream().noneMatch(MetricSpec.Wer.class::isInstance)) {
            return token -> false;
        }
        Tokens tokens = Preparation.of(data.preparation()).tokens();
        return Objects.requireNonNull(tokens, "the tokens of a text")::isBlank;
    }

    private static float @Nullable [] classWeights(CheckedSpec checked, Examples training) {
        JsonNode given = checked.spec().data().classWeight();
        if (given == null) {
            return null;
        }
        long[] counts = new long[checked.classes().size()];
        for (int i = 0; i < training.count(); i++) {
            boolean indices = training.targetType() == Examples.ElementType.INT64;
            ByteBuffer target = training.target();
            counts[(int) (indices ? target.getLong(i * Long.BYTES) : target.getFloat(i * Float.BYTES))]++;
        }
        return ClassWeight.of(given, checked.classes(), counts);
    }

    /** Means of what augmentation did in an epoch, by name; empty where there is none. */
    Map<String, Double> augmented(int epoch) {
        return augmentation == null ? Map.of() : augmentation.extents(epoch);
    }

    /**
     * Makes everything ready to train, weights drawn from the seed, or as they are in a module.
     *
     * @param directory the job's folder, where a module lies
     * @param processor where it is trained
     */
    static Session open(CheckedSpec checked, TrainingData data, Path directory, Processor processor)
            throws IOException {
        Fit.check(checked, data);
        PtNDManager manager = Torch.open(checked.spec().resources().cpus(), processor);
        try {
            long seed = Objects.requireNonNull(checked.spec().seed(), "the seed of a checked spec");
            Network network = checked.spec().model().opaque()
                    ? Trial.network(directory.resolve(Checkpoints.PROGRAM), checked, data, manager)
                    : Network.of(
                            checked.layers(),
                            checked.input(),
                            seed,
                            checked.spec().reducesPrecision(),
                            manager);
            return new Session(checked, data, network, manager);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    Network network() {
        return network;
    }

    TrainingProgram program() {
        return program;
    }

    /** Makes an update of so many batches, the last of an epoch maybe of fewer. */
    void accumulate(int batches) {
        accumulated = batches;
        program.follow(program.plan().accumulating(batches > 1));
    }

    /** Updates in an epoch. */
    int updates() {
        return (training.batches() + accumulated - 1) / accumulated;
    }

    /** Batches of the validation part; 0 for none. */
    int testBatches() {
        return validation == null ? 0 : validation.batches();
    }

    /** Nothing counted yet of {@link #names}. */
    Means means() {
        return new Means(names, new WholeSet(metrics, shape));
    }

    /** {@code loss}, then the metrics. */
    List<String> names() {
        return names;
    }

    void beginEpoch(int epoch) {
        program.beginEpoch(epoch);
    }

    /**
     * Makes one update and adds its metrics to {@code means}.
     *
     * @param number of the update in the epoch, from 0
     * @return the examples that it went through
     */
    int update(int number, double learningRate, long step, Means means) {
        int first = number * accumulated;
        int end = Math.min(first + accumulated, training.batches());
        int examples = Math.min(training.start(end), training.examples()) - training.start(first);
        Arrays.fill(last, 0);
        for (int batch = first; batch < end; batch++) {
            int count = training.count(batch);
            double share = (double) count / examples;
            program.weigh(share);
            if (batch < end - 1) {
                program.gather(training.start(batch), count, step, batch - first);
            } else {
                program.update(training.start(batch), count, learningRate, step);
            }
            collect(means, count, share);
        }
        return examples;
    }

    /** Updates go by this momentum (Adam's first beta) from now on. */
    void momentum(double value) {
        program.momentum(value);
    }

    /** Goes through one validation batch and adds its metrics to {@code means}. */
    void test(int batch, Means means) {
        Part part = Objects.requireNonNull(validation, "the validation part");
        int count = part.count(batch);
        program.test(part.start(batch), count);
        Arrays.fill(last, 0);
        collect(means, count, 1);
        tested = tested(part.start(batch), count);
    }

    /** What the network gave for the last validation batch; null where nobody asked for it. */
    Insight.@Nullable Outputs tested() {
        return tested;
    }

    private Insight.@Nullable Outputs tested(int start, int count) {
        List<double[]> outputs = program.outputs();
        if (outputs.isEmpty()) {
            return null;
        }
        int rows = outputs.get(0).length / shape.width();
        return new Insight.Outputs(start * (rows / count), shape.width(), outputs.get(0), outputs.get(1));
    }

    /** Goes on with texts, by the present weights. */
    Generator generator() {
        if (generator == null) {
            generator = new Generator(network, context, manager);
        }
        return generator;
    }

    private void collect(Means means, int count, double share) {
        for (int i = 0; i < last.length; i++) {
            means.add(i, program.result(i), count);
            last[i] += program.result(i) * share;
        }
        List<double[]> outputs = program.outputs();
        if (!outputs.isEmpty()) {
            means.add(new Batch(outputs.get(0), shape.width(), outputs.get(1)));
        }
        means.count(count);
    }

    /** The value of the metric at {@code index} on the last update, or validation batch, alone. */
    double last(int index) {
        return last[index];
    }

    /** See {@link io.signalbox.callback.Updates#rehearse}. */
    List<Double> rehearse(int updates, IntToDoubleFunction rate, DoublePredicate goesOn) {
        Map<String, HostTensor> weightsBefore = copy(weights());
        Map<String, HostTensor> stateBefore = copy(optimizerState());
        List<Double> losses = new ArrayList<>();
        Means unused = new Means(names);
        program.beginEpoch(0);
        do {
            int step = losses.size();
            update(step % updates(), rate.applyAsDouble(step), step, unused);
            losses.add(last(0));
        } while (goesOn.test(last(0)) && losses.size() < updates);
        weights().forEach((name, tensor) -> tensor.copyFrom(Objects.requireNonNull(weightsBefore.get(name))));
        optimizerState().forEach((name, tensor) -> tensor.copyFrom(Objects.requireNonNull(stateBefore.get(name))));
        return losses;
    }

    void estimateStatistics() {
        program.estimateStatistics(training.batchSize());
    }

    /** Averages into a copy of the weights. */
    Averager averager(Map<String, HostTensor> copy) {
        Averager averager = new Averager(network, copy, manager);
        owned.add(averager);
        return averager;
    }

    Map<String, HostTensor> weights() {
        return network.state();
    }

    Map<String, HostTensor> optimizerState() {
        return program.optimizerState();
    }

    /** Copies of all weights, to be kept. */
    Map<String, HostTensor> copyOfWeights() {
        return copy(weights());
    }

    private Map<String, HostTensor> copy(Map<String, HostTensor> tensors) {
        return copy(tensors, new LinkedHashMap<>());
    }

    /** Copies of tensors, in the memory of earlier copies of the same names where {@code earlier} holds any. */
    Map<String, HostTensor> copy(Map<String, HostTensor> tensors, Map<String, HostTensor> earlier) {
        Map<String, HostTensor> copies = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            HostTensor copy = earlier.get(name);
            if (copy == null) {
                copy = tensor.copy(manager);
                earlier.put(name, copy);
            } else {
                copy.copyFrom(tensor);
            }
            copies.put(name, copy);
        });
        return copies;
    }

    @Override
    public void close() {
        owned.forEach(Averager::close);
        if (generator != null) {
            generator.close();
        }
        program.close();
        manager.close();
    }
}
