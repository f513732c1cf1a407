package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;

/** {@code torch.optim.lr_scheduler.ExponentialLR}. */
@Described("Times gamma every epoch or step (PyTorch's ExponentialLR)")
record Exponential(
        @Param(value = "Times the rate each epoch or step", min = 0, exclusiveMin = true, max = 10)
        double gamma) implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        return now.initialRate() * Math.pow(gamma, now.time());
    }
}
