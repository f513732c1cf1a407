package io.signalbox.engine;

import io.signalbox.callback.CallbackList;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.StopRequest;
import io.signalbox.callback.TrainingLoop;
import io.signalbox.callback.TrainingLoop.Position;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.engine.Saving.Wanted;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import io.signalbox.event.EventDetail.MetricsLogged;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does what the training loop asks for, on a session, and keeps checkpoints. Confined to the training thread. */
final class TrainingWork implements TrainingLoop.Work {

    private static final String TRAINER = "trainer";
    private static final String AUGMENT = "augment";
    private static final String FINAL = "final";

    /** The batch after which training stopped in an epoch that then came to its end early: one may want to go on there. */
    private static final String STOPPED = CheckpointFolder.STOPPED;

    private static final String RESTORED = "restored";

    private final Session session;
    private final TrainingRun run;
    private final Checkpoints checkpoints;
    private final Saving saving;
    private final Means training;
    private final Means validation;
    private Position next = Position.START;

    TrainingWork(Session session, TrainingRun run, Checkpoints checkpoints, Saving saving) {
        this.session = session;
        this.run = run;
        this.checkpoints = checkpoints;
        this.saving = saving;
        this.training = run.means();
        this.validation = session.means();
    }

    /** Goes on from where a checkpoint was taken, whose tensors are in place already. */
    void goOnFrom(Checkpoints.Saved saved, Set<Anew> anew) {
        SavedState state = saved.state();
        next = state.position();
        training.restore(saved.progress().metrics());
        if (saved.progress().stop() != null && !anew.contains(Anew.STOP)) {
            run.stop(StopRequest.restore(saved.progress().stop()));
        }
        run.goOnFrom(next, state.step(), state.examples(), saved.progress().logs());
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
        Logs logs = training.total();
        run.epochEnded(logs);
        Map<String, Double> augmented = session.augmented(run.epoch());
        if (!augmented.isEmpty()) {
            run.emit(new MetricsLogged(AUGMENT, augmented));
        }
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
        return validation.total();
    }

    @Override
    public Logs lastLogs() {
        return Logs.of(run.epochMetrics());
    }

    @Override
    public void boundary(Position position) {
        next = position;
        saving.look();
        StopRequest stop = run.stopRequest();
        if (stop != null && stop.abort()) {
            return;
        }
        boolean full = carryOut(run.takeRequests());
        if (stop != null && stop.save() && position.batch() > 0 && position.batch() < session.updates()) {
            take(Wanted.of(STOPPED, Kind.FULL, run.epochMetrics(), List.of(), TRAINER), List.of());
        }
        TrainingRun.Backup backup = run.takeBackup();
        // Before the end a backup would be in vain: the final checkpoint comes right after.
        boolean goesOn = stop == null && position.epoch() < run.epochs();
        if (backup != null && goesOn && !full) {
            String name = Checkpoints.backupName(run.step());
            take(Wanted.backup(name, run.epochMetrics(), backup.by(), backup.keep()), List.of());
        }
    }

    @Override
    public void held(Position position) {
        boundary(position);
        saving.settle();
    }

    @Override
    public void beforeTrainEnd(@Nullable StopRequest stop) {
        if (stop == null || stop.save()) {
            List<String> tags = List.of(Checkpoints.LATEST);
            take(Wanted.of(FINAL, Kind.FULL, run.epochMetrics(), tags, TRAINER), List.of());
        }
        saving.settle();
        run.takeRestored(); // what was put back before is in the final checkpoint
    }

    /** Train-end hooks have run: keeps the weights that they put back. */
    void afterTrainEnd() {
        carryOut(run.takeRequests());
        saving.settle();
        if (run.backupsAreOver()) {
            checkpoints.removeBackups().forEach(name -> run.emit(new CheckpointRemoved(name)));
        }
        TrainingRun.Origin origin = run.takeRestored();
        if (origin != null) {
            List<String> tags = checkpoints.best() == null ? List.of(Checkpoints.BEST) : List.of();
            Wanted restored = Wanted.of(RESTORED, Kind.WEIGHTS, origin.metrics(), tags, TRAINER);
            saving.take(restored, origin.epoch(), next, List.of());
        }
        saving.settle();
        checkpoints.await();
        saving.look();
    }

    /** Training is left at once: what is being written still comes to its end. */
    void leave() {
        saving.end();
    }

    /** Where training goes on from. */
    Position next() {
        return next;
    }

    /** Training was left to go on later: keeps what it goes on from; false if that could not be written. */
    boolean suspend() {
        saving.settle();
        String name = Checkpoints.backupName(run.step());
        take(Wanted.of(name, Kind.FULL, run.epochMetrics(), List.of(Checkpoints.LATEST), TRAINER), List.of());
        return saving.settle();
    }

    /** Writes what callbacks asked for at train begin, before the first batch. */
    void begin() {
        carryOut(run.takeRequests());
    }

    /** Goes on from a checkpoint: what callbacks ask for at train begin they asked for then. */
    void beginAgain(Checkpoints.Saved saved) {
        run.takeRequests();
        saving.goOnFrom(saved);
        carryOut(saved.progress().asked());
    }

    @Override
    public void failed(RuntimeException error, CallbackList list) {
        run.takeRequests(); // of the hooks that did not come to their end
        try {
            saving.end();
        } catch (RuntimeException e) {
            error.addSuppressed(e);
        }
        list.onException(error);
        try {
            for (CheckpointRequest request : run.takeRequests()) {
                Map<String, Double> metrics = request.metrics();
                take(Wanted.of(request.name(), Kind.WEIGHTS, metrics, List.of(), request.by()), List.of());
                saving.end();
            }
        } catch (RuntimeException e) {
            error.addSuppressed(e);
        }
    }

    /** Takes the checkpoints that were asked for; true if a full one was among them. */
    private boolean carryOut(List<CheckpointRequest> requests) {
        boolean full = false;
        for (int i = 0; i < requests.size(); i++) {
            CheckpointRequest request = requests.get(i);
            take(Wanted.of(request), requests.subList(i + 1, requests.size()));
            full |= !request.weightsOnly();
        }
        return full;
    }

    private void take(Wanted wanted, List<CheckpointRequest> asked) {
        saving.take(wanted, epochOfWeights(), next, asked);
    }

    /** The epoch that the present weights come out of. */
    private int epochOfWeights() {
        return next.batch() == 0 ? Math.max(0, next.epoch() - 1) : next.epoch();
    }
}
