package io.signalbox.callback;

import io.signalbox.callback.Monitor.Watch;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.Outcome;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Stops training when a metric has stopped improving, as {@code keras.callbacks.EarlyStopping} does. */
final class EarlyStopping implements MonitorCallback {

    /** Keras' arguments and defaults. */
    @Described("Stops training when a metric has stopped improving, and can put the best weights back")
    record Params(
            @Param(value = "Metric to watch, as it is logged", defaultValue = "\"val_loss\"", maxLength = 100)
            String monitor,

            @Param(value = "Smaller changes are no improvement", defaultValue = "0")
            double minDelta,

            @Param(
                    value = "Epochs without improvement after which training stops",
                    unit = "epochs",
                    defaultValue = "0",
                    min = 0,
                    max = 1_000_000)
            int patience,

            @Param(
                    value = "Taken as Keras takes it; what happens is always told as an event",
                    defaultValue = "0",
                    min = 0,
                    max = 2)
            int verbose,

            @Param(
                    value = "Whether less or more is better; auto asks the metric",
                    defaultValue = "\"auto\"",
                    oneOf = {"auto", "min", "max"})
            String mode,

            @Param("Only epochs better than this start the count of patience anew") @Nullable
            Double baseline,

            @Param(value = "Put the weights of the best epoch back at the end of training", defaultValue = "false")
            boolean restoreBestWeights,

            @Param(
                    value = "Epochs before this one are not looked at",
                    unit = "epoch",
                    defaultValue = "0",
                    min = 0,
                    max = 1_000_000)
            int startFromEpoch,

            @Param(
                    value = "Keras' way to the letter: a first value that is NaN is the best for ever; false passes"
                            + " over it",
                    defaultValue = "true")
            boolean kerasCompatible) {}

    private final String name;
    private final Params params;
    private final Monitor monitor;
    private int wait;
    private @Nullable Double best;
    private int bestEpoch;
    private boolean kept;

    EarlyStopping(String name, Params params) {
        this.name = name;
        this.params = params;
        this.monitor = new Monitor(
                name, new Watch(params.monitor(), params.mode(), params.minDelta(), params.kerasCompatible()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean replayable() {
        return true;
    }

    @Override
    public void onTrainBegin(Run run) {
        wait = 0;
        best = null;
        bestEpoch = 0;
        kept = false;
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        monitor.direction(run);
        OptionalDouble current = monitor.value(logs, run);
        if (current.isPresent() && epoch >= params.startFromEpoch()) {
            judge(epoch, current.getAsDouble(), run);
        }
    }

    private void judge(int epoch, double current, Run run) {
        wait++;
        if (monitor.improves(current, best, run)) {
            best = monitor.best(current, run);
            bestEpoch = epoch;
            if (params.restoreBestWeights()) {
                run.snapshotWeights(name);
                kept = true;
            }
            if (params.baseline() == null || monitor.improves(current, params.baseline(), run)) {
                wait = 0;
            }
        } else if (wait >= params.patience() && epoch > 0) {
            stop(epoch, run);
        }
    }

    private void stop(int epoch, Run run) {
        String reason = best == null
                ? monitor.metric() + " was not a number for " + wait + " epochs"
                : monitor.metric() + " did not improve on " + Numbers.brief(best) + " (epoch " + bestEpoch + ") for "
                        + (epoch - bestEpoch) + " epochs";
        run.emit(new CallbackActed(name, "info", reason + ": stopping"));
        run.stop(StopRequest.of(Outcome.EARLY_STOPPED, reason, name));
    }

    /** Whether there are best weights to put back. */
    boolean keepsBest() {
        return kept;
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        StopRequest stop = run.stopRequest();
        boolean restore = stop == null || stop.restoreBest() == null || stop.restoreBest();
        if (kept && restore && run.restoreWeights(name)) {
            run.emit(new Restored("best weights", bestEpoch, name));
        }
    }

    @Override
    public String explain(Run run) {
        String watched = monitor.explain(run) + "; " + monitor.explainBest(best, bestEpoch);
        if (run.stopRequest() != null) {
            return watched + "; training stops";
        }
        int earliest = earliestStop(run);
        return watched + "; waits " + wait + " of " + params.patience()
                + (earliest < run.epochs()
                        ? "; can stop at epoch " + earliest + " at the earliest"
                        : "; cannot stop before the last epoch is over");
    }

    /** The first value always improves; after it, each epoch may add one to the count. */
    private int earliestStop(Run run) {
        int next = Math.max(monitor.nextEnd(run), params.startFromEpoch());
        if (best == null && params.kerasCompatible()) {
            return next + Math.max(1, params.patience());
        }
        return Math.max(1, next + Math.max(0, params.patience() - wait - 1));
    }

    @Override
    public @Nullable Double best() {
        return best;
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = MonitorCallback.super.state();
        state.put("wait", wait).put("best_epoch", bestEpoch).put("kept", kept);
        Numbers.put(state, "best", best);
        monitor.keep(state);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        wait = state.get("wait").asInt();
        bestEpoch = state.get("best_epoch").asInt();
        kept = state.get("kept").asBoolean();
        best = Numbers.get(state, "best");
        monitor.restore(state);
    }
}
