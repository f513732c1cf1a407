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

    private final String callback;
    private final String metric;
    private final String mode;
    private final double minDelta;
    private @Nullable Direction direction;
    private int warnedEpoch = -1;

    /** @param minDelta smaller changes are no improvement; its sign does not matter */
    Monitor(String callback, String metric, String mode, double minDelta) {
        this.callback = callback;
        this.metric = metric;
        this.mode = mode;
        this.minDelta = Math.abs(minDelta);
    }

    String metric() {
        return metric;
    }

    /**
     * Finds out which way is better.
     *
     * @throws CallbackException in mode {@code auto}, for a metric that has no direction
     */
    Direction direction(Run run) {
        if (direction == null) {
            direction = find(run);
        }
        return direction;
    }

    private Direction find(Run run) {
        if (!mode.equals("auto")) {
            return mode.equals("max") ? Direction.MAX : Direction.MIN;
        }
        String name = metric.startsWith(VALIDATION) ? metric.substring(VALIDATION.length()) : metric;
        Direction found = name.equals("loss") ? Direction.MIN : null;
        for (Metric compiled : run.metrics()) {
            if (compiled.name().equals(name) && compiled.direction() != null) {
                found = compiled.direction();
            }
        }
        if (found == null) {
            throw new CallbackException(
                    callback,
                    "whether more or less of '" + metric + "' is better is not known; set mode to 'min' or 'max'");
        }
        return found;
    }

    /** The metric's value; warns, once an epoch, where it was not logged. */
    OptionalDouble value(Logs logs, Run run) {
        OptionalDouble value = logs.get(metric);
        if (value.isEmpty() && warnedEpoch != run.epoch()) {
            warnedEpoch = run.epoch();
            run.emit(new CallbackActed(
                    callback,
                    "warning",
                    "the monitored metric '" + metric + "' was not logged; there are: "
                            + String.join(", ", logs.names())));
        }
        return value;
    }

    /**
     * Whether a value is better than another by more than {@code min_delta}; the first value, where there is none to
     * compare with, always is, even NaN. As in Keras the change is computed in double and compared in single precision.
     */
    boolean improves(double value, @Nullable Double reference, Run run) {
        Direction better = direction(run);
        if (reference == null) {
            return true;
        }
        float best = reference.floatValue();
        return better == Direction.MAX ? (float) (value - minDelta) > best : (float) (value + minDelta) < best;
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
