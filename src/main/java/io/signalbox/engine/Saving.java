package io.signalbox.engine;

import io.signalbox.callback.CallbackList;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.StopRequest;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Takes checkpoints while training goes on. One is copied at once and written meanwhile; what comes of it is
 *
 * <ul>
 *   <li>told as an event at the first {@link #look} after it was written and verified, or failed;
 *   <li>known to callbacks when it is {@linkplain #settle settled}: before the next one is taken and before training ends,
 *       which wait for it. That is at the same step however fast the disk is, and in a run that goes on from it too.
 * </ul>
 *
 * Confined to the training thread.
 */
final class Saving {

    private final Training.Setup setup;
    private final TrainingRun run;
    private final Checkpoints checkpoints;
    private final CallbackList callbacks;
    private @Nullable Taken taken;

    /**
     * A checkpoint that is wanted.
     *
     * @param copy key of the snapshot whose weights are saved; null for the network's
     * @param backups older backups than the newest so many go when it is there; 0 for none
     */
    record Wanted(
            String name,
            Kind kind,
            Map<String, Double> metrics,
            List<String> tags,
            String by,
            @Nullable String copy,
            int backups) {

        static Wanted of(CheckpointRequest request) {
            Kind kind = request.weightsOnly() ? Kind.WEIGHTS : Kind.FULL;
            List<String> tags = new ArrayList<>();
            if (request.best()) {
                tags.add(Checkpoints.BEST);
            }
            if (kind == Kind.FULL) {
                tags.add(Checkpoints.LATEST);
            }
            return new Wanted(request.name(), kind, request.metrics(), tags, request.by(), request.copy(), 0);
        }

        /** One of the network's weights, with no backup to be removed. */
        static Wanted of(String name, Kind kind, Map<String, Double> metrics, List<String> tags, String by) {
            return new Wanted(name, kind, metrics, tags, by, null, 0);
        }

        static Wanted backup(String name, Map<String, Double> metrics, String by, int keep) {
            return new Wanted(name, Kind.FULL, metrics, List.of(Checkpoints.LATEST), by, null, keep);
        }
    }

    /** A checkpoint that is being written, or was and is not settled. */
    private static final class Taken {
        final String name;
        final Facts facts;
        final SavedState.Own own;
        final int epoch;
        final @Nullable String bestBefore;
        final Future<Manifest> written;
        boolean told;

        @Nullable
        Manifest manifest;

        Taken(
                String name,
                Facts facts,
                SavedState.Own own,
                int epoch,
                @Nullable String bestBefore,
                Future<Manifest> written) {
            this.name = name;
            this.facts = facts;
            this.own = own;
            this.epoch = epoch;
            this.bestBefore = bestBefore;
            this.written = written;
        }
    }

    Saving(Training.Setup setup, TrainingRun run, Checkpoints checkpoints, CallbackList callbacks) {
        this.setup = setup;
        this.run = run;
        this.checkpoints = checkpoints;
        this.callbacks = callbacks;
    }

    /** Goes on from a checkpoint, which is not settled: callbacks learn of it when they would have. */
    void goOnFrom(Checkpoints.Saved saved) {
        Manifest manifest = saved.manifest();
        taken = new Taken(
                manifest.name(),
                manifest.facts(),
                saved.progress().own(),
                manifest.facts().epoch(),
                saved.progress().best(),
                CompletableFuture.completedFuture(manifest));
    }

    /**
     * Takes a checkpoint, when the one before is settled.
     *
     * @param epoch that its weights come out of
     * @param next where training goes on from it
     * @param asked what is to be taken after it, at the same place
     */
    void take(Wanted wanted, int epoch, Position next, List<CheckpointRequest> asked) {
        settle();
        String bestBefore = checkpoints.best();
        if (wanted.tags().contains(Checkpoints.BEST)) {
            checkpoints.nameBest(wanted.name());
        }
        Facts facts = new Facts(epoch, run.step(), wanted.kind(), wanted.metrics(), Instant.now());
        SavedState.Own own = new SavedState.Own(wanted.tags(), wanted.by(), wanted.backups());
        SavedState state = state(next, wanted.kind() == Kind.FULL ? progress(asked, own) : null);
        Future<Manifest> written = checkpoints.write(wanted.name(), facts, state, wanted.copy());
        taken = new Taken(wanted.name(), facts, own, run.epoch(), bestBefore, written);
    }

    private SavedState state(Position next, SavedState.@Nullable Progress progress) {
        JobSpec spec = setup.spec().spec();
        return new SavedState(
                next,
                run.step(),
                run.examples(),
                Objects.requireNonNull(spec.seed()),
                spec.resources().cpus(),
                setup.data().sha256(),
                setup.data().preparation(),
                progress);
    }

    private SavedState.Progress progress(List<CheckpointRequest> asked, SavedState.Own own) {
        StopRequest stop = run.stopRequest();
        return new SavedState.Progress(
                run.learningRate().state(),
                callbacks.state(),
                run.means().state(),
                run.epochMetrics(),
                checkpoints.kept(),
                stop == null || stop.suspends() ? null : stop.state(),
                checkpoints.best(),
                checkpoints.known(),
                asked,
                own);
    }

    /** Tells what has come of the one under way, if anything has. */
    void look() {
        if (taken != null && !taken.told && taken.written.isDone()) {
            tell(taken);
        }
        for (String trouble = checkpoints.trouble(); trouble != null; trouble = checkpoints.trouble()) {
            run.emit(new Log("warning", trouble));
        }
    }

    private void tell(Taken ended) {
        ended.told = true;
        Facts facts = ended.facts;
        try {
            Manifest manifest = Checkpoints.result(ended.written);
            ended.manifest = manifest;
            run.emitAt(
                    ended.epoch,
                    facts.step(),
                    new CheckpointSaved(
                            ended.name,
                            facts.kind().wireName(),
                            facts.metrics(),
                            manifest.bytes(),
                            manifest.sha256(),
                            ended.own.tags(),
                            ended.own.by()));
        } catch (IOException | CheckpointException e) {
            run.emit(new Log(
                    "error",
                    "Checkpoint '" + ended.name + "' could not be written: " + e.getMessage()
                            + ". Training goes on; earlier checkpoints are as they were."));
        }
    }

    /** Waits for the one under way, tells what came of it and lets callbacks know of it; whether there was one, written. */
    boolean settle() {
        Taken ended = taken;
        if (ended == null) {
            return false;
        }
        Manifest manifest = end();
        if (manifest == null) {
            return false;
        }
        callbacks.onCheckpointSaved(checkpoints.know(manifest));
        if (ended.own.backups() > 0) {
            checkpoints.removeOldBackups(ended.own.backups()).forEach(name -> run.emit(new CheckpointRemoved(name)));
        }
        return true;
    }

    /** Waits for the one under way and tells what came of it, but not to callbacks; null if it was not written. */
    @Nullable
    Manifest end() {
        Taken ended = taken;
        if (ended == null) {
            return null;
        }
        if (!ended.told) {
            tell(ended);
        }
        taken = null;
        if (ended.manifest == null) {
            checkpoints.giveUp();
            if (ended.own.tags().contains(Checkpoints.BEST) && ended.name.equals(checkpoints.best())) {
                checkpoints.nameBest(ended.bestBefore);
            }
        }
        return ended.manifest;
    }
}
