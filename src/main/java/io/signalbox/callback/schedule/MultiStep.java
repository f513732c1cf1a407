package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;

/** {@code torch.optim.lr_scheduler.MultiStepLR}. */
@Described("Times gamma at each milestone (PyTorch's MultiStepLR)")
record MultiStep(
        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps at which the rate changes; one that stands there twice counts twice",
                min = 0,
                max = ScheduleSpec.LONGEST,
                minItems = 1,
                maxItems = 1000)
        List<Integer> milestones,

        @Param(value = "Times the rate at each milestone", defaultValue = "0.1", min = 0, exclusiveMin = true, max = 10)
        double gamma)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        long passed =
                milestones.stream().filter(milestone -> milestone <= now.time()).count();
        return now.initialRate() * Math.pow(gamma, passed);
    }
}
