package io.signalbox.callback.schedule;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A straight line up to where a schedule begins, then the schedule from its own begin.
 *
 * @param length in what time counts; 0 for none
 * @param startFactor times the schedule's first rate at the begin; null for a first step as large as the others: 1 /
 *     (length + 1)
 */
public record WarmUp(
        Schedule schedule, int length, @Nullable Double startFactor) implements Schedule {

    /** @throws ScheduleException also for a rate that is negative or not finite */
    @Override
    public double rate(Moment now) {
        double rate = warmed(schedule.rate(within(now)), now);
        if (!Double.isFinite(rate) || rate < 0) {
            throw new ScheduleException("gave " + rate + ", which is no learning rate");
        }
        return rate;
    }

    private double warmed(double rate, Moment now) {
        if (now.time() >= length) {
            return rate;
        }
        return startFactor == null
                ? rate * (now.time() + 1) / (length + 1)
                : rate * (startFactor + (1 - startFactor) * now.time() / length);
    }

    @Override
    public OptionalDouble momentum(Moment now) {
        return schedule.momentum(within(now));
    }

    /** The schedule's first moment all through the warm-up, with no rate before but the optimizer's own. */
    private Moment within(Moment now) {
        if (length == 0) {
            return now;
        }
        long time = Math.max(0, now.time() - length);
        double before = time == 0 ? now.initialRate() : now.rate();
        return new Moment(
                now.by(), time, Math.max(1, now.total() - length), now.stepsPerEpoch(), before, now.initialRate());
    }
}
