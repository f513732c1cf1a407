package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/**
 * The schedules that a spec can name, each with a linear warm-up in front: with {@code warmup} epochs of it, epoch e of
 * them has (e + 1) / (warmup + 1) of the rate that the schedule begins with, and the schedule's own epoch 0 comes after.
 */
public sealed interface ScheduleSpec extends Schedule {

    /** Epochs of linear warm-up. */
    int warmup();

    /** The rate without warm-up, in an epoch of so many. */
    double afterWarmup(int epoch, int epochs, double initialRate);

    @Override
    default double rate(Moment now) {
        int epochs = Math.max(1, now.epochs() - warmup());
        if (now.epoch() < warmup()) {
            return afterWarmup(0, epochs, now.initialRate()) * (now.epoch() + 1) / (warmup() + 1);
        }
        return afterWarmup(now.epoch() - warmup(), epochs, now.initialRate());
    }

    /** The same rate all the time. */
    record Constant(
            @Param(value = "The rate; by default the optimizer's", min = 0, exclusiveMin = true, max = 1000) @Nullable
            Double learningRate,

            @Param(value = "Epochs of linear warm-up in front", defaultValue = "0", min = 0, max = 1_000_000)
            int warmup)
            implements ScheduleSpec {

        @Override
        public double afterWarmup(int epoch, int epochs, double initialRate) {
            return learningRate == null ? initialRate : learningRate;
        }
    }

    /** Times {@code gamma} every {@code step_size} epochs: {@code torch.optim.lr_scheduler.StepLR}. */
    record Step(
            @Param(value = "Epochs between two changes", min = 1, max = 1_000_000)
            int stepSize,

            @Param(
                    value = "Times the rate at each change",
                    defaultValue = "0.1",
                    min = 0,
                    exclusiveMin = true,
                    max = 10)
            double gamma,

            @Param(value = "Epochs of linear warm-up in front", defaultValue = "0", min = 0, max = 1_000_000)
            int warmup)
            implements ScheduleSpec {

        @Override
        public double afterWarmup(int epoch, int epochs, double initialRate) {
            return initialRate * Math.pow(gamma, epoch / stepSize);
        }
    }

    /** Times {@code gamma} every epoch: {@code torch.optim.lr_scheduler.ExponentialLR}. */
    record Exponential(
            @Param(value = "Times the rate each epoch", min = 0, exclusiveMin = true, max = 10)
            double gamma,

            @Param(value = "Epochs of linear warm-up in front", defaultValue = "0", min = 0, max = 1_000_000)
            int warmup)
            implements ScheduleSpec {

        @Override
        public double afterWarmup(int epoch, int epochs, double initialRate) {
            return initialRate * Math.pow(gamma, epoch);
        }
    }

    /**
     * Half a cosine wave from the optimizer's rate down to {@code eta_min}, which it keeps after {@code t_max} epochs
     * (Loshchilov and Hutter, SGDR, 2017, equation 5, without restarts).
     */
    record Cosine(
            @Param(
                    value = "Epochs until the lowest rate; by default those of the job after the warm-up",
                    min = 1,
                    max = 1_000_000)
            @Nullable
            Integer tMax,

            @Param(value = "Lowest rate", defaultValue = "0", min = 0, max = 1000)
            double etaMin,

            @Param(value = "Epochs of linear warm-up in front", defaultValue = "0", min = 0, max = 1_000_000)
            int warmup)
            implements ScheduleSpec {

        @Override
        public double afterWarmup(int epoch, int epochs, double initialRate) {
            double last = tMax == null ? epochs : tMax;
            double wave = 1 + Math.cos(Math.PI * Math.min(epoch, last) / last);
            return etaMin + (initialRate - etaMin) / 2 * wave;
        }
    }
}
