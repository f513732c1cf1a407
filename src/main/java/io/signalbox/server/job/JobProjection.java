package io.signalbox.server.job;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.server.ingest.Projection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Keeps a job's state and progress level with its stream. */
@Component
@Order(10)
class JobProjection implements Projection {

    private static final Logger log = LoggerFactory.getLogger(JobProjection.class);

    private final JobRepository jobs;
    private final JobProgressStore progress;

    JobProjection(JobRepository jobs, JobProgressStore progress) {
        this.jobs = jobs;
        this.progress = progress;
    }

    @Override
    public void apply(long jobId, List<Event> events) {
        JobProgressFold fold = new JobProgressFold(progress.get(jobId));
        for (Event event : events) {
            if (event.detail() instanceof StateChanged change) {
                move(jobId, change, event);
            } else {
                fold.take(event);
            }
        }
        if (fold.changed()) {
            progress.update(fold.result());
        }
    }

    private void move(long jobId, StateChanged change, Event event) {
        if (change.from() == null) {
            return;
        }
        Job job = jobs.findById(jobId).orElseThrow();
        if (!job.move(change.to(), change.outcome(), change.reason(), event.at())) {
            log.warn(
                    "job {}: event {} moves {} to {}, which is not legal; the job stays as it is",
                    jobId,
                    event.seq(),
                    job.state(),
                    change.to());
        }
        jobs.saveAndFlush(job);
    }
}
