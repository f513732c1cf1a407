package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** {@code keras.optimizers.schedules.InverseTimeDecay}. */
@Described("Divided by 1 + decay_rate * time / decay_steps (Keras' InverseTimeDecay)")
record InverseTime(
        @Param(value = "Rate to begin with; by default the optimizer's", min = 0, max = ScheduleSpec.HIGHEST) @Nullable
        Double initialLearningRate,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps in which decay_rate is applied once",
                defaultValue = "1",
                min = 0,
                exclusiveMin = true,
                max = ScheduleSpec.LONGEST)
        double decaySteps,

        @Param(value = "Added to the divisor every decay_steps", min = 0, max = 1_000_000)
        double decayRate,

        @Param(value = "Decay at whole multiples of decay_steps only", defaultValue = "false")
        boolean staircase)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double initial = initialLearningRate == null ? now.initialRate() : initialLearningRate;
        double part = now.time() / decaySteps;
        return initial / (1 + decayRate * (staircase ? Math.floor(part) : part));
    }
}
