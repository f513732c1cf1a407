package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** {@code torch.optim.lr_scheduler.ConstantLR}. */
@Described("The same rate all the time, with factor another one in the beginning (PyTorch's ConstantLR)")
record Constant(
        @Param(value = "The rate; by default the optimizer's", min = 0, exclusiveMin = true, max = ScheduleSpec.HIGHEST)
        @Nullable
        Double learningRate,

        @Param(value = "Times the rate for the first total_iters epochs or steps", defaultValue = "1", min = 0, max = 1)
        double factor,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps that factor holds for",
                defaultValue = "5",
                min = 0,
                max = ScheduleSpec.LONGEST)
        int totalIters)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double rate = learningRate == null ? now.initialRate() : learningRate;
        return now.time() < totalIters ? rate * factor : rate;
    }
}
