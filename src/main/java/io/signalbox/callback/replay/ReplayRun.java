package io.signalbox.callback.replay;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CallbackList;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.LearningRate;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Metric;
import io.signalbox.callback.Run;
import io.signalbox.callback.StopRequest;
import io.signalbox.callback.TrainingLoop;
import io.signalbox.callback.TrainingLoop.Position;
import io.signalbox.event.EventDetail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run over a {@link Recording}: the real loop and the real callbacks with nothing to compute. Weights are stood for by
 * the epoch and the batches of it that made them. It has no folder and reaches nothing outside itself.
 */
public class ReplayRun implements Run, TrainingLoop.Work {

    /** What was told, and where training stood. */
    public record Told(int epoch, long step, EventDetail detail) {}

    /** A checkpoint that was asked for; {@code batch} is null at an epoch's end. */
    public record Asked(
            CheckpointRequest request, int epoch, @Nullable Integer batch, boolean replaced, Weights weights) {}

    /** A wish that training stop. */
    public record Stopped(
            StopRequest request, int epoch, @Nullable Integer batch) {}

    /** Weights that were put back. */
    public record Restored(String key, Weights weights) {}

    /** Weights as they were after so many batches of an epoch; epoch -1 for those at the begin. */
    public record Weights(int epoch, int batchesDone) {}

    private final Recording recording;
    private final LearningRate learningRate;
    private final List<Told> told = new ArrayList<>();
    private final List<Asked> asked = new ArrayList<>();
    private final List<Stopped> stopped = new ArrayList<>();
    private final List<Restored> restored = new ArrayList<>();
    private final List<Integer> batchesRun = new ArrayList<>();
    private final Map<String, Weights> checkpoints = new HashMap<>();
    private final Map<String, Weights> tags = new HashMap<>();
    private final Map<String, Weights> files = new TreeMap<>();
    private final Map<String, Weights> snapshots = new HashMap<>();
    private Weights weights = new Weights(-1, 0);
    private @Nullable StopRequest stop;
    private int epoch;
    private @Nullable Integer batch;
    private long step;

    public ReplayRun(Recording recording) {
        this.recording = recording;
        this.learningRate = new LearningRate(recording.learningRate(), this::emit);
    }

    /** Trains from the begin; answers the epochs whose end was reached. */
    public int train(List<? extends Callback> list) {
        CallbackList callbacks = new CallbackList(List.copyOf(list), this);
        callbacks.onTrainBegin();
        return new TrainingLoop(this, this, callbacks).run(Position.START);
    }

    /** All that was told so far. */
    public List<Told> told() {
        return told;
    }

    /** All checkpoints asked for so far, in order. */
    public List<Asked> asked() {
        return asked;
    }

    /** Everybody who asked to stop so far, in order. */
    public List<Stopped> stopped() {
        return stopped;
    }

    /** All weights put back so far, in order. */
    public List<Restored> restored() {
        return restored;
    }

    /** Batches gone through in each epoch begun. */
    public List<Integer> batchesRun() {
        return batchesRun;
    }

    /** The checkpoints there are, by name. */
    public Map<String, Weights> checkpoints() {
        return checkpoints;
    }

    /** The checkpoints there are, by what Keras would have called their files, sorted. */
    public Map<String, Weights> files() {
        return files;
    }

    /** The weights that the model has. */
    public Weights weights() {
        return weights;
    }

    /** Takes up where another run was killed. */
    protected void takeUp(ReplayRun killed, @Nullable StopRequest stopThen) {
        snapshots.putAll(killed.snapshots);
        checkpoints.putAll(killed.checkpoints);
        tags.putAll(killed.tags);
        files.putAll(killed.files);
        weights = killed.weights;
        epoch = killed.epoch;
        step = killed.step;
        stop = stopThen;
        told.addAll(killed.told);
        asked.addAll(killed.asked);
        stopped.addAll(killed.stopped);
    }

    @Override
    public boolean has(int number) {
        return number < recording.history().size();
    }

    @Override
    public void beginEpoch(int number, int firstBatch) {
        epoch = number;
        batchesRun.add(firstBatch);
    }

    @Override
    public Logs trainBatch(int number) {
        batch = number;
        step++;
        weights = new Weights(epoch, number + 1);
        batchesRun.set(batchesRun.size() - 1, number + 1);
        return Logs.of(recording.batch(epoch, number));
    }

    @Override
    public Logs trainLogs() {
        batch = null;
        return Logs.of(recording.training(epoch));
    }

    @Override
    public int testBatches() {
        return recording.validation(epoch).isEmpty() ? 0 : 1;
    }

    @Override
    public void beginTest() {}

    @Override
    public Logs testBatch(int number) {
        return testLogs();
    }

    @Override
    public Logs testLogs() {
        return Logs.of(recording.validation(epoch));
    }

    @Override
    public void boundary(Position next) {}

    @Override
    public void beforeTrainEnd(@Nullable StopRequest request) {}

    @Override
    public int epochs() {
        return recording.epochs();
    }

    @Override
    public int stepsPerEpoch() {
        return recording.stepsPerEpoch();
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
        return recording.metrics();
    }

    @Override
    public LearningRate learningRate() {
        return learningRate;
    }

    /** Examples are not recorded: each batch counts as one. */
    @Override
    public long examples() {
        return step;
    }

    @Override
    public Logs stepLogs() {
        return Logs.of(batch == null ? recording.training(epoch) : recording.batch(epoch, batch));
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
        return restore("checkpoint " + name, checkpoints.getOrDefault(name, tags.get(name)));
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
        checkpoints.put(request.name(), weights);
        if (request.best()) {
            tags.put("best", weights);
        }
        if (!request.weightsOnly()) {
            tags.put("latest", weights);
        }
        boolean replaced = files.put(request.file(), weights) != null;
        asked.add(new Asked(request, epoch, batch, replaced, weights));
    }

    @Override
    public boolean live() {
        return false;
    }

    @Override
    public void emit(EventDetail detail) {
        told.add(new Told(epoch, step, detail));
    }

    /** There is none: callbacks that keep files do not run in a replay. */
    @Override
    public Path directory() {
        throw new UnsupportedOperationException("a replay has no folder to write to");
    }
}
