package io.signalbox.server.worker;

import org.jspecify.annotations.Nullable;

/**
 * Where an attempt is.
 *
 * @param state in our words
 * @param id what the launcher calls it: a process, a job of Slurm's, a pod; null where it has no name yet
 * @param node where it runs or ran; null where that is not known, or is this machine
 * @param reason in the launcher's own words, such as why it waits; null for none
 * @param exitCode of its process as a shell tells it, 128 and the signal for one that died of a signal; null where not known
 */
record Placement(
        State state,
        @Nullable String id,
        @Nullable String node,
        @Nullable String reason,
        @Nullable Integer exitCode) {

    /** What became of an attempt. */
    enum State {
        /** The launcher does not say at the moment; nothing is concluded from that. */
        UNKNOWN,
        /** It waits for its turn or for room. */
        WAITING,
        RUNNING,
        /** Its process has ended by itself, or by a signal that nobody claims. */
        EXITED,
        /** Somebody ended it by the launcher's own means. */
        CANCELLED,
        /** It ran for longer than the launcher lets it. */
        TIMED_OUT,
        /** It had to make room for another. */
        PREEMPTED,
        /** What it ran on is gone; its process may live. */
        NODE_LOST,
        /** It took more memory than it may. */
        OUT_OF_MEMORY,
        /** The machine ran out of memory and ended it. */
        EVICTED,
        /** The launcher will never start it. */
        REJECTED,
        /** The launcher knows nothing of it: it has forgotten it, or an earlier server never handed it over. */
        LOST;

        boolean isOver() {
            return compareTo(EXITED) >= 0;
        }
    }

    static Placement of(State state) {
        return new Placement(state, null, null, null, null);
    }

    boolean isOver() {
        return state.isOver();
    }

    /** The same, where it was this server that had it ended: nobody else did. */
    Placement byUs() {
        return state == State.CANCELLED ? new Placement(State.EXITED, id, node, reason, exitCode) : this;
    }
}
