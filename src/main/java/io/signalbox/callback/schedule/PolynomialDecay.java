package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** {@code keras.optimizers.schedules.PolynomialDecay}. */
@Described("Falls to end_learning_rate as a power of the time left, once or again and again (Keras' PolynomialDecay)")
record PolynomialDecay(
        @Param(value = "Rate to begin with; by default the optimizer's", min = 0, max = ScheduleSpec.HIGHEST) @Nullable
        Double initialLearningRate,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps until the lowest rate",
                min = 0,
                exclusiveMin = true,
                max = ScheduleSpec.LONGEST)
        double decaySteps,

        @Param(value = "Lowest rate", defaultValue = "0.0001", min = 0, max = ScheduleSpec.HIGHEST)
        double endLearningRate,

        @Param(value = "The power; 1 is a straight line", defaultValue = "1.0", min = 0, exclusiveMin = true, max = 100)
        double power,

        @Param(value = "Rise again after the lowest rate, to fall more slowly each time", defaultValue = "false")
        boolean cycle)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double initial = initialLearningRate == null ? now.initialRate() : initialLearningRate;
        double length = cycle ? decaySteps * Math.max(1, Math.ceil(now.time() / decaySteps)) : decaySteps;
        double left = 1 - Math.min(now.time(), length) / length;
        return (initial - endLearningRate) * Math.pow(left, power) + endLearningRate;
    }
}
