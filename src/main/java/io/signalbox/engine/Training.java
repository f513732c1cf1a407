package io.signalbox.engine;

import io.signalbox.callback.Callback;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail;
import io.signalbox.event.Outcome;
import io.signalbox.spec.CheckedSpec;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Trains one job in this process. */
public final class Training {

    /** Takes what the run tells. */
    @FunctionalInterface
    public interface Events {
        void tell(@Nullable Integer epoch, @Nullable Long step, EventDetail detail);
    }

    /**
     * What to train.
     *
     * @param callbacks all of them, built-in ones included, in order
     * @param directory the job's folder; checkpoints lie in {@code checkpoints/}
     * @param resumeFrom name of the checkpoint to go on from; null to start from scratch
     * @param initialWeights safetensors file to begin with; null for weights drawn from the seed
     */
    public record Setup(
            CheckedSpec spec,
            TrainingData data,
            List<Callback> callbacks,
            Path directory,
            @Nullable String resumeFrom,
            @Nullable Path initialWeights,
            Events events) {}

    /**
     * How training ended.
     *
     * @param aborted whether it was left at once, by cancel
     */
    public record Result(Outcome outcome, String reason, boolean aborted) {}

    private Training() {}

    /** Loads PyTorch and makes a few steps of a small network, so that the first step of a job is fast. */
    public static void warmUp(int threads) {
        throw new UnsupportedOperationException();
    }

    /** Trains to the end or to a stop, on the calling thread. Errors of the network or the data are thrown. */
    public static Result run(Setup setup) {
        throw new UnsupportedOperationException();
    }
}
