package io.signalbox.server.job;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CallbacksExplained;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.event.Explanation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the events of one frame into a job's progress, without a copy for each of them. */
final class JobProgressFold {

    private final JobProgress before;
    private final Map<String, Double> latest;
    private int epoch;
    private int epochs;
    private long step;
    private int stepsPerEpoch;
    private double examplesPerSecond;
    private @Nullable Double learningRate;
    private @Nullable String learningRateOwner;
    private long stepOfRate;
    private @Nullable List<Explanation> callbacks;
    private boolean changed;
    private boolean callbacksChanged;

    JobProgressFold(JobProgress before) {
        this.before = before;
        this.latest = new LinkedHashMap<>(before.latest());
        this.epoch = before.epoch();
        this.epochs = before.epochs();
        this.step = before.step();
        this.stepsPerEpoch = before.stepsPerEpoch();
        this.examplesPerSecond = before.examplesPerSecond();
        this.learningRate = before.learningRate();
        this.learningRateOwner = before.learningRateOwner();
        this.callbacks = before.callbacks();
    }

    void take(Event event) {
        EventDetail detail = event.detail();
        int eventEpoch = event.epoch() == null ? 0 : event.epoch();
        long eventStep = event.step() == null ? 0 : event.step();
        boolean taken = true;
        if (detail instanceof BatchEnd batch) {
            step = eventStep + 1;
            latest.putAll(batch.logs());
            takeRate(batch.logs(), step);
        } else if (detail instanceof EpochEnd end) {
            epoch = eventEpoch + 1;
            step = eventStep;
            examplesPerSecond = end.examplesPerSecond();
            latest.putAll(end.logs());
        } else if (detail instanceof MetricsLogged measured) {
            latest.putAll(measured.logs());
        } else if (detail instanceof LearningRateChanged change) {
            learningRate = change.to();
            learningRateOwner = change.by();
            stepOfRate = eventStep;
        } else if (detail instanceof CallbacksExplained explained) {
            callbacks = explained.callbacks();
            callbacksChanged = true;
        } else if (detail instanceof CommandApplied applied
                && applied.command().equals("set_epochs")
                && applied.after() != null) {
            epochs = Integer.parseInt(applied.after());
        } else if (detail instanceof StateChanged && event.step() != null) {
            step = eventStep; // where it paused or stopped, also where no batch is told of
        } else if (detail instanceof TrainBegin begin) {
            epoch = eventEpoch;
            step = eventStep;
            epochs = begin.epochs();
            stepsPerEpoch = begin.stepsPerEpoch();
        } else {
            taken = false;
        }
        changed |= taken;
    }

    /** A rate that moves with every update is told by the updates; one that was set after this one stays. */
    private void takeRate(Map<String, Double> logs, long stepsDone) {
        if (stepsDone > stepOfRate) {
            learningRate = logs.getOrDefault("learning_rate", learningRate);
        }
    }

    /** Whether any event changed the progress. */
    boolean changed() {
        return changed;
    }

    /** Whether what callbacks say of themselves is among it. */
    boolean callbacksChanged() {
        return callbacksChanged;
    }

    JobProgress result() {
        return new JobProgress(
                before.jobId(),
                before.lastSeq(),
                epoch,
                epochs,
                step,
                stepsPerEpoch,
                examplesPerSecond,
                latest,
                before.bestValue(),
                before.bestEpoch(),
                learningRate,
                learningRateOwner,
                callbacks);
    }
}
