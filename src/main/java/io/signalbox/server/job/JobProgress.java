package io.signalbox.server.job;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a job is, as its stream has told.
 *
 * @param epoch epochs whose end was reached
 * @param step updates done
 * @param latest newest value of each metric
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
        @Nullable String learningRateOwner) {

    JobProgress at(int newEpoch, long newStep) {
        return new JobProgress(
                jobId,
                lastSeq,
                newEpoch,
                epochs,
                newStep,
                stepsPerEpoch,
                examplesPerSecond,
                latest,
                bestValue,
                bestEpoch,
                learningRate,
                learningRateOwner);
    }

    JobProgress withPlan(int newEpochs, int newStepsPerEpoch) {
        return new JobProgress(
                jobId,
                lastSeq,
                epoch,
                newEpochs,
                step,
                newStepsPerEpoch,
                examplesPerSecond,
                latest,
                bestValue,
                bestEpoch,
                learningRate,
                learningRateOwner);
    }

    JobProgress withRate(double perSecond) {
        return new JobProgress(
                jobId,
                lastSeq,
                epoch,
                epochs,
                step,
                stepsPerEpoch,
                perSecond,
                latest,
                bestValue,
                bestEpoch,
                learningRate,
                learningRateOwner);
    }

    JobProgress withLatest(Map<String, Double> values) {
        return new JobProgress(
                jobId,
                lastSeq,
                epoch,
                epochs,
                step,
                stepsPerEpoch,
                examplesPerSecond,
                values,
                bestValue,
                bestEpoch,
                learningRate,
                learningRateOwner);
    }

    JobProgress withLearningRate(double value, String owner) {
        return new JobProgress(
                jobId,
                lastSeq,
                epoch,
                epochs,
                step,
                stepsPerEpoch,
                examplesPerSecond,
                latest,
                bestValue,
                bestEpoch,
                value,
                owner);
    }
}
