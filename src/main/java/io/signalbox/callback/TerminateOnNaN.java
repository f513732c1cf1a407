package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.Outcome;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.OptionalDouble;

/** Stops training at the first batch whose loss is not finite, as {@code keras.callbacks.TerminateOnNaN} does. */
final class TerminateOnNaN implements Callback {

    /** Keras' arguments and defaults. */
    @Described("Stops training at the first batch whose loss is not finite")
    record Params(
            @Param(
                    value = "End with an error at once: nothing is restored and no final checkpoint is kept",
                    defaultValue = "false")
            boolean raiseError) {}

    private final String name;
    private final Params params;

    TerminateOnNaN(String name, Params params) {
        this.name = name;
        this.params = params;
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
    public String explain(Run run) {
        return params.raiseError()
                ? "ends the job with an error at the first batch whose loss is not finite"
                : "stops training at the first batch whose loss is not finite";
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        OptionalDouble loss = logs.get("loss");
        if (loss.isPresent() && !Double.isFinite(loss.getAsDouble())) {
            String reason = "the loss is " + Numbers.nonFinite(loss.getAsDouble()) + " at batch " + batch + " of epoch "
                    + run.epoch();
            if (params.raiseError()) {
                throw new CallbackException(name, reason);
            }
            run.emit(new CallbackActed(name, "warning", reason + ": stopping"));
            run.stop(StopRequest.of(Outcome.TERMINATED_ON_NAN, reason, name));
        }
    }
}
