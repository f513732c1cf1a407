package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;

/**
 * {@code torch.optim.lr_scheduler.PolynomialLR}, with the end that {@code transformers.get_polynomial_decay_schedule}
 * has.
 */
@Described("Falls as (1 - time / total_iters) to a power (PyTorch's PolynomialLR, transformers' polynomial)")
record Polynomial(
        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps until the lowest rate, which is kept then",
                defaultValue = "5",
                min = 1,
                max = ScheduleSpec.LONGEST)
        int totalIters,

        @Param(value = "The power; 1 is a straight line", defaultValue = "1.0", min = 0, exclusiveMin = true, max = 100)
        double power,

        @Param(value = "Lowest rate", defaultValue = "0", min = 0, max = ScheduleSpec.HIGHEST)
        double endLearningRate)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double left = 1 - (double) Math.min(now.time(), totalIters) / totalIters;
        return (now.initialRate() - endLearningRate) * Math.pow(left, power) + endLearningRate;
    }
}
