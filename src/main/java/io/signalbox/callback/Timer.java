package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.Outcome;
import io.signalbox.spec.Resources;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.time.Duration;
import java.util.function.LongSupplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stops training gracefully before it has trained for longer than it may, as far as the last step or epoch tells how long
 * the next will take; the validation that closes the epoch is reckoned with. Attempts before count in. As {@code
 * lightning.pytorch.callbacks.Timer}, which stops only after.
 */
final class Timer implements Callback {

    /** Name of the one that keeps a job's {@code resources.time_limit}. */
    static final String TIME_LIMIT = "TimeLimit";

    private static final double NANOS_PER_SECOND = 1e9;

    /** Lightning's arguments. */
    @Described("Stops training gracefully before a budget of wall-clock time would be passed")
    record Params(
            @Param(value = "Wall-clock time of training, such as 90s, 30m, 2h or 1d", pattern = Resources.TIME)
            String duration,

            @Param(
                    value = "Whether to look after every step or only after every epoch",
                    defaultValue = "\"step\"",
                    oneOf = {"step", "epoch"})
            String interval) {}

    private final String name;
    private final Duration budget;
    private final boolean perEpoch;
    private final LongSupplier nanoClock;
    private long begin;
    private long before;
    private long mark;
    private long last;
    private long validation;
    private long validationBegin;

    Timer(String name, Params params) {
        this(name, params, System::nanoTime);
    }

    Timer(String name, Params params, LongSupplier nanoClock) {
        this(name, Resources.duration(params.duration()), params.interval().equals("epoch"), nanoClock);
    }

    private Timer(String name, Duration budget, boolean perEpoch, LongSupplier nanoClock) {
        this.name = name;
        this.budget = budget;
        this.perEpoch = perEpoch;
        this.nanoClock = nanoClock;
    }

    /** That of a job's {@code resources.time_limit}. */
    static Timer timeLimit(Duration limit, LongSupplier nanoClock) {
        return new Timer(TIME_LIMIT, limit, false, nanoClock);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        begin = nanoClock.getAsLong();
        before = 0;
        mark = 0;
        last = 0;
        validation = 0;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        if (!perEpoch) {
            lap();
            look(last + validation, "step", run);
        }
    }

    /** A pause takes nothing of the budget. */
    @Override
    public void onPaused(long nanos, Run run) {
        begin += nanos;
    }

    @Override
    public void onTestBegin(Run run) {
        validationBegin = spent();
    }

    @Override
    public void onTestEnd(Logs logs, Run run) {
        validation = spent() - validationBegin;
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        if (perEpoch) {
            lap();
            look(last, "epoch", run);
        } else {
            mark = spent();
            look(last + validation, "step", run);
        }
    }

    private void lap() {
        long now = spent();
        last = now - mark;
        mark = now;
    }

    private void look(long next, String unit, Run run) {
        if (spent() + next > budget.toNanos() && run.stopRequest() == null) {
            String reason = "the time limit of " + budget.toSeconds() + " s is reached: " + seconds(spent())
                    + " s are spent and the next " + unit + " takes about " + seconds(next) + " s";
            run.emit(new CallbackActed(name, "info", reason + ": stopping"));
            run.stop(StopRequest.of(Outcome.TIME_LIMIT, reason, name));
        }
    }

    private long spent() {
        return before + nanoClock.getAsLong() - begin;
    }

    private static String seconds(long nanos) {
        return Numbers.brief(Math.round(nanos / NANOS_PER_SECOND * 10) / 10.0);
    }

    @Override
    public String explain(Run run) {
        return seconds(spent()) + " s of " + budget.toSeconds() + " s are spent; stops when the next "
                + (perEpoch ? "epoch" : "step") + ", about " + seconds(perEpoch ? last : last + validation)
                + " s, would pass that";
    }

    @Override
    public ObjectNode state() {
        return Callback.super
                .state()
                .put("spent_nanos", spent())
                .put("mark_nanos", mark)
                .put("last_nanos", last)
                .put("validation_nanos", validation);
    }

    @Override
    public void restore(ObjectNode state) {
        before = state.get("spent_nanos").asLong();
        mark = state.get("mark_nanos").asLong();
        last = state.get("last_nanos").asLong();
        validation = state.get("validation_nanos").asLong();
    }
}
