package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;

/** {@code torch.optim.lr_scheduler.StepLR}. */
@Described("Times gamma every step_size epochs or steps (PyTorch's StepLR)")
record Step(
        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps between two changes",
                min = 1,
                max = ScheduleSpec.LONGEST)
        int stepSize,

        @Param(value = "Times the rate at each change", defaultValue = "0.1", min = 0, exclusiveMin = true, max = 10)
        double gamma)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        return now.initialRate() * Math.pow(gamma, now.time() / stepSize);
    }
}
