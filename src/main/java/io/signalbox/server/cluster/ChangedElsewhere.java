package io.signalbox.server.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Another server on the same database has committed something: events of a job, or a command for it. What it is stands in the
 * tables.
 *
 * @param jobId the job; null for any, when something may have been missed
 */
public record ChangedElsewhere(@Nullable Long jobId) {

    /** Whether it may be about that job. */
    public boolean concerns(long job) {
        return jobId == null || jobId == job;
    }
}
