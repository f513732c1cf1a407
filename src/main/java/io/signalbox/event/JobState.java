package io.signalbox.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Where a job is in its life. The legal moves between these are one table in {@code server.job}.
 */
public enum JobState {
    /** Accepted and waiting for a slot. Left by the worker pool. A crash of the server leaves it as it is. */
    QUEUED,
    /** A trainer was given the job and has not told of its first step. A crash of the trainer makes it queued or failed. */
    STARTING,
    /** The trainer trains. A crash of the trainer makes it queued (retries left) or failed; of the server, nothing. */
    RUNNING,
    /** The trainer waits at a batch boundary for a command. Crashes as in {@link #RUNNING}. */
    PAUSED,
    /** A stop was applied: train-end callbacks run and the final checkpoint is written. */
    STOPPING,
    /** Checkpointed, its slot given back; goes on exactly when queued again. No crash touches it. */
    SUSPENDED,
    /** Ended by itself: all epochs done, or a callback stopped it. Final. */
    COMPLETED,
    /** Ended by a stop command. Final. */
    STOPPED,
    /** Ended by an error, with the reason told. Final. */
    FAILED,
    /** Ended by a cancel command, at once. Final. */
    CANCELLED;

    /** Whether a trainer has a job in this state. */
    public boolean hasTrainer() {
        return this == STARTING || this == RUNNING || this == PAUSED || this == STOPPING;
    }

    /** Whether a job in this state has ended. */
    public boolean ended() {
        return this == COMPLETED || this == STOPPED || this == FAILED || this == CANCELLED;
    }

    /** The name on the wire, such as {@code running}. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
