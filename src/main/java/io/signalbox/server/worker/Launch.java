package io.signalbox.server.worker;

import io.signalbox.link.Assignment;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that is to be made.
 *
 * @param assignment what its trainer is to be told; holds a secret
 * @param folder of the attempt, as this server sees it
 * @param cpus threads that compute
 * @param gpus graphics processors
 * @param memory bytes that it may take; null for no bound
 * @param time that it may train; null for no bound
 * @param priority more is earlier
 */
record Launch(
        Assignment assignment,
        Path folder,
        int cpus,
        int gpus,
        @Nullable Long memory,
        @Nullable Duration time,
        int priority) {

    Attempt attempt() {
        return new Attempt(assignment.jobId(), assignment.attempt());
    }
}
