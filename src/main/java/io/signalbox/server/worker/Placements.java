package io.signalbox.server.worker;

import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.job.JobChanged;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.job.JobView;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Keeps where attempts are, for people to see. */
@Component
class Placements {

    /** An engine may have more to say than anybody reads. */
    private static final int LONGEST = 500;

    private final JobRepository jobs;
    private final Ingest ingest;
    private final ApplicationEventPublisher publisher;
    private final JsonMapper json;

    Placements(JobRepository jobs, Ingest ingest, ApplicationEventPublisher publisher, JsonMapper json) {
        this.jobs = jobs;
        this.ingest = ingest;
        this.publisher = publisher;
        this.json = json;
    }

    /** An engine says where an attempt is. */
    void keep(Attempt attempt, Placement placement) {
        String text = json.writeValueAsString(new JobView.Placement(
                attempt.number(), cut(placement.id()), cut(placement.node()), cut(placement.reason())));
        ingest.change(attempt.jobId(), () -> {
            jobs.findById(attempt.jobId())
                    .filter(job -> job.attempt() == attempt.number())
                    .ifPresent(job -> {
                        job.placed(text);
                        jobs.saveAndFlush(job);
                    });
            return null;
        });
        publisher.publishEvent(new JobChanged(attempt.jobId()));
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
