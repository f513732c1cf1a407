package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;

/** {@code keras.optimizers.schedules.PiecewiseConstantDecay}. */
@Described("One value up to each boundary, the last value after the last (Keras' PiecewiseConstantDecay)")
record PiecewiseConstant(
        @Param(
                unit = ScheduleSpec.TIME,
                value = "Last epochs or steps of all values but the last, rising",
                min = 0,
                max = ScheduleSpec.LONGEST,
                minItems = 1,
                maxItems = 1000)
        List<Integer> boundaries,

        @Param(
                value = "The rates, one more than boundaries",
                min = 0,
                max = ScheduleSpec.HIGHEST,
                minItems = 2,
                maxItems = 1001)
        List<Double> values)
        implements ScheduleSpec, Constrained {

    @Override
    public void check(Rules rules) {
        if (values.size() != boundaries.size() + 1) {
            rules.broken(
                    "values",
                    "count",
                    "must have one more than boundaries: " + (boundaries.size() + 1) + ", had " + values.size());
        }
    }

    @Override
    public void doubt(Rules doubts) {
        for (int i = 1; i < boundaries.size(); i++) {
            if (boundaries.get(i) < boundaries.get(i - 1)) {
                doubts.broken(
                        "boundaries",
                        "schedule.order",
                        "do not rise; as in Keras the values of all stretches that a moment lies in are added up");
                return;
            }
        }
    }

    /** The sum over all stretches that hold the moment, as Keras computes it: one of them where boundaries rise. */
    @Override
    public double rate(Moment now) {
        int last = boundaries.size() - 1;
        double rate = now.time() <= boundaries.get(0) ? values.get(0) : 0;
        if (now.time() > boundaries.get(last)) {
            rate += values.get(last + 1);
        }
        for (int i = 1; i <= last; i++) {
            if (now.time() > boundaries.get(i - 1) && now.time() <= boundaries.get(i)) {
                rate += values.get(i);
            }
        }
        return rate;
    }
}
