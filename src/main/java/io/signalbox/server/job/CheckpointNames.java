package io.signalbox.server.job;

import java.util.Optional;

/** Knows the checkpoints of jobs. */
public interface CheckpointNames {

    /** The name of a job's checkpoint that is called so, or that {@code best} or {@code latest} stands for. */
    Optional<String> nameOf(long jobId, String called);

    /** Bytes of all checkpoints of all jobs. */
    long bytes();
}
