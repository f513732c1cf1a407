package io.signalbox.callback;

import io.signalbox.callback.Monitor.Watch;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Multiplies the learning rate when a metric has stopped improving, as {@code keras.callbacks.ReduceLROnPlateau} does. Under
 * a pinned rate it goes on with the one that will be in force after the release.
 */
final class ReduceLROnPlateau implements MonitorCallback {

    /** Keras' arguments and defaults. */
    @Described("Multiplies the learning rate by a factor when a metric has stopped improving")
    record Params(
            @Param(value = "Metric to watch, as it is logged", defaultValue = "\"val_loss\"", maxLength = 100)
            String monitor,

            @Param(
                    value = "Times the rate at each reduction; 0 goes to min_lr at once",
                    defaultValue = "0.1",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double factor,

            @Param(
                    value = "Epochs without improvement after which the rate is reduced",
                    unit = "epochs",
                    defaultValue = "10",
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

            @Param(value = "Smaller changes are no improvement", defaultValue = "0.0001")
            double minDelta,

            @Param(
                    value = "Epochs to wait after a reduction before counting again",
                    unit = "epochs",
                    defaultValue = "0",
                    min = 0,
                    max = 1_000_000)
            int cooldown,

            @Param(value = "The rate is not reduced below this", defaultValue = "0", min = 0, max = 1000)
            double minLr,

            @Param(
                    value = "Keras' way to the letter: a first value that is NaN is the best for ever; false passes"
                            + " over it",
                    defaultValue = "true")
            boolean kerasCompatible) {}

    private final String name;
    private final Params params;
    private final Monitor monitor;
    private int wait;
    private int cooldown;
    private @Nullable Double best;
    private int bestEpoch;

    ReduceLROnPlateau(String name, Params params) {
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
        cooldown = 0;
        best = null;
        bestEpoch = 0;
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        monitor.direction(run);
        Logs shared = logs.unlessEmpty();
        shared.put(LearningRateScheduler.LOGGED, run.learningRate().value());
        OptionalDouble current = monitor.value(shared, run);
        if (current.isPresent()) {
            judge(current.getAsDouble(), run);
        }
    }

    private void judge(double current, Run run) {
        if (cooldown > 0) {
            cooldown--;
            wait = 0;
        }
        if (monitor.improves(current, best, run)) {
            best = monitor.best(current, run);
            bestEpoch = run.epoch();
            wait = 0;
        } else if (cooldown == 0) {
            wait++;
            if (wait >= params.patience()) {
                reduce(run);
            }
        }
    }

    /** At {@code min_lr} the count goes on: a rate that is lifted later is cut at once. */
    private void reduce(Run run) {
        double before = run.learningRate().scheduled();
        // Compared in single precision, as Keras does, so that a rate at min_lr counts as there.
        if ((float) before > (float) params.minLr()) {
            double after = Math.max(before * params.factor(), params.minLr());
            run.emit(new CallbackActed(
                    name,
                    "info",
                    monitor.metric() + " did not improve for " + wait + " epochs: learning rate "
                            + Numbers.brief(before) + " -> " + Numbers.brief(after)
                            + (run.learningRate().owner().equals(LearningRate.COMMAND)
                                    ? ", in force once the pinned rate is released"
                                    : "")));
            run.learningRate().set(after, name);
            cooldown = params.cooldown();
            wait = 0;
        }
    }

    @Override
    public String explain(Run run) {
        String watched = monitor.explain(run) + "; " + monitor.explainBest(best, bestEpoch);
        double rate = run.learningRate().scheduled();
        if ((float) rate <= (float) params.minLr()) {
            return watched + "; the rate is at min_lr: nothing is left to reduce";
        }
        int earliest = earliestCut(run);
        return watched + (cooldown > 0 ? "; cools down for " + cooldown + " more epochs" : "")
                + "; waits " + wait + " of " + params.patience()
                + (earliest < run.epochs()
                        ? "; can reduce the rate to "
                                + Numbers.brief(Math.max(rate * params.factor(), params.minLr())) + " at epoch "
                                + earliest + " at the earliest"
                        : "; cannot reduce the rate before the last epoch is over");
    }

    /** The first value always improves; the epoch that ends a cooldown counts already. */
    private int earliestCut(Run run) {
        int next = monitor.nextEnd(run);
        int least = Math.max(1, params.patience());
        if (cooldown > 0) {
            return next + cooldown + least - 2;
        }
        return next + (best == null && params.kerasCompatible() ? least : Math.max(0, params.patience() - wait - 1));
    }

    @Override
    public @Nullable Double best() {
        return best;
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = MonitorCallback.super.state();
        state.put("wait", wait).put("cooldown", cooldown).put("best_epoch", bestEpoch);
        Numbers.put(state, "best", best);
        monitor.keep(state);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        wait = state.get("wait").asInt();
        cooldown = state.get("cooldown").asInt();
        best = Numbers.get(state, "best");
        bestEpoch = state.get("best_epoch").asInt();
        monitor.restore(state);
    }
}
