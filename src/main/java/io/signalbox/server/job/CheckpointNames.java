package io.signalbox.server.job;

import java.util.Optional;

/** Knows the checkpoints of jobs. */
@FunctionalInterface
public interface CheckpointNames {

    /** The name of a job's checkpoint that is called so, or that {@code best} or {@code latest} stands for. */
    Optional<String> nameOf(long jobId, String called);
}
