package io.signalbox.engine;

import io.signalbox.callback.CallbackList;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.StopRequest;
import io.signalbox.callback.TrainingLoop;
import io.signalbox.callback.TrainingLoop.Position;
import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.Manifest.Facts;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.spec.JobSpec;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Does what the training loop asks for, on a session, and keeps checkpoints. Confined to the training thread. */
final class TrainingWork implements TrainingLoop.Work {

    private static final String TRAINER = "trainer";
    private static final String FINAL = "final";
    private static final String RESTORED = "restored";

    private final Training.Setup setup;
    private final Session session;
    private final TrainingRun run;
    private final Checkpoints checkpoints;
    private final CallbackList callbacks;
    private final Means training;
    private final Means validation;
    private Position next = Position.START;

    TrainingWork(
            Training.Setup setup, Session session, TrainingRun run, Checkpoints checkpoints, CallbackList callbacks) {
        this.setup = setup;
        this.session = session;
        this.run = run;
        this.checkpoints = checkpoints;
        this.callbacks = callbacks;
        this.training = run.means();
        this.validation = new Means(session.names());
    }

    /** Goes on from where a checkpoint was taken, whose tensors are in place already. */
    void goOnFrom(Checkpoints.Saved saved) {
        SavedState state = saved.state();
        next = state.position();
        training.restore(saved.progress().metrics());
        if (saved.progress().stop() != null) {
            run.stop(StopRequest.restore(saved.progress().stop()));
        }
        run.goOnFrom(
                next, state.step(), state.examples(), saved.manifest().facts().metrics());
    }

    @Override
    public void beginEpoch(int epoch, int batch) {
        run.beginEpoch(epoch);
        session.beginEpoch(epoch);
        if (batch == 0) {
            training.reset();
        }
    }

    @Override
    public Logs trainBatch(int batch) {
        Double momentum = run.learningRate().momentum();
        if (momentum != null) {
            session.momentum(momentum);
        }
        run.updated(session.update(batch, run.learningRate().value(), run.step(), training));
        return training.logs();
    }

    @Override
    public Logs trainLogs() {
        Logs logs = training.logs();
        run.epochEnded(logs);
        return logs;
    }

    @Override
    public int testBatches() {
        return session.testBatches();
    }

    @Override
    public void beginTest() {
        validation.reset();
    }

    @Override
    public Logs testBatch(int batch) {
        session.test(batch, validation);
        return validation.logs();
    }

    @Override
    public Logs testLogs() {
        return validation.logs();
    }

    @Override
    public void boundary(Position position) {
        next = position;
        StopRequest stop = run.stopRequest();
        if (stop != null && stop.abort()) {
            return;
        }
        boolean full = carryOutRequests();
        TrainingRun.Backup backup = run.takeBackup();
        // Before the end a backup would be in vain: the final checkpoint comes right after.
        boolean goesOn = stop == null && position.epoch() < run.epochs();
        if (backup != null && goesOn && !full) {
            backUp(backup);
        }
    }

    @Override
    public void beforeTrainEnd(@Nullable StopRequest stop) {
        if (stop == null || stop.save()) {
            save(FINAL, Kind.FULL, epochOfWeights(), run.epochMetrics(), List.of(Checkpoints.LATEST), TRAINER);
        }
        run.takeRestored(); // what was put back before is in the final checkpoint
    }

    /** Train-end hooks have run: keeps the weights that they put back. */
    void afterTrainEnd() {
        carryOutRequests();
        if (run.backupsAreOver()) {
            tellRemoved(checkpoints::removeBackups);
        }
        TrainingRun.Origin origin = run.takeRestored();
        if (origin != null) {
            List<String> tags = checkpoints.best() == null ? List.of(Checkpoints.BEST) : List.of();
            save(RESTORED, Kind.WEIGHTS, origin.epoch(), origin.metrics(), tags, TRAINER);
        }
    }

    /** Writes what callbacks asked for at train begin, before the first batch. */
    void begin() {
        carryOutRequests();
    }

    /** Goes on from a checkpoint: what callbacks ask for at train begin they asked for then. */
    void forgetRequests() {
        run.takeRequests();
    }

    @Override
    public void failed(RuntimeException error, CallbackList list) {
        run.takeRequests(); // of the hooks that did not come to their end
        list.onException(error);
        try {
            for (CheckpointRequest request : run.takeRequests()) {
                save(request.name(), Kind.WEIGHTS, epochOfWeights(), request.metrics(), List.of(), request.by());
            }
        } catch (RuntimeException e) {
            error.addSuppressed(e);
        }
    }

    /** Writes what callbacks asked for; true if a full checkpoint was among it. */
    private boolean carryOutRequests() {
        boolean full = false;
        for (CheckpointRequest request : run.takeRequests()) {
            Kind kind = request.weightsOnly() ? Kind.WEIGHTS : Kind.FULL;
            List<String> tags = new ArrayList<>();
            if (request.best()) {
                tags.add(Checkpoints.BEST);
            }
            if (kind == Kind.FULL) {
                tags.add(Checkpoints.LATEST);
            }
            full |= save(request.name(), kind, epochOfWeights(), request.metrics(), tags, request.by(), request.copy())
                    && kind == Kind.FULL;
        }
        return full;
    }

    /** The epoch that the present weights come out of. */
    private int epochOfWeights() {
        return next.batch() == 0 ? Math.max(0, next.epoch() - 1) : next.epoch();
    }

    private void backUp(TrainingRun.Backup asked) {
        List<String> tags = List.of(Checkpoints.LATEST);
        String name = Checkpoints.backupName(run.step());
        if (save(name, Kind.FULL, epochOfWeights(), run.epochMetrics(), tags, asked.by())) {
            tellRemoved(() -> checkpoints.removeOldBackups(asked.keep()));
        }
    }

    /** Removes checkpoints and answers their names. */
    @FunctionalInterface
    private interface Removal {
        List<String> run() throws IOException;
    }

    private void tellRemoved(Removal removal) {
        try {
            removal.run().forEach(name -> run.emit(new CheckpointRemoved(name)));
        } catch (IOException | CheckpointException e) {
            run.emit(new Log("warning", "An old backup could not be removed: " + e.getMessage()));
        }
    }

    /** Writes a checkpoint and tells of it, or of why it could not be written. */
    private boolean save(String name, Kind kind, int epoch, Map<String, Double> metrics, List<String> tags, String by) {
        return save(name, kind, epoch, metrics, tags, by, null);
    }

    private boolean save(
            String name,
            Kind kind,
            int epoch,
            Map<String, Double> metrics,
            List<String> tags,
            String by,
            @Nullable String copy) {
        String bestBefore = checkpoints.best();
        if (tags.contains(Checkpoints.BEST)) {
            checkpoints.nameBest(name);
        }
        try {
            Facts facts = new Facts(epoch, run.step(), kind, metrics, Instant.now());
            Manifest manifest = checkpoints.write(name, facts, state(kind), copy);
            run.emit(
                    new CheckpointSaved(name, kind.wireName(), metrics, manifest.bytes(), manifest.sha256(), tags, by));
            checkpoints.saved().stream()
                    .filter(saved -> saved.name().equals(name))
                    .forEach(callbacks::onCheckpointSaved);
            return true;
        } catch (IOException | CheckpointException e) {
            checkpoints.nameBest(bestBefore);
            run.emit(new Log(
                    "error",
                    "Checkpoint '" + name + "' could not be written: " + e.getMessage()
                            + ". Training goes on; earlier checkpoints are as they were."));
            return false;
        }
    }

    private SavedState state(Kind kind) {
        JobSpec spec = setup.spec().spec();
        return new SavedState(
                next,
                run.step(),
                run.examples(),
                Objects.requireNonNull(spec.seed()),
                spec.resources().cpus(),
                setup.data().sha256(),
                setup.data().preparation(),
                kind == Kind.WEIGHTS ? null : progress());
    }

    private SavedState.Progress progress() {
        StopRequest stop = run.stopRequest();
        return new SavedState.Progress(
                run.learningRate().state(),
                callbacks.state(),
                training.state(),
                checkpoints.kept(),
                stop == null ? null : stop.state(),
                checkpoints.best());
    }
}
