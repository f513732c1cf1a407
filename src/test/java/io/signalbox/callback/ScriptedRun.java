package io.signalbox.callback;

import io.signalbox.event.EventDetail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run whose metrics are written down beforehand: the real loop and the real callbacks with nothing to compute. Weights are
 * stood for by the epoch and the batches of it that made them. It can be killed at any boundary and gone on from there.
 */
final class ScriptedRun implements Run, TrainingLoop.Work {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BATCH_SIZE = 32;

    record Told(int epoch, long step, EventDetail detail) {}

    record Asked(
            CheckpointRequest request, int epoch, @Nullable Integer batch, boolean replaced, Weights weights) {}

    record Stopped(StopRequest request, int epoch, @Nullable Integer batch) {}

    record Restored(String key, Weights weights) {}

    record Weights(int epoch, int batchesDone) {}

    /** What kill -9 is to a process. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    final List<Told> told = new ArrayList<>();
    final List<Asked> asked = new ArrayList<>();
    final List<Stopped> stopped = new ArrayList<>();
    final List<Restored> restored = new ArrayList<>();
    final List<Integer> batchesRun = new ArrayList<>();
    final Map<String, Weights> checkpoints = new HashMap<>();
    final List<TrainingLoop.Position> boundaries = new ArrayList<>();

    private final List<Map<String, Double>> history;
    private final LearningRate learningRate;
    private List<Metric> metrics = List.of();
    private @Nullable List<List<Map<String, Double>>> batchLogs;
    private int stepsPerEpoch = 1;
    private @Nullable Path directory;
    private int killAt = Integer.MAX_VALUE;
    private @Nullable String state;

    private final Map<String, Weights> snapshots = new HashMap<>();
    private Weights weights = new Weights(-1, 0);
    private @Nullable StopRequest stop;
    private @Nullable CallbackList callbacks;
    private int epoch;
    private @Nullable Integer batch;
    private long step;

    ScriptedRun(double rate, List<Map<String, Double>> history) {
        this.history = history;
        this.learningRate = new LearningRate(rate, this::emit);
    }

    /** Epochs that log one metric. */
    static ScriptedRun of(String metric, double... values) {
        List<Map<String, Double>> history = new ArrayList<>();
        for (double value : values) {
            Map<String, Double> logs = new LinkedHashMap<>();
            logs.put("loss", 1.0);
            logs.put(metric, value);
            history.add(logs);
        }
        return new ScriptedRun(0.1, history);
    }

    ScriptedRun withMetrics(List<Metric> compiled) {
        metrics = compiled;
        return this;
    }

    ScriptedRun withSteps(int steps) {
        stepsPerEpoch = steps;
        return this;
    }

    ScriptedRun withBatchLogs(@Nullable List<List<Map<String, Double>>> logs) {
        batchLogs = logs;
        return this;
    }

    ScriptedRun in(Path folder) {
        directory = folder;
        return this;
    }

    /** Dies after so many boundaries. */
    ScriptedRun killedAt(int boundary) {
        killAt = boundary;
        return this;
    }

    /** Trains from the begin; answers the epochs whose end was reached. */
    int train(List<? extends Callback> list) {
        callbacks = new CallbackList(List.copyOf(list), this);
        callbacks.onTrainBegin();
        return new TrainingLoop(this, this, callbacks).run(TrainingLoop.Position.START);
    }

    /** Goes on where another was killed, from what it had last saved. */
    int goOn(ScriptedRun killed, List<? extends Callback> list) {
        TrainingLoop.Position from = killed.boundaries.get(killed.boundaries.size() - 1);
        ObjectNode kept = (ObjectNode) JSON.readTree(killed.state);
        callbacks = new CallbackList(List.copyOf(list), this);
        callbacks.onTrainBegin();
        learningRate.restore((ObjectNode) kept.get("learning_rate"));
        callbacks.restore((ObjectNode) kept.get("callbacks"));
        snapshots.putAll(killed.snapshots);
        checkpoints.putAll(killed.checkpoints);
        weights = killed.weights;
        epoch = killed.epoch;
        step = killed.step;
        stop = kept.get("stop") instanceof ObjectNode request ? StopRequest.restore(request) : null;
        told.addAll(killed.told);
        asked.addAll(killed.asked);
        stopped.addAll(killed.stopped);
        return new TrainingLoop(this, this, callbacks).run(from);
    }

    Weights weights() {
        return weights;
    }

    <T extends EventDetail> List<T> told(Class<T> type) {
        return told.stream()
                .map(Told::detail)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public void beginEpoch(int newEpoch, int firstBatch) {
        epoch = newEpoch;
        batchesRun.add(firstBatch);
    }

    @Override
    public Logs trainBatch(int newBatch) {
        batch = newBatch;
        step++;
        weights = new Weights(epoch, newBatch + 1);
        batchesRun.set(batchesRun.size() - 1, newBatch + 1);
        return Logs.of(
                batchLogs == null
                        ? trainLogs(history.get(epoch))
                        : batchLogs.get(epoch).get(newBatch));
    }

    @Override
    public Logs trainLogs() {
        batch = null;
        return Logs.of(trainLogs(history.get(epoch)));
    }

    private static Map<String, Double> trainLogs(Map<String, Double> logs) {
        Map<String, Double> training = new LinkedHashMap<>(logs);
        training.keySet().removeIf(name -> name.startsWith("val_"));
        return training;
    }

    @Override
    public int testBatches() {
        return history.get(epoch).keySet().stream().anyMatch(name -> name.startsWith("val_")) ? 1 : 0;
    }

    @Override
    public void beginTest() {}

    @Override
    public Logs testBatch(int number) {
        return testLogs();
    }

    @Override
    public Logs testLogs() {
        Logs logs = new Logs();
        history.get(epoch).forEach((name, value) -> {
            if (name.startsWith("val_")) {
                logs.put(name.substring("val_".length()), value);
            }
        });
        return logs;
    }

    @Override
    public void boundary(TrainingLoop.Position next) {
        boundaries.add(next);
        ObjectNode kept = JSON.createObjectNode();
        kept.set("learning_rate", learningRate.state());
        kept.set("callbacks", callbacks.state());
        if (stop != null) {
            kept.set("stop", stop.state());
        }
        state = JSON.writeValueAsString(kept);
        if (boundaries.size() == killAt) {
            throw new Killed();
        }
    }

    @Override
    public void beforeTrainEnd(@Nullable StopRequest request) {}

    @Override
    public int epochs() {
        return history.size();
    }

    @Override
    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public List<Metric> metrics() {
        return metrics;
    }

    @Override
    public LearningRate learningRate() {
        return learningRate;
    }

    @Override
    public long examples() {
        return step * BATCH_SIZE;
    }

    @Override
    public Logs stepLogs() {
        Logs logs = new Logs();
        logs.put("loss", step);
        return logs;
    }

    @Override
    public void stop(StopRequest request) {
        stopped.add(new Stopped(request, epoch, batch));
        if (stop == null || (request.abort() && !stop.abort())) {
            stop = request;
        }
    }

    @Override
    public @Nullable StopRequest stopRequest() {
        return stop;
    }

    @Override
    public void snapshotWeights(String key) {
        snapshots.put(key, weights);
    }

    @Override
    public boolean restoreWeights(String key) {
        return restore(key, snapshots.get(key));
    }

    @Override
    public boolean restoreFromCheckpoint(String name) {
        return restore("checkpoint " + name, checkpoints.get(name));
    }

    private boolean restore(String key, @Nullable Weights from) {
        if (from != null) {
            weights = from;
            restored.add(new Restored(key, from));
        }
        return from != null;
    }

    @Override
    public void saveCheckpoint(CheckpointRequest request) {
        boolean replaced = checkpoints.put(request.name(), weights) != null;
        asked.add(new Asked(request, epoch, batch, replaced, weights));
    }

    @Override
    public void emit(EventDetail detail) {
        told.add(new Told(epoch, step, detail));
    }

    @Override
    public Path directory() {
        return directory == null ? Path.of("nowhere") : directory;
    }
}
