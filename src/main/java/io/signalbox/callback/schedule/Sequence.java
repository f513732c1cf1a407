package io.signalbox.callback.schedule;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** {@code torch.optim.lr_scheduler.SequentialLR}. */
@Described("Schedules one after another, each from its own begin (PyTorch's SequentialLR)")
record Sequence(
        @Param(value = "The schedules, in order", minItems = 1, maxItems = 100)
        List<ScheduleSpec> schedules,

        @Param(
                unit = ScheduleSpec.TIME,
                value = "Epochs or steps at which the next takes over, rising; one fewer than schedules",
                min = 1,
                max = ScheduleSpec.LONGEST,
                maxItems = 99)
        List<Integer> milestones)
        implements ScheduleSpec, Constrained {

    @Override
    public void check(Rules rules) {
        if (milestones.size() != schedules.size() - 1) {
            rules.broken(
                    "milestones",
                    "count",
                    "must have one fewer than schedules: " + (schedules.size() - 1) + ", had " + milestones.size());
        }
        if (!IntStream.range(1, milestones.size()).allMatch(i -> milestones.get(i) > milestones.get(i - 1))) {
            rules.broken("milestones", "schedule.order", "must rise");
        }
    }

    @Override
    public boolean movesMomentum() {
        return schedules.stream().anyMatch(ScheduleSpec::movesMomentum);
    }

    @Override
    public boolean recurs() {
        return schedules.stream().anyMatch(ScheduleSpec::recurs);
    }

    @Override
    public void doubt(Rules doubts) {
        for (int i = 0; i < schedules.size(); i++) {
            String place = "schedules/" + i;
            schedules
                    .get(i)
                    .doubt((name, code, detail) ->
                            doubts.broken(name.isEmpty() ? place : place + "/" + name, code, detail));
        }
    }

    @Override
    public double rate(Moment now) {
        int current = current(now);
        return schedules.get(current).rate(within(current, now));
    }

    @Override
    public OptionalDouble momentum(Moment now) {
        int current = current(now);
        return schedules.get(current).momentum(within(current, now));
    }

    private int current(Moment now) {
        return (int)
                milestones.stream().filter(milestone -> milestone <= now.time()).count();
    }

    private Moment within(int current, Moment now) {
        long begin = current == 0 ? 0 : milestones.get(current - 1);
        long end = current == milestones.size() ? now.total() : milestones.get(current);
        return now.after(begin, end - begin);
    }
}
