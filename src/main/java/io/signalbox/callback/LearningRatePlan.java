package io.signalbox.callback;

import io.signalbox.callback.schedule.Schedule;
import io.signalbox.callback.schedule.Schedule.By;
import io.signalbox.callback.schedule.Schedule.Moment;
import io.signalbox.callback.schedule.ScheduleException;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the learning rate will go as far as schedules decide on it; what depends on metrics is not known.
 *
 * @param points at most 1,000, the first and the last rate among them
 * @param failure where a schedule will fail; null for nowhere. There are no points from there on
 */
public record LearningRatePlan(List<Point> points, @Nullable Failure failure) {

    private static final int MAX_POINTS = 1000;

    /** A schedule that goes on from the rate before must be gone through: so far at most. */
    private static final int MAX_EVALUATIONS = 10_000;

    /** The rate of the update {@code step} and those after it. */
    public record Point(long step, double value) {}

    /**
     * A schedule that has no rate.
     *
     * @param callback its place in the spec
     * @param time the epoch or step, whatever it goes by
     * @param detail a sentence
     */
    record Failure(int callback, long time, String detail) {}

    private record Scheduler(int place, LearningRateScheduler.Params params, Schedule schedule) {}

    /** The plan of a checked job. */
    public static LearningRatePlan of(JobFacts job) {
        return new Planner(job).plan();
    }

    private static final class Planner {

        private final JobFacts job;
        private final List<Scheduler> schedulers = new ArrayList<>();
        private final List<Point> points = new ArrayList<>();
        private final boolean byStep;
        private final boolean recurs;
        private final double initialRate;
        private double rate;

        Planner(JobFacts job) {
            this.job = job;
            List<CallbackSpec> callbacks = job.spec().callbacks();
            for (int i = 0; i < callbacks.size(); i++) {
                if (callbacks.get(i).type().equals("LearningRateScheduler")) {
                    add(i, callbacks.get(i));
                }
            }
            this.byStep = schedulers.stream().anyMatch(one -> one.params().by() == By.STEP);
            this.recurs =
                    schedulers.stream().anyMatch(one -> one.params().schedule().recurs());
            this.initialRate = job.spec().optimizer().learningRate();
            this.rate = initialRate;
        }

        private void add(int place, CallbackSpec callback) {
            var params = Binder.bind(callback.params(), LearningRateScheduler.Params.class, "#", new ArrayList<>());
            if (params != null) {
                schedulers.add(new Scheduler(place, params, params.full()));
            }
        }

        LearningRatePlan plan() {
            long epochs = job.spec().epochs();
            long total = byStep ? epochs * job.stepsPerEpoch() : epochs;
            long from = 0;
            for (int i = 0; i < Math.min(total, MAX_POINTS); i++) {
                long at = total <= MAX_POINTS ? i : i * (total - 1) / (MAX_POINTS - 1);
                if (recurs && at >= MAX_EVALUATIONS) {
                    break;
                }
                for (long time = recurs ? from : at; time <= at; time++) {
                    Failure failure = apply(time);
                    if (failure != null) {
                        return new LearningRatePlan(List.copyOf(points), failure);
                    }
                }
                from = at + 1;
                points.add(new Point(byStep ? at : at * job.stepsPerEpoch(), rate));
            }
            return new LearningRatePlan(List.copyOf(points), null);
        }

        /** As the loop does: epoch-begin hooks, then those of the batch. */
        private @Nullable Failure apply(long time) {
            for (By by : By.values()) {
                for (Scheduler scheduler : schedulers) {
                    if (scheduler.params().by() == by && (by == By.STEP || isEpochsBegin(time))) {
                        try {
                            rate = scheduler.schedule().rate(moment(by, time));
                        } catch (ScheduleException e) {
                            return failure(scheduler, moment(by, time).time(), String.valueOf(e.getMessage()));
                        }
                    }
                }
            }
            return null;
        }

        private boolean isEpochsBegin(long time) {
            return !byStep || !recurs || time % job.stepsPerEpoch() == 0;
        }

        private Moment moment(By by, long time) {
            int steps = job.stepsPerEpoch();
            long own = by == By.EPOCH && byStep ? time / steps : time;
            long total = by == By.STEP
                    ? (long) job.spec().epochs() * steps
                    : job.spec().epochs();
            return new Moment(by, own, total, steps, rate, initialRate);
        }

        private static Failure failure(Scheduler scheduler, long time, String why) {
            String unit = scheduler.params().by() == By.EPOCH ? "epoch " : "step ";
            return new Failure(
                    scheduler.place(),
                    time,
                    scheduler.params().words() + " " + why + "; in " + unit + time + " it ends the job");
        }
    }
}
