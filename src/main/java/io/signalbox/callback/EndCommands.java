package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;

/** Commands by which training ends, for good or for a while. */
final class EndCommands {

    /** Name of the checkpoint that training ends with. */
    private static final String FINAL = "final";

    /** Name of the one that holds weights that were put back at the end. */
    private static final String RESTORED = "restored";

    private static final String BEST = "best";

    /** Begin of the name of what a suspended run goes on from. */
    private static final String BACKUP = "backup-";

    private final Pause pause;
    private final Roster roster;

    EndCommands(Pause pause, Roster roster) {
        this.pause = pause;
        this.roster = roster;
    }

    Deed stop(Command.Stop stop, Run run) {
        StopRequest earlier = run.stopRequest();
        if (earlier != null) {
            throw new Rejection("training is stopping already: " + earlier.reason());
        }
        run.stop(new StopRequest(
                Outcome.STOPPED_BY_COMMAND,
                "stopped by command",
                LearningRate.COMMAND,
                false,
                stop.restoreBest(),
                stop.save()));
        JobState before = pause.state();
        run.emit(new StateChanged(before, JobState.STOPPING, null, null));
        pause.reset();
        String kept = stop.save() ? "; kept as checkpoint '" + FINAL + "'" : "; no checkpoint is kept";
        String message = "stopping in epoch " + run.epoch() + " after " + run.step() + " steps" + kept
                + (putsBestBack(stop)
                        ? "; the best weights are put back and kept as checkpoint '" + RESTORED + "'"
                        : "");
        return new Deed(message, before.wireName(), JobState.STOPPING.wireName());
    }

    static Deed cancel(Run run) {
        run.stop(new StopRequest(
                Outcome.STOPPED_BY_COMMAND, "cancelled by command", LearningRate.COMMAND, true, null, false));
        return Deed.of("leaving at once; nothing more is saved");
    }

    /** Has its effect when the checkpoint to go on from is written. */
    AwaitedCheckpoint suspend(CommandRequest request, Run run) {
        JobState before = pause.state();
        pause.set(false);
        String where = "suspended in epoch " + run.epoch() + " after " + run.step() + " steps";
        run.stop(new StopRequest(
                Outcome.STOPPED_BY_COMMAND, "suspended by command", LearningRate.COMMAND, true, null, true));
        return new AwaitedCheckpoint(
                request,
                BACKUP + run.step(),
                saved -> new Deed(
                        where + "; goes on from checkpoint '" + saved.name() + "' when resumed",
                        before.wireName(),
                        JobState.SUSPENDED.wireName()),
                () -> pause.set(before == JobState.PAUSED));
    }

    private boolean putsBestBack(Command.Stop stop) {
        return stop.restoreBest() == null ? roster.restoresBest() : stop.restoreBest();
    }

    /** At the end of training: a stop may have asked for the best weights. */
    void restoreBest(Run run) {
        StopRequest stop = run.stopRequest();
        if (stop == null || !Boolean.TRUE.equals(stop.restoreBest()) || roster.restoresBest()) {
            return;
        }
        if (run.restoreFromCheckpoint(BEST)) {
            run.emit(new Restored("checkpoint " + BEST, null, LearningRate.COMMAND));
        } else {
            run.emit(new CallbackActed(
                    RemoteControl.NAME,
                    "warning",
                    "there are no best weights to put back: no EarlyStopping with restore_best_weights and no checkpoint"
                            + " 'best'"));
        }
    }
}
