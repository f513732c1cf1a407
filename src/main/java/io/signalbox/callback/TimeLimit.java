package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.Outcome;
import java.time.Duration;
import java.util.function.LongSupplier;
import tools.jackson.databind.node.ObjectNode;

/** Stops training gracefully when it has trained for so long, attempts before counted in. */
final class TimeLimit implements Callback {

    static final String NAME = "TimeLimit";

    private final Duration limit;
    private final LongSupplier nanoClock;
    private long begin;
    private long before;

    TimeLimit(Duration limit, LongSupplier nanoClock) {
        this.limit = limit;
        this.nanoClock = nanoClock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onTrainBegin(Run run) {
        begin = nanoClock.getAsLong();
        before = 0;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        look(run);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        look(run);
    }

    private void look(Run run) {
        if (spent() >= limit.toNanos() && run.stopRequest() == null) {
            String reason = "the time limit of " + limit.toSeconds() + " s is reached";
            run.emit(new CallbackActed(NAME, "info", reason + ": stopping"));
            run.stop(StopRequest.of(Outcome.TIME_LIMIT, reason, NAME));
        }
    }

    private long spent() {
        return before + nanoClock.getAsLong() - begin;
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        state.put("spent_nanos", spent());
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        before = state.get("spent_nanos").asLong();
    }
}
