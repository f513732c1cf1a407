package io.signalbox.callback;

import io.signalbox.callback.Metric.Direction;
import io.signalbox.event.EventDetail.CallbackActed;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Watches one metric and knows what "better" means, as {@code keras.callbacks.MonitorCallback} does: by the given mode, or
 * for {@code auto} by the metric's own direction. {@code loss} and {@code val_loss} are better when smaller.
 */
final class Monitor {

    private static final String VALIDATION = "val_";
    private static final String LOSS = "loss";

    private final String callback;
    private final Watch watch;
    private @Nullable Direction direction;
    private int warnedEpoch = -1;
    private int seenEpoch = -1;

    /**
     * What is watched, and how.
     *
     * @param mode {@code auto}, {@code min} or {@code max}
     * @param minDelta smaller changes are no improvement; its sign does not matter
     * @param nanIsFirst whether a first value that is NaN is the best, as in Keras, and never beaten then
     */
    record Watch(String metric, String mode, double minDelta, boolean nanIsFirst) {}

    Monitor(String callback, Watch watch) {
        this.callback = callback;
        this.watch = watch;
    }

    String metric() {
        return watch.metric();
    }

    /**
     * Finds out which way is better.
     *
     * @throws CallbackException in mode {@code auto}, for a metric that has no direction
     */
    Direction direction(Run run) {
        Direction found = find(run);
        if (found == null) {
            throw new CallbackException(
                    callback,
                    "whether more or less of '" + metric() + "' is better is not known; set mode to 'min' or 'max'");
        }
        return found;
    }

    /** Whether it is known which way is better. */
    boolean hasDirection(Run run) {
        return find(run) != null;
    }

    private @Nullable Direction find(Run run) {
        if (direction == null) {
            direction = watch.mode().equals("auto") ? infer(run) : given(watch.mode());
        }
        return direction;
    }

    private static Direction given(String mode) {
        return mode.equals("max") ? Direction.MAX : Direction.MIN;
    }

    /** A metric that the model was compiled with speaks for itself, even one that is called loss. */
    private @Nullable Direction infer(Run run) {
        Direction found = compiled(run);
        return found == null && bareName().equals(LOSS) ? Direction.MIN : found;
    }

    private @Nullable Direction compiled(Run run) {
        Direction found = null;
        for (Metric metric : run.metrics()) {
            if (metric.name().equals(bareName()) && metric.direction() != null) {
                found = metric.direction();
            }
        }
        return found;
    }

    private String bareName() {
        return metric().startsWith(VALIDATION) ? metric().substring(VALIDATION.length()) : metric();
    }

    /** The metric's value; warns, once an epoch, where it was not logged. */
    OptionalDouble value(Logs logs, Run run) {
        OptionalDouble value = logs.get(metric());
        seenEpoch = run.epoch();
        if (value.isEmpty() && warnedEpoch != run.epoch()) {
            warnedEpoch = run.epoch();
            warn(
                    "the monitored metric '" + metric() + "' was not logged; there are: "
                            + String.join(", ", logs.names()),
                    run);
        }
        return value;
    }

    /**
     * Whether a value is better than another by more than {@code min_delta}; the first value, where there is none to
     * compare with, always is. As in Keras the change is computed in double and compared in single precision.
     */
    boolean improves(double value, @Nullable Double reference, Run run) {
        if (reference == null) {
            return watch.nanIsFirst() || !Double.isNaN(value);
        }
        Direction better = direction(run);
        float best = reference.floatValue();
        double minDelta = Math.abs(watch.minDelta());
        return better == Direction.MAX ? (float) (value - minDelta) > best : (float) (value + minDelta) < best;
    }

    /** Takes note of a value that improves on all before; warns of one that nothing will improve on. */
    double best(double value, Run run) {
        if (Double.isNaN(value)) {
            warn(
                    "the first " + metric() + " is NaN, and as in Keras nothing is ever better than a first NaN;"
                            + " keras_compatible: false passes over it",
                    run);
        }
        return value;
    }

    private void warn(String message, Run run) {
        run.emit(new CallbackActed(callback, "warning", message));
    }

    /** What is watched and which way is better why: {@code watches val_loss, less is better (a loss)}. */
    String explain(Run run) {
        Direction found = find(run);
        if (found == null) {
            return "watches " + metric() + ", whose direction is not known";
        }
        String better = found == Direction.MAX ? "more" : "less";
        return "watches " + metric() + ", " + better + " is better (" + reason(run) + ")";
    }

    private String reason(Run run) {
        if (!watch.mode().equals("auto")) {
            return "mode is " + watch.mode();
        }
        return compiled(run) == null ? "inferred: it is a loss" : "inferred: the metric " + bareName() + " says so";
    }

    /** The best so far and where it was, for {@code explain}. */
    String explainBest(@Nullable Double best, int epoch) {
        return best == null ? "no value yet" : "best " + Numbers.brief(best) + " at epoch " + epoch;
    }

    /** The epoch whose end comes next: a callback that looks at epochs' ends is asked to explain itself within one, too. */
    int nextEnd(Run run) {
        return seenEpoch == run.epoch() ? run.epoch() + 1 : run.epoch();
    }

    /** Adds what must be remembered to its callback's state. */
    void keep(ObjectNode state) {
        state.put("warned_epoch", warnedEpoch);
    }

    /** Takes up what {@link #keep} added. */
    void restore(ObjectNode state) {
        warnedEpoch = state.get("warned_epoch").asInt();
    }
}
