package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;

/** {@code torch.optim.lr_scheduler.LinearLR}. */
@Described("A straight line from start_factor to end_factor times the optimizer's rate (PyTorch's LinearLR)")
record Linear(
        @Param(
                value = "Times the rate at the begin",
                defaultValue = "0.3333333333333333",
                min = 0,
                exclusiveMin = true,
                max = 1)
        double startFactor,

        @Param(value = "Times the rate from total_iters on", defaultValue = "1.0", min = 0, max = 1)
        double endFactor,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps until the end",
                defaultValue = "5",
                min = 1,
                max = ScheduleSpec.LONGEST)
        int totalIters)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double part = (double) Math.min(now.time(), totalIters) / totalIters;
        return now.initialRate() * (startFactor + (endFactor - startFactor) * part);
    }
}
