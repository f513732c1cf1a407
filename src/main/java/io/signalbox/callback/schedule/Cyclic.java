package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** {@code torch.optim.lr_scheduler.CyclicLR} (Smith, Cyclical Learning Rates, 2017). */
@Described("Up and down between base_lr and max_lr again and again (PyTorch's CyclicLR)")
record Cyclic(
        @Param(value = "Lowest rate", min = 0, max = ScheduleSpec.HIGHEST)
        double baseLr,

        @Param(value = "Highest rate of the first cycle", min = 0, exclusiveMin = true, max = ScheduleSpec.HIGHEST)
        double maxLr,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps of the way up",
                defaultValue = "2000",
                min = 0,
                exclusiveMin = true,
                max = ScheduleSpec.LONGEST)
        double stepSizeUp,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps of the way down; by default as of the way up",
                min = 0,
                exclusiveMin = true,
                max = ScheduleSpec.LONGEST)
        @Nullable
        Double stepSizeDown,

        @Param(
                value =
                        "triangular: all cycles alike; triangular2: each half as high as the one before; exp_range: height"
                                + " times gamma to the power of time",
                defaultValue = "\"triangular\"",
                oneOf = {"triangular", "triangular2", "exp_range"})
        String mode,

        @Param(
                value = "Times the height of a cycle each epoch or step, in mode exp_range",
                defaultValue = "1.0",
                min = 0,
                exclusiveMin = true,
                max = 10)
        double gamma,

        @Param(value = "Move the momentum (Adam's first beta) too, against the rate", defaultValue = "true")
        boolean cycleMomentum,

        @Param(value = "Lowest momentum", defaultValue = "0.8", min = 0, max = 1, exclusiveMax = true)
        double baseMomentum,

        @Param(value = "Highest momentum", defaultValue = "0.9", min = 0, max = 1, exclusiveMax = true)
        double maxMomentum)
        implements ScheduleSpec, Constrained {

    @Override
    public void check(Rules rules) {
        if (cycleMomentum && baseMomentum > maxMomentum) {
            rules.broken("base_momentum", "range.max", "must be at most max_momentum, " + maxMomentum);
        }
    }

    @Override
    public boolean movesMomentum() {
        return cycleMomentum;
    }

    @Override
    public double rate(Moment now) {
        return baseLr + (maxLr - baseLr) * height(now.time());
    }

    @Override
    public OptionalDouble momentum(Moment now) {
        return cycleMomentum
                ? OptionalDouble.of(maxMomentum - (maxMomentum - baseMomentum) * height(now.time()))
                : OptionalDouble.empty();
    }

    /** From 0 at the bottom to 1 at the top of the first cycle. */
    private double height(long time) {
        double length = stepSizeUp + (stepSizeDown == null ? stepSizeUp : stepSizeDown);
        double turn = stepSizeUp / length;
        double cycle = Math.floor(1 + time / length);
        double part = 1 + time / length - cycle;
        double height = part <= turn ? part / turn : (part - 1) / (turn - 1);
        return height
                * switch (mode) {
                    case "triangular2" -> Math.pow(2, 1 - cycle);
                    case "exp_range" -> Math.pow(gamma, time);
                    default -> 1;
                };
    }
}
