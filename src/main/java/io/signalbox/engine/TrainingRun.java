package io.signalbox.engine;

import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Insight;
import io.signalbox.callback.LearningRate;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Metric;
import io.signalbox.callback.Run;
import io.signalbox.callback.SavedCheckpoint;
import io.signalbox.callback.StopRequest;
import io.signalbox.callback.TrainingLoop.Position;
import io.signalbox.callback.Updates;
import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.engine.loss.Objective;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.event.EventDetail.TrainBegin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A training as callbacks see it: where it stands, and what they ask of it. Confined to the training thread. */
final class TrainingRun implements Run {

    private final Training.Setup setup;
    private final Session session;
    private final Snapshots snapshots;
    private final Checkpoints checkpoints;
    private final LearningRate learningRate;
    private final List<Metric> metrics;
    private final Means means;
    private final List<CheckpointRequest> requests = new ArrayList<>();
    private @Nullable Backup backup;
    private boolean backupsAreOver;
    private int epochs;
    private int epoch;
    private long step;
    private long examples;
    private @Nullable StopRequest stop;
    private Logs epochLogs = new Logs();
    private @Nullable Origin restored;
    private final Updates updates;
    private final Insight insight;
    private @Nullable List<EventDetail> early = new ArrayList<>();

    /** Weights that were put back: the epoch they stem from and its metrics. */
    record Origin(int epoch, Map<String, Double> metrics) {}

    /** A backup that was asked for. */
    record Backup(int keep, String by) {}

    TrainingRun(Training.Setup setup, Session session, Snapshots snapshots, Checkpoints checkpoints) {
        this.setup = setup;
        this.session = session;
        this.snapshots = snapshots;
        this.checkpoints = checkpoints;
        this.epochs = setup.spec().spec().epochs();
        this.updates = new Steering(session);
        this.insight = new Looking(setup.spec(), setup.data(), session);
        this.learningRate = new LearningRate(setup.spec().spec().optimizer().learningRate(), this::emit);
        this.means = session.means();
        this.metrics =
                Objective.describe(session.names().subList(1, session.names().size()));
    }

    /** Puts the counters where a checkpoint was taken. */
    void goOnFrom(Position position, long stepsDone, long examplesDone, Map<String, Double> logsThen) {
        epoch = position.epoch();
        step = stepsDone;
        examples = examplesDone;
        epochLogs = Logs.of(logsThen);
    }

    /** The training metrics of the epoch so far. */
    Means means() {
        return means;
    }

    /** Tells that training begins, and then all that was told before: callbacks may have changed what an update is. */
    void begin(@Nullable String resumedFrom) {
        List<EventDetail> told = early;
        early = null;
        emit(new TrainBegin(epochs(), stepsPerEpoch(), session.network().parameterCount(), resumedFrom));
        if (told != null) {
            told.forEach(this::emit);
        }
    }

    void beginEpoch(int number) {
        epoch = number;
    }

    /** Counts an update. */
    void updated(int count) {
        step++;
        examples += count;
    }

    /** The logs of the newest epoch whose end was reached; the loop and callbacks still add to them. */
    void epochEnded(Logs logs) {
        epochLogs = logs;
    }

    /** Metrics to save weights with: those of the newest epoch. */
    Map<String, Double> epochMetrics() {
        return epochLogs.toMap();
    }

    /** The checkpoints asked for since the last call. */
    List<CheckpointRequest> takeRequests() {
        List<CheckpointRequest> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }

    /** The backup asked for since the last call; null if none was. */
    @Nullable
    Backup takeBackup() {
        Backup taken = backup;
        backup = null;
        return taken;
    }

    /** Whether nobody needs the backups any more. */
    boolean backupsAreOver() {
        return backupsAreOver;
    }

    /** The weights put back since the last call; null if none were. */
    @Nullable
    Origin takeRestored() {
        Origin taken = restored;
        restored = null;
        return taken;
    }

    @Override
    public int epochs() {
        return epochs;
    }

    @Override
    public void setEpochs(int all) {
        epochs = all;
    }

    @Override
    public int stepsPerEpoch() {
        return session.updates();
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
        return examples;
    }

    @Override
    public Logs stepLogs() {
        Logs logs = means.logs();
        for (int i = 0; i < session.names().size(); i++) {
            String metric = session.names().get(i);
            if (means.isMean(metric)) {
                logs.put(metric, session.last(i));
            }
        }
        return logs;
    }

    @Override
    public void stop(StopRequest request) {
        if (stop == null || (request.abort() && !stop.abort())) {
            stop = request;
        }
    }

    /** The stop that was asked for could not be carried out. */
    void goOn() {
        stop = null;
    }

    @Override
    public @Nullable StopRequest stopRequest() {
        return stop;
    }

    @Override
    public void snapshotWeights(String key) {
        snapshots.take(key, epoch, epochMetrics());
    }

    @Override
    public boolean restoreWeights(String key) {
        Snapshots.Snapshot snapshot = snapshots.restore(key);
        if (snapshot == null) {
            return false;
        }
        restored = new Origin(snapshot.epoch(), snapshot.metrics());
        return true;
    }

    @Override
    public void averageWeights(String key, double share) {
        snapshots.average(key, share, epoch);
    }

    @Override
    public boolean swapWeights(String key) {
        return snapshots.swap(key);
    }

    @Override
    public void estimateStatistics() {
        session.estimateStatistics();
    }

    @Override
    public Updates updates() {
        return updates;
    }

    @Override
    public Insight insight() {
        return insight;
    }

    @Override
    public boolean restoreFromCheckpoint(String name) {
        try {
            Facts facts = checkpoints.restoreWeights(name).facts();
            restored = new Origin(facts.epoch(), facts.metrics());
            return true;
        } catch (IOException | CheckpointException | IllegalArgumentException e) {
            emit(new Log("warning", "The weights of checkpoint '" + name + "' were not put back: " + e.getMessage()));
            return false;
        }
    }

    @Override
    public int goBackTo(String name, boolean weightsOnly) {
        try {
            return (weightsOnly ? checkpoints.restoreWeights(name) : checkpoints.rollBack(name))
                    .facts()
                    .epoch();
        } catch (IOException | CheckpointException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public @Nullable Logs evaluate() {
        if (session.testBatches() == 0) {
            return null;
        }
        Means validation = session.means();
        for (int batch = 0; batch < session.testBatches(); batch++) {
            session.test(batch, validation);
        }
        return validation.logs();
    }

    @Override
    public List<SavedCheckpoint> savedCheckpoints() {
        return checkpoints.saved();
    }

    @Override
    public boolean removeCheckpoint(String name) {
        boolean removed = checkpoints.remove(name);
        if (removed) {
            emit(new CheckpointRemoved(name));
        }
        return removed;
    }

    @Override
    public @Nullable Logs rollBack(String checkpoint) {
        try {
            checkpoints.rollBack(checkpoint);
            means.undo();
            return means.logs();
        } catch (IOException | CheckpointException | IllegalArgumentException e) {
            emit(new Log("warning", "Checkpoint '" + checkpoint + "' was not gone back to: " + e.getMessage()));
            return null;
        }
    }

    @Override
    public void saveCheckpoint(CheckpointRequest request) {
        requests.add(Objects.requireNonNull(request));
    }

    @Override
    public void backUp(int keep, String by) {
        backup = new Backup(keep, by);
    }

    @Override
    public void removeBackups() {
        backupsAreOver = true;
    }

    @Override
    public void emit(EventDetail detail) {
        if (early != null) {
            early.add(detail);
            return;
        }
        // These tell of the update that was just counted.
        boolean ofUpdate = detail instanceof BatchEnd || detail instanceof MetricsLogged;
        emitAt(epoch, ofUpdate ? Math.max(0, step - 1) : step, detail);
    }

    /** Tells of something that belongs to an earlier step. */
    void emitAt(int ofEpoch, long ofStep, EventDetail detail) {
        setup.events().tell(ofEpoch, ofStep, detail);
    }

    @Override
    public Path directory() {
        return setup.directory();
    }
}
