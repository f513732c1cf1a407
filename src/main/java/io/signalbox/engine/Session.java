package io.signalbox.engine;

import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.data.Examples;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.program.TrainingProgram;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.JobSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The native side of a run: network, data and program, and the metrics that come out of them. Owns their memory. */
final class Session implements AutoCloseable {

    static final String LOSS = "loss";

    private final PtNDManager manager;
    private final Network network;
    private final TrainingProgram program;
    private final Part training;
    private final @Nullable Part validation;
    private final List<String> names = new ArrayList<>();

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

    private Session(CheckedSpec checked, TrainingData data, PtNDManager manager) {
        JobSpec spec = checked.spec();
        long seed = Objects.requireNonNull(spec.seed(), "the seed of a checked spec");
        this.manager = manager;
        this.network = Network.of(checked.layers(), inputShapes(checked), seed, manager);
        this.training = new Part(data.training().count(), spec.batchSize());
        Examples held = data.validation();
        this.validation = held == null ? null : new Part(held.count(), spec.batchSize());
        List<String> metrics = Objects.requireNonNull(spec.metrics(), "the metrics of a checked spec");
        names.add(LOSS);
        names.addAll(metrics);
        Objective objective = Objective.of(Objects.requireNonNull(spec.loss(), "the loss of a checked spec"));
        this.program = new TrainingProgram(
                new TrainingProgram.Design(
                        network,
                        ExampleTensors.of(data.training(), manager),
                        held == null ? null : ExampleTensors.of(held, manager),
                        data.scale(),
                        objective,
                        metrics,
                        spec.optimizer(),
                        spec.data().shuffle(),
                        seed),
                manager);
    }

    /** Makes everything ready to train, weights drawn from the seed. */
    static Session open(CheckedSpec checked, TrainingData data) {
        Fit.check(checked, data);
        PtNDManager manager = Torch.open(checked.spec().resources().cpus());
        try {
            return new Session(checked, data, manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static List<List<Integer>> inputShapes(CheckedSpec checked) {
        List<List<Integer>> shapes = new ArrayList<>();
        shapes.add(checked.inputShape());
        checked.summaries().forEach(summary -> shapes.add(summary.outputShape()));
        return shapes;
    }

    Network network() {
        return network;
    }

    Part training() {
        return training;
    }

    /** Batches of the validation part; 0 for none. */
    int testBatches() {
        return validation == null ? 0 : validation.batches();
    }

    /** {@code loss}, then the metrics. */
    List<String> names() {
        return names;
    }

    void beginEpoch(int epoch) {
        program.beginEpoch(epoch);
    }

    /** Makes one update and adds its metrics to {@code means}. */
    void update(int batch, double learningRate, long step, Means means) {
        int count = training.count(batch);
        program.update(training.start(batch), count, learningRate, step);
        collect(means, count);
    }

    /** Goes through one validation batch and adds its metrics to {@code means}. */
    void test(int batch, Means means) {
        Part part = Objects.requireNonNull(validation, "the validation part");
        int count = part.count(batch);
        program.test(part.start(batch), count);
        collect(means, count);
    }

    private void collect(Means means, int count) {
        for (int i = 0; i < names.size(); i++) {
            means.add(i, program.result(i), count);
        }
        means.count(count);
    }

    /** The value of the metric at {@code index} on the last batch alone. */
    double last(int index) {
        return program.result(index);
    }

    Map<String, HostTensor> weights() {
        return network.state();
    }

    Map<String, HostTensor> optimizerState() {
        return program.optimizerState();
    }

    /** Copies of all weights, to be kept. */
    Map<String, HostTensor> copyOfWeights() {
        Map<String, HostTensor> copy = new LinkedHashMap<>();
        weights().forEach((name, tensor) -> copy.put(name, tensor.copy(manager)));
        return copy;
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
