package io.signalbox.callback;

import io.signalbox.callback.schedule.Schedule;
import io.signalbox.callback.schedule.Schedule.By;
import io.signalbox.callback.schedule.Schedule.Moment;
import io.signalbox.callback.schedule.ScheduleException;
import io.signalbox.callback.schedule.ScheduleSpec;
import io.signalbox.callback.schedule.WarmUp;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Constrained.Rules;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sets the learning rate at the begin of every epoch, as {@code keras.callbacks.LearningRateScheduler} does, or of every
 * update.
 */
final class LearningRateScheduler implements Callback {

    /** Name under which rates are logged. */
    static final String LOGGED = "learning_rate";

    /** How far {@link #explain} looks for the next change. */
    private static final int FORESIGHT = 100;

    /** Keras' arguments, with a described schedule in place of a function. */
    @Described("Sets the learning rate of every epoch, or of every step, by a schedule")
    record Params(
            @Param("How the rate goes") ScheduleSpec schedule,

            @Param(value = "What has a rate of its own: each epoch, or each step", defaultValue = "\"epoch\"")
            By by,

            @Param(
                    unit = ScheduleSpec.TIME,
                    value = "Epochs or steps of linear warm-up in front; the schedule begins after it",
                    defaultValue = "0",
                    min = 0,
                    max = 1_000_000_000)
            int warmup,

            @Param(
                    value =
                            "The warm-up begins with so many times the schedule's first rate; by default 1 / (warmup + 1)",
                    min = 0,
                    max = 1)
            @Nullable
            Double warmupStartFactor,

            @Param(
                    value = "Taken as Keras takes it; what happens is always told as an event",
                    defaultValue = "0",
                    min = 0,
                    max = 2)
            int verbose)
            implements FitsJob {

        private static final String SCHEDULE = "schedule";

        Schedule full() {
            return new WarmUp(schedule, warmup, warmupStartFactor);
        }

        /** What people call it: {@code cosine}. */
        String kind() {
            return Binder.variantName((Record) schedule);
        }

        /** The schedule in a sentence about it; an expression in full. */
        String words() {
            return "the schedule " + (kind().equals("expression") ? schedule : kind());
        }

        @Override
        public void check(JobFacts job, Rules rules) {
            if (schedule.movesMomentum() && !hasMomentum(job.spec().optimizer())) {
                rules.broken(
                        SCHEDULE,
                        "schedule.momentum",
                        "moves the momentum, and the optimizer has none: set optimizer.momentum, or cycle_momentum: false");
            }
        }

        /** As PyTorch finds out: by the arguments that the optimizer has. */
        private static boolean hasMomentum(OptimizerSpec optimizer) {
            ObjectNode arguments = Binder.toJson((Record) optimizer);
            return arguments.has("betas") || arguments.path("momentum").asDouble(0) > 0;
        }

        @Override
        public void doubt(JobFacts job, Rules doubts) {
            schedule.doubt((name, code, detail) ->
                    doubts.broken(name.isEmpty() ? SCHEDULE : SCHEDULE + "/" + name, code, detail));
        }
    }

    private final String name;
    private final Params params;
    private final Schedule schedule;
    private double initialRate;

    LearningRateScheduler(String name, Params params) {
        this.name = name;
        this.params = params;
        this.schedule = params.full();
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
        if (params.by() == By.EPOCH) {
            run.learningRate().set(apply(epoch, run), name);
        }
    }

    /** Told when an epoch begins and ends: every update's rate is in its own event. */
    @Override
    public void onTrainBatchBegin(int batch, Run run) {
        if (params.by() == By.STEP) {
            double rate = apply(run.step(), run);
            if (batch == 0) {
                run.learningRate().set(rate, name);
            } else {
                run.learningRate().move(rate, name);
            }
        }
    }

    /** Sets the momentum and answers the rate. */
    private double apply(long time, Run run) {
        Moment now = moment(time, run);
        try {
            double rate = schedule.rate(now);
            schedule.momentum(now).ifPresent(run.learningRate()::setMomentum);
            return rate;
        } catch (ScheduleException e) {
            String message = params.words() + " " + e.getMessage() + ", in epoch " + run.epoch()
                    + (params.by() == By.STEP ? ", step " + run.step() : "");
            run.emit(new CallbackActed(name, "error", message));
            throw new CallbackException(name, message);
        }
    }

    private Moment moment(long time, Run run) {
        long total = params.by() == By.EPOCH ? run.epochs() : (long) run.epochs() * run.stepsPerEpoch();
        return new Moment(
                params.by(),
                time,
                total,
                run.stepsPerEpoch(),
                run.learningRate().scheduled(),
                initialRate);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        run.learningRate().tellMoves();
        logs.unlessEmpty().put(LOGGED, run.learningRate().value());
    }

    @Override
    public String explain(Run run) {
        LearningRate rates = run.learningRate();
        String next = next(run);
        String now = Numbers.brief(rates.value());
        if (rates.owner().equals(name)) {
            return params.kind() + " has set the rate to " + now + "; " + next;
        }
        return "the rate is " + now + " by " + rates.owner() + "; " + params.kind() + " "
                + (rates.owner().equals(LearningRate.COMMAND) ? "takes over again at the release" : "goes on") + ": "
                + next;
    }

    /** When the rate changes next, and to what. */
    private String next(Run run) {
        String unit = params.by() == By.EPOCH ? "epoch " : "step ";
        long from = params.by() == By.EPOCH ? run.epoch() + 1 : run.step();
        Moment first = moment(from, run);
        long until = Math.min(first.total(), params.schedule().recurs() ? from + 1 : from + FORESIGHT);
        for (long time = from; time < until; time++) {
            try {
                double rate = schedule.rate(moment(time, run));
                if (rate != run.learningRate().scheduled()) {
                    return Numbers.brief(rate) + " from " + unit + time;
                }
            } catch (ScheduleException e) {
                return "at " + unit + time + " it " + e.getMessage() + ", which ends the job";
            }
        }
        return until == first.total() ? "no change until the end" : "no change before " + unit + until;
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
