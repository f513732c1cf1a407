package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;

/** {@code torch.optim.lr_scheduler.CosineAnnealingWarmRestarts} (Loshchilov and Hutter, SGDR, 2017). */
@Described("Cosine waves down to eta_min, each begun anew at the top (PyTorch's CosineAnnealingWarmRestarts)")
record CosineRestarts(
        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps until the first restart",
                min = 1,
                max = ScheduleSpec.LONGEST)
        int t_0,

        @Param(value = "Each wave is so many times as long as the one before", defaultValue = "1", min = 1, max = 1000)
        int tMult,

        @Param(value = "Lowest rate", defaultValue = "0", min = 0, max = ScheduleSpec.HIGHEST)
        double etaMin)
        implements ScheduleSpec {

    @Override
    public double rate(Moment now) {
        Wave wave = Wave.at(now.time(), t_0, tMult);
        return etaMin + (now.initialRate() - etaMin) * (1 + Math.cos(Math.PI * wave.part())) / 2;
    }
}
