package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** {@code transformers.get_cosine_with_hard_restarts_schedule_with_warmup}. */
@Described("num_cycles cosine waves down to 0, each begun anew at the top, then 0 (transformers' cosine_with_restarts)")
record CosineHardRestarts(
        @Param(value = "Waves in all", defaultValue = "1", min = 1, max = 1_000_000)
        int numCycles,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps until the rate is 0; by default all that there are",
                min = 1,
                max = ScheduleSpec.LONGEST)
        @Nullable
        Integer totalIters)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double part = (double) now.time() / (totalIters == null ? now.total() : totalIters);
        if (part >= 1) {
            return 0;
        }
        return now.initialRate() * (1 + Math.cos(Math.PI * (numCycles * part % 1))) / 2;
    }
}
