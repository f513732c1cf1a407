package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/**
 * {@code torch.optim.lr_scheduler.CosineAnnealingLR} (Loshchilov and Hutter, SGDR, 2017, equation 5, without restarts), with
 * the waves that {@code transformers.get_cosine_schedule_with_warmup} has. As there the wave goes on after {@code t_max}.
 */
@Described(
        "A cosine wave down to eta_min, and up again after t_max (PyTorch's CosineAnnealingLR, transformers' cosine)")
record Cosine(
        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps for num_cycles waves; by default all that there are",
                min = 1,
                max = ScheduleSpec.LONGEST)
        @Nullable
        Integer tMax,

        @Param(value = "Lowest rate", defaultValue = "0", min = 0, max = ScheduleSpec.HIGHEST)
        double etaMin,

        @Param(
                value = "Waves in t_max; half a wave goes down once",
                defaultValue = "0.5",
                min = 0,
                exclusiveMin = true,
                max = 1_000_000)
        double numCycles)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        double part = (double) now.time() / (tMax == null ? now.total() : tMax);
        double wave = 1 + Math.cos(Math.PI * 2 * numCycles * part);
        return etaMin + (now.initialRate() - etaMin) / 2 * wave;
    }
}
