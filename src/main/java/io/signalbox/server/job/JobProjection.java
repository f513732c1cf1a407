package io.signalbox.server.job;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.server.ingest.Projection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        JobProgress before = progress.get(jobId);
        JobProgress after = before;
        for (Event event : events) {
            if (event.detail() instanceof StateChanged change) {
                move(jobId, change, event);
            } else {
                after = fold(after, event);
            }
        }
        if (after != before) {
            progress.update(after);
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

    private JobProgress fold(JobProgress p, Event event) {
        EventDetail detail = event.detail();
        if (detail instanceof BatchEnd batch) {
            return p.at(p.epoch(), stepOf(event) + 1).withLatest(merged(p.latest(), batch.logs()));
        }
        if (detail instanceof EpochEnd end) {
            return p.at(epochOf(event) + 1, stepOf(event))
                    .withLatest(merged(p.latest(), end.logs()))
                    .withRate(end.examplesPerSecond());
        }
        if (detail instanceof LearningRateChanged change) {
            return p.withLearningRate(change.to(), change.by());
        }
        if (detail instanceof TrainBegin begin) {
            return p.withPlan(begin.epochs(), begin.stepsPerEpoch()).at(epochOf(event), stepOf(event));
        }
        return p;
    }

    private static Map<String, Double> merged(Map<String, Double> old, Map<String, Double> fresh) {
        Map<String, Double> values = new LinkedHashMap<>(old);
        values.putAll(fresh);
        return values;
    }

    private static int epochOf(Event event) {
        return event.epoch() == null ? 0 : event.epoch();
    }

    private static long stepOf(Event event) {
        return event.step() == null ? 0 : event.step();
    }
}
