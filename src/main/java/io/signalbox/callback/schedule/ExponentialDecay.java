package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** {@code keras.optimizers.schedules.ExponentialDecay}. */
@Described("Times decay_rate every decay_steps epochs or steps, smoothly (Keras' ExponentialDecay)")
record ExponentialDecay(
        @Param(value = "Rate to begin with; by default the optimizer's", min = 0, max = ScheduleSpec.HIGHEST) @Nullable
        Double initialLearningRate,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps in which decay_rate is applied once",
                min = 0,
                exclusiveMin = true,
                max = ScheduleSpec.LONGEST)
        double decaySteps,

        @Param(value = "Times the rate every decay_steps", min = 0, exclusiveMin = true, max = 10)
        double decayRate,

        @Param(value = "Decay at whole multiples of decay_steps only", defaultValue = "false")
        boolean staircase)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double initial = initialLearningRate == null ? now.initialRate() : initialLearningRate;
        double part = now.time() / decaySteps;
        return initial * Math.pow(decayRate, staircase ? Math.floor(part) : part);
    }
}
