package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Constrained.Rules;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** {@code keras.optimizers.schedules.CosineDecay}. As there, {@code warmup_steps} need a {@code warmup_target}. */
@Described("A cosine wave down to alpha times the rate, which is kept then (Keras' CosineDecay)")
record CosineDecay(
        @Param(value = "Rate to begin with; by default the optimizer's", min = 0, max = ScheduleSpec.HIGHEST) @Nullable
        Double initialLearningRate,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps until the lowest rate; by default all that there are",
                min = 0,
                exclusiveMin = true,
                max = ScheduleSpec.LONGEST)
        @Nullable
        Double decaySteps,

        @Param(value = "Lowest rate as a fraction of the highest", defaultValue = "0", min = 0, max = 1)
        double alpha,

        @Param(
                value = "Rate that a warm-up ends with and the decay begins with; none without",
                min = 0,
                max = ScheduleSpec.HIGHEST)
        @Nullable
        Double warmupTarget,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps of warm-up to warmup_target",
                defaultValue = "0",
                min = 0,
                max = ScheduleSpec.LONGEST)
        int warmupSteps)
        implements ScheduleSpec {

    @Override
    public void doubt(Rules doubts) {
        if (warmupSteps > 0 && warmupTarget == null) {
            doubts.broken("warmup_steps", "schedule.unused", "does nothing without a warmup_target, as in Keras");
        }
    }

    @Override
    public double rate(Moment now) {
        double initial = initialLearningRate == null ? now.initialRate() : initialLearningRate;
        int warmup = warmupTarget == null ? 0 : warmupSteps;
        if (warmupTarget != null && now.time() < warmup) {
            return initial + (warmupTarget - initial) * now.time() / warmup;
        }
        double length = decaySteps == null ? Math.max(1, now.total() - warmup) : decaySteps;
        double wave = (1 + Math.cos(Math.PI * Math.min(now.time() - warmup, length) / length)) / 2;
        return (warmupTarget == null ? initial : warmupTarget) * ((1 - alpha) * wave + alpha);
    }
}
