package io.signalbox.server.command;

import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.spec.Command;
import org.jspecify.annotations.Nullable;

/** What commands do to a job that no trainer has. Those that change nothing here wait for its next trainer. */
final class NoTrainer {

    private NoTrainer() {}

    /** Whether a job in that state can be asked for that at all. */
    static boolean takes(JobState state, Command command) {
        return !state.ended()
                && !(state == JobState.SUSPENDED
                        && (command instanceof Command.Pause || command instanceof Command.Suspend));
    }

    /** The move that a command makes of a job at once; null for one that waits for a trainer. */
    static @Nullable StateChanged change(JobState state, Command command) {
        if (state != JobState.QUEUED && state != JobState.SUSPENDED) {
            return null;
        }
        if (command instanceof Command.Cancel) {
            return ended(state, JobState.CANCELLED);
        }
        if (command instanceof Command.Stop) {
            return ended(state, JobState.STOPPED);
        }
        if (command instanceof Command.Resume && state == JobState.SUSPENDED) {
            return new StateChanged(state, JobState.QUEUED, null, "queued again; goes on where it was suspended");
        }
        return null;
    }

    private static StateChanged ended(JobState from, JobState to) {
        String reason = "ended by a command while it was " + from.wireName();
        return new StateChanged(from, to, Outcome.STOPPED_BY_COMMAND, reason);
    }
}
