package io.signalbox.server.job;

import java.util.Map;
import java.util.Optional;

/** Knows the checkpoints of jobs. */
public interface CheckpointNames {

    /** The name of a job's checkpoint that is called so, or that {@code best} or {@code latest} stands for. */
    Optional<String> nameOf(long jobId, String called);

    /** The hash of the manifest of each checkpoint of a job, by name. */
    Map<String, String> manifests(long jobId);

    /** Bytes of all checkpoints of all jobs. */
    long bytes();
}
