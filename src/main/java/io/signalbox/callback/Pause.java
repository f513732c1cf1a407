package io.signalbox.callback;

import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;

/** Whether a run is paused, and the commands about that. Confined to the training thread. */
final class Pause {

    /** The newest may be damaged by the very crash that it is for. */
    private static final int BACKUPS_KEPT = 2;

    private boolean on;
    private boolean told;

    boolean isOn() {
        return on;
    }

    /** Sets it without a command. */
    void set(boolean paused) {
        on = paused;
    }

    /** Nobody paused it, and nobody was told so. */
    void reset() {
        on = false;
        told = false;
    }

    /** What the run's state is by this. */
    JobState state() {
        return on ? JobState.PAUSED : JobState.RUNNING;
    }

    Deed begin(Run run) {
        if (on) {
            throw new Rejection("training is paused already");
        }
        on = true;
        run.backUp(BACKUPS_KEPT, RemoteControl.NAME); // so that a crash in the pause loses nothing
        return deed("paused", JobState.RUNNING, run);
    }

    Deed end(Run run) {
        if (!on) {
            throw new Rejection("training is not paused");
        }
        on = false;
        return deed("goes on", JobState.PAUSED, run);
    }

    private Deed deed(String what, JobState before, Run run) {
        return new Deed(
                what + " in epoch " + run.epoch() + " after " + run.step() + " steps",
                before.wireName(),
                state().wireName());
    }

    /** Tells a change of the state, if there is one that was not told. */
    void tell(Run run) {
        if (on != told) {
            run.emit(new StateChanged(told ? JobState.PAUSED : JobState.RUNNING, state(), null, null));
            told = on;
        }
    }
}
