package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;

/** {@code transformers.get_inverse_sqrt_schedule}; its warm-up is the callback's. */
@Described("Divided by the square root of 1 + time / timescale (transformers' inverse_sqrt)")
record InverseSqrt(
        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps in which the rate falls to 0.707 of what it was; transformers takes"
                        + " those of the warm-up where there is one",
                defaultValue = "10000",
                min = 0,
                exclusiveMin = true,
                max = ScheduleSpec.LONGEST)
        double timescale)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        return now.initialRate() / Math.sqrt((now.time() + timescale) / timescale);
    }
}
