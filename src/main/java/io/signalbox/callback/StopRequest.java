package io.signalbox.callback;

import io.signalbox.event.Outcome;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Somebody's wish that training stop.
 *
 * @param outcome what the job's outcome will be
 * @param reason a sentence for people
 * @param by a callback's name
 * @param abort true to leave at once: no further hook is called, and nothing is saved but what {@code save} says
 * @param restoreBest whether to put the best weights back; null leaves it to EarlyStopping
 * @param save whether a final checkpoint is kept; together with {@code abort} one to go on from exactly: the run is
 *     {@linkplain #suspends suspended}
 */
public record StopRequest(
        Outcome outcome,
        String reason,
        String by,
        boolean abort,
        @Nullable Boolean restoreBest,
        boolean save) {

    /** Who a stop is put down to that the process' end asks for. */
    private static final String INTERRUPTION = "interruption";

    /** The process has to end; another one goes on. */
    static StopRequest interruption(String reason) {
        return new StopRequest(Outcome.STOPPED_BY_COMMAND, reason, INTERRUPTION, true, null, true);
    }

    /** A callback's graceful stop, with a final checkpoint. */
    public static StopRequest of(Outcome outcome, String reason, String by) {
        return new StopRequest(outcome, reason, by, false, null, true);
    }

    /** Whether training is to go on later as if nothing had happened. */
    public boolean suspends() {
        return abort && save;
    }

    /** Whether training is left because the process has to end, also where it cannot be saved. */
    public boolean interrupts() {
        return suspends() && by.equals(INTERRUPTION);
    }

    /** For a checkpoint, so that a run that is killed while it stops does not go on training. */
    public ObjectNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("outcome", outcome.name())
                .put("reason", reason)
                .put("by", by)
                .put("abort", abort)
                .put("save", save);
        if (restoreBest != null) {
            state.put("restore_best", restoreBest);
        }
        return state;
    }

    /** Takes up a {@link #state()}. */
    public static StopRequest restore(ObjectNode state) {
        return new StopRequest(
                Outcome.valueOf(state.get("outcome").asString()),
                state.get("reason").asString(),
                state.get("by").asString(),
                state.get("abort").asBoolean(),
                state.has("restore_best") ? state.get("restore_best").asBoolean() : null,
                state.get("save").asBoolean());
    }
}
