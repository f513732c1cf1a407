package io.signalbox.server.job;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.server.ingest.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    /** Of jobs whose trainers tell, so that no frame of theirs needs it read. */
    private final Map<Long, JobProgress> running = new ConcurrentHashMap<>();

    JobProjection(JobRepository jobs, JobProgressStore progress) {
        this.jobs = jobs;
        this.progress = progress;
    }

    @Override
    public void apply(Map<Long, List<Event>> events) {
        List<JobProgressFold> folds = new ArrayList<>();
        events.forEach((jobId, fresh) -> {
            JobProgressFold fold = fold(jobId, fresh);
            if (fold.changed()) {
                folds.add(fold);
                running.computeIfPresent(jobId, (id, before) -> fold.result());
            }
        });
        progress.update(folds.stream().map(JobProgressFold::result).toList());
        progress.updateCallbacks(folds.stream()
                .filter(JobProgressFold::callbacksChanged)
                .map(JobProgressFold::result)
                .toList());
    }

    private JobProgressFold fold(long jobId, List<Event> events) {
        JobProgressFold fold = new JobProgressFold(running.computeIfAbsent(jobId, progress::get));
        boolean ended = false;
        for (Event event : events) {
            if (event.detail() instanceof StateChanged change) {
                move(jobId, change, event);
                ended = change.to().ended();
            }
            fold.take(event);
        }
        if (ended) {
            running.remove(jobId);
        }
        return fold;
    }

    @Override
    public void forget(long jobId) {
        running.remove(jobId);
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
