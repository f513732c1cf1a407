package io.signalbox.callback.schedule;

/** A learning rate as a function of the epoch. Pure: the same moment gives the same rate. */
@FunctionalInterface
public interface Schedule {

    /**
     * The begin of an epoch.
     *
     * @param epoch from 0
     * @param epochs that the job is to train in all
     * @param rate the rate that callbacks had decided on before
     * @param initialRate the optimizer's own rate
     */
    record Moment(int epoch, int epochs, double rate, double initialRate) {}

    /** The rate to train that epoch with. */
    double rate(Moment now);
}
