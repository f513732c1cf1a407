package io.signalbox.callback;

import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.LearningRateChanged;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The learning rate and its one owner: a command's override, else the last callback that set it, else the optimizer. Under
 * an override callbacks go on setting a rate that is remembered and comes into force at the release. Every change of the
 * rate in force is told as an event. Confined to the training thread.
 */
public final class LearningRate {

    /** Owner of a rate that a command pinned. */
    public static final String COMMAND = "command";

    /** Owner of a rate that nobody has set yet. */
    public static final String OPTIMIZER = "optimizer";

    private final Consumer<EventDetail> events;
    private double scheduled;
    private double scale = 1;
    private String scheduledBy = OPTIMIZER;
    private @Nullable Override override;
    private @Nullable Double momentum;

    /** The rate in force before it was moved untold. */
    private @Nullable Double moved;

    private record Override(double value, @Nullable Integer untilEpoch) {}

    public LearningRate(double initial, Consumer<EventDetail> events) {
        this.scheduled = initial;
        this.events = events;
    }

    /** The rate in force. */
    public double value() {
        return override == null ? scheduled * scale : override.value();
    }

    /** Who decided on the rate in force. */
    public String owner() {
        return override == null ? scheduledBy : COMMAND;
    }

    /** The rate that callbacks decided on, in force or not. What a rule that changes the rate starts from. */
    public double scheduled() {
        return scheduled;
    }

    /** A callback sets the rate. */
    public void set(double value, String by) {
        double before = value();
        scheduled = value;
        scheduledBy = by;
        tell(before);
    }

    /** Multiplies, for good, whatever callbacks decide on. It adds to what was multiplied before. */
    public void scale(double factor, String by) {
        double before = value();
        scale *= factor;
        if (Double.compare(before, value()) != 0) {
            events.accept(new LearningRateChanged(before, value(), by));
        }
    }

    /** A callback sets the rate anew for each update: told at once only where it was another's before. */
    void move(double value, String by) {
        if (scheduledBy.equals(by)) {
            moved = moved == null ? (Double) value() : moved;
            scheduled = value;
        } else {
            set(value, by);
        }
    }

    /** Tells as one change what was moved since the last one told. */
    void tellMoves() {
        if (moved != null) {
            tell(moved);
        }
    }

    /** The momentum (Adam's first beta) that goes with the rate; null while it is the optimizer's own. */
    public @Nullable Double momentum() {
        return momentum;
    }

    /** A callback moves the momentum: from 0 to less than 1. */
    void setMomentum(double value) {
        momentum = value;
    }

    /** A command pins the rate, until {@code untilEpoch} begins where that is given. */
    public void override(double value, @Nullable Integer untilEpoch) {
        double before = value();
        override = new Override(value, untilEpoch);
        tell(before);
    }

    /** A command gives the rate back; false if none was pinned. */
    public boolean release() {
        boolean pinned = override != null;
        double before = value();
        override = null;
        tell(before);
        return pinned;
    }

    /** Releases an override whose last epoch is over. Called before the epoch-begin hooks. */
    public void beginEpoch(int epoch) {
        if (override != null && override.untilEpoch() != null && epoch >= override.untilEpoch()) {
            release();
        }
    }

    private void tell(double before) {
        moved = null;
        if (Double.compare(before, value()) != 0) {
            events.accept(new LearningRateChanged(before, value(), owner()));
        }
    }

    /** All that a checkpoint must keep. */
    public ObjectNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("scheduled", scheduled);
        state.put("scheduled_by", scheduledBy);
        state.put("scale", scale);
        if (momentum != null) {
            state.put("momentum", momentum);
        }
        if (moved != null) {
            state.put("moved", moved);
        }
        if (override != null) {
            state.put("override", override.value());
            if (override.untilEpoch() != null) {
                state.put("until_epoch", override.untilEpoch());
            }
        }
        return state;
    }

    /** Takes up a {@link #state()} without telling of a change. */
    public void restore(ObjectNode state) {
        scheduled = state.get("scheduled").asDouble();
        scheduledBy = state.get("scheduled_by").asString();
        scale = state.path("scale").asDouble(1);
        momentum = state.has("momentum") ? (Double) state.get("momentum").asDouble() : null;
        moved = state.has("moved") ? (Double) state.get("moved").asDouble() : null;
        override = state.has("override")
                ? new Override(
                        state.get("override").asDouble(),
                        state.has("until_epoch") ? state.get("until_epoch").asInt() : null)
                : null;
    }
}
