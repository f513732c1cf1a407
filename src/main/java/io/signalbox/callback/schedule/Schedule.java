package io.signalbox.callback.schedule;

import java.util.OptionalDouble;

/**
 * A learning rate as a function of time, which counts epochs or updates from the schedule's own begin. Pure: the same
 * moment gives the same rate.
 */
@FunctionalInterface
public interface Schedule {

    /** What time counts. */
    enum By {
        EPOCH,
        STEP
    }

    /**
     * When a rate is asked for: before the epoch or update of that number.
     *
     * @param by what {@code time} and {@code total} count
     * @param time from 0, the schedule's begin
     * @param total how long the schedule has until the job ends or another takes over; 1 or more
     * @param stepsPerEpoch updates in one epoch
     * @param rate the rate that callbacks had decided on before
     * @param initialRate the optimizer's own rate
     */
    record Moment(By by, long time, long total, int stepsPerEpoch, double rate, double initialRate) {

        /** The same moment for one that begins later and then has so long. */
        Moment after(long begin, long length) {
            return new Moment(by, time - begin, Math.max(1, length), stepsPerEpoch, rate, initialRate);
        }
    }

    /**
     * The rate to train with from that moment.
     *
     * @throws ScheduleException where it has none
     */
    double rate(Moment now);

    /** The momentum to train with from that moment (Adam's first beta); empty to leave it alone. */
    default OptionalDouble momentum(Moment now) {
        return OptionalDouble.empty();
    }
}
