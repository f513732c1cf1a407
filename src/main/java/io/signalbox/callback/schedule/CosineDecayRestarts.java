package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** {@code keras.optimizers.schedules.CosineDecayRestarts}. */
@Described("Cosine waves, each longer by t_mul and lower by m_mul than the one before (Keras' CosineDecayRestarts)")
record CosineDecayRestarts(
        @Param(value = "Rate to begin with; by default the optimizer's", min = 0, max = ScheduleSpec.HIGHEST) @Nullable
        Double initialLearningRate,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps of the first wave",
                min = 0,
                exclusiveMin = true,
                max = ScheduleSpec.LONGEST)
        double firstDecaySteps,

        @Param(
                value = "Each wave is so many times as long as the one before",
                defaultValue = "2.0",
                min = 1,
                max = 1000)
        double tMul,

        @Param(
                value = "Each wave begins at so many times the rate of the one before",
                defaultValue = "1.0",
                min = 0,
                max = 10)
        double mMul,

        @Param(value = "Lowest rate as a fraction of the highest", defaultValue = "0", min = 0, max = 1)
        double alpha)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double initial = initialLearningRate == null ? now.initialRate() : initialLearningRate;
        Wave wave = Wave.at(now.time(), firstDecaySteps, tMul);
        double height = Math.pow(mMul, wave.number()) * (1 + Math.cos(Math.PI * wave.part())) / 2;
        return initial * ((1 - alpha) * height + alpha);
    }
}
