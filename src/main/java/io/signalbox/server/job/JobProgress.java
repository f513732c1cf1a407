package io.signalbox.server.job;

import io.signalbox.event.Explanation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a job is, as its stream has told.
 *
 * @param epoch epochs whose end was reached
 * @param step updates done
 * @param latest newest value of each metric
 * @param callbacks where they stand; null before they told
 */
record JobProgress(
        long jobId,
        long lastSeq,
        int epoch,
        int epochs,
        long step,
        int stepsPerEpoch,
        double examplesPerSecond,
        Map<String, Double> latest,
        @Nullable Double bestValue,
        @Nullable Integer bestEpoch,
        @Nullable Double learningRate,
        @Nullable String learningRateOwner,
        @Nullable List<Explanation> callbacks) {}
