package io.signalbox.callback;

import io.signalbox.callback.schedule.Schedule;
import io.signalbox.callback.schedule.Schedule.Moment;
import io.signalbox.callback.schedule.ScheduleSpec;
import io.signalbox.spec.schema.Param;
import tools.jackson.databind.node.ObjectNode;

/** Sets the learning rate at the begin of every epoch, as {@code keras.callbacks.LearningRateScheduler} does. */
final class LearningRateScheduler implements Callback {

    /** Name under which rates are logged. */
    static final String LOGGED = "learning_rate";

    /** Keras' arguments, with a described schedule in place of a function. */
    record Params(
            @Param("How the rate goes") ScheduleSpec schedule,

            @Param(
                    value = "Taken as Keras takes it; what happens is always told as an event",
                    defaultValue = "0",
                    min = 0,
                    max = 2)
            int verbose) {}

    private final String name;
    private final Schedule schedule;
    private double initialRate;

    LearningRateScheduler(String name, Schedule schedule) {
        this.name = name;
        this.schedule = schedule;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean replayable() {
        return true;
    }

    @Override
    public void onTrainBegin(Run run) {
        initialRate = run.learningRate().scheduled();
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        double before = run.learningRate().scheduled();
        double rate = schedule.rate(new Moment(epoch, run.epochs(), before, initialRate));
        if (!Double.isFinite(rate) || rate < 0) {
            throw new CallbackException(
                    name,
                    "the schedule gave " + Numbers.repr(rate) + " for epoch " + epoch + ", which is no learning rate");
        }
        run.learningRate().set(rate, name);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        logs.put(LOGGED, run.learningRate().value());
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        Numbers.put(state, "initial_rate", initialRate);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        Double kept = Numbers.get(state, "initial_rate");
        initialRate = kept == null ? initialRate : kept;
    }
}
