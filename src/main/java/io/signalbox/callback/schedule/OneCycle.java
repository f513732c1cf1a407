package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** {@code torch.optim.lr_scheduler.OneCycleLR} (Smith and Topin, Super-Convergence, 2018). */
@Described("Up to max_lr and far down in one cycle, momentum the other way round (PyTorch's OneCycleLR)")
record OneCycle(
        @Param(value = "Highest rate", min = 0, exclusiveMin = true, max = ScheduleSpec.HIGHEST)
        double maxLr,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps of the cycle; by default all that there are",
                min = 1,
                max = ScheduleSpec.LONGEST)
        @Nullable
        Integer totalSteps,

        @Param(value = "Part of the cycle in which the rate rises", defaultValue = "0.3", min = 0, max = 1)
        double pctStart,

        @Param(
                value = "How the rate goes between low and high",
                defaultValue = "\"cos\"",
                oneOf = {"cos", "linear"})
        String annealStrategy,

        @Param(value = "Move the momentum (Adam's first beta) too, against the rate", defaultValue = "true")
        boolean cycleMomentum,

        @Param(value = "Lowest momentum", defaultValue = "0.85", min = 0, max = 1, exclusiveMax = true)
        double baseMomentum,

        @Param(value = "Highest momentum", defaultValue = "0.95", min = 0, max = 1, exclusiveMax = true)
        double maxMomentum,

        @Param(
                value = "The cycle begins with max_lr divided by this",
                defaultValue = "25",
                min = 0,
                exclusiveMin = true,
                max = 1e9)
        double divFactor,

        @Param(
                value = "The cycle ends with its first rate divided by this",
                defaultValue = "1e4",
                min = 0,
                exclusiveMin = true,
                max = 1e12)
        double finalDivFactor,

        @Param(value = "Fall back to the first rate as long as it rose, then to the last", defaultValue = "false")
        boolean threePhase)
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
        double first = maxLr / divFactor;
        return value(now, new double[] {first, maxLr, first, first / finalDivFactor});
    }

    @Override
    public OptionalDouble momentum(Moment now) {
        return cycleMomentum
                ? OptionalDouble.of(value(now, new double[] {maxMomentum, baseMomentum, maxMomentum, maxMomentum}))
                : OptionalDouble.empty();
    }

    /** @param turns the values at the begin, the top, the end of the way back, and the end */
    private double value(Moment now, double[] turns) {
        double total = totalSteps == null ? now.total() : totalSteps;
        if (now.time() > total) {
            throw new ScheduleException("is past its total_steps, " + (long) total
                    + "; make them as many as the training has, or leave them out");
        }
        double top = pctStart * total - 1;
        if (now.time() <= top) {
            return between(turns[0], turns[1], now.time(), 0, top);
        }
        if (!threePhase) {
            return between(turns[1], turns[3], now.time(), top, total - 1);
        }
        double back = 2 * pctStart * total - 2;
        return now.time() <= back
                ? between(turns[1], turns[2], now.time(), top, back)
                : between(turns[2], turns[3], now.time(), back, total - 1);
    }

    private double between(double start, double end, long time, double from, double to) {
        double part = from == to ? 1 : (time - from) / (to - from);
        return annealStrategy.equals("linear")
                ? (end - start) * part + start
                : end + (start - end) / 2 * (1 + Math.cos(Math.PI * part));
    }
}
