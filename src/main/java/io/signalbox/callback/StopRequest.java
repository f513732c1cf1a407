package io.signalbox.callback;

import io.signalbox.event.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's wish that training stop.
 *
 * @param outcome what the job's outcome will be
 * @param reason a sentence for people
 * @param by a callback's name
 * @param abort true to leave at once: no further hook is called and nothing is saved
 * @param restoreBest whether to put the best weights back; null leaves it to EarlyStopping
 * @param save whether a final checkpoint is kept
 */
public record StopRequest(
        Outcome outcome,
        String reason,
        String by,
        boolean abort,
        @Nullable Boolean restoreBest,
        boolean save) {

    /** A callback's graceful stop, with a final checkpoint. */
    public static StopRequest of(Outcome outcome, String reason, String by) {
        return new StopRequest(outcome, reason, by, false, null, true);
    }
}
