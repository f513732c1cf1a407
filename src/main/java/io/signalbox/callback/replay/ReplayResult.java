package io.signalbox.callback.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What callbacks would have done. Epochs and batches count from 0.
 *
 * @param epochsRun epochs whose end was reached
 * @param stoppedEpoch epoch in which training was stopped; null if nobody stopped it
 * @param stoppedBy everybody who asked to stop, in order
 * @param restoredFromEpoch epoch whose weights were put back last; null if none were
 * @param finalWeightsEpoch epoch that the weights at the end stem from; null if no batch was gone through
 * @param best what each callback that monitors a metric took for the best
 * @param learningRates in force during each epoch begun, after the epoch-begin hooks
 * @param learningRatesAfter after the epoch-end hooks of each epoch run
 * @param checkpoints in writing order
 * @param files the checkpoints left at the end, by name
 * @param error what ended the replay before its end; null if nothing did
 */
public record ReplayResult(
        int epochsRun,
        @Nullable Integer stoppedEpoch,
        List<Stopped> stoppedBy,
        @Nullable Integer restoredFromEpoch,
        @Nullable Integer finalWeightsEpoch,
        List<Best> best,
        List<Double> learningRates,
        List<Double> learningRatesAfter,
        double finalLearningRate,
        List<Checkpoint> checkpoints,
        List<SavedFile> files,
        @Nullable Failure error) {

    /** A callback asked to stop; {@code batch} is null at an epoch's end. */
    public record Stopped(
            String callback, int epoch, @Nullable Integer batch) {}

    /** The best value that a callback saw; {@code epoch} is null for one that it was given to begin with. */
    public record Best(String callback, @Nullable Integer epoch, double value) {}

    /** A checkpoint was written; {@code batch} is null at an epoch's end. */
    public record Checkpoint(
            String callback,
            String file,
            int epoch,
            @Nullable Integer batch,
            boolean replaced) {}

    /** A checkpoint that is left, of the weights after so many batches of an epoch. */
    public record SavedFile(String file, int epoch, int batchesDone) {}

    /** Why the replay ended early: in which hook of which callback, or null where no callback is to blame. */
    public record Failure(
            @Nullable String callback,
            @Nullable Integer epoch,
            @Nullable String hook,
            String detail) {}
}
