package io.signalbox.trainer;

import io.signalbox.engine.Training;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.event.JobState;
import io.signalbox.failpoint.Failpoint;
import org.jspecify.annotations.Nullable;

/** What the run tells, on its way to the journal, with the job's states around it. Used by the training thread, where nothing else is said. */
final class JobEvents implements Training.Events {

    private final Training.Events journal;
    private final LogLines log;
    private volatile JobState state = JobState.STARTING;
    private @Nullable Integer epoch;
    private @Nullable Long step;

    JobEvents(Training.Events journal, LogLines log) {
        this.journal = journal;
        this.log = log;
    }

    @Override
    public void tell(@Nullable Integer atEpoch, @Nullable Long atStep, EventDetail detail) {
        epoch = atEpoch;
        step = atStep;
        if (detail instanceof TrainBegin) {
            pass(new StateChanged(state, JobState.RUNNING, null, null));
        }
        pass(detail);
    }

    /** Whether batches are to be expected. From any thread. */
    boolean trains() {
        return state == JobState.RUNNING;
    }

    /** The last event of the attempt. */
    void end(Ending ending) {
        pass(new StateChanged(state, ending.state(), ending.outcome(), ending.reason()));
        if (ending.interrupted()) {
            pass(new StateChanged(state, JobState.QUEUED, null, "goes on by itself where it was left"));
        }
    }

    private void pass(EventDetail detail) {
        if (detail instanceof StateChanged change) {
            state = change.to();
        }
        journal.tell(epoch, step, detail);
        if (state == JobState.STOPPING) {
            Failpoint.reach("trainer.stopping");
        }
        log.tell(epoch, detail);
    }
}
