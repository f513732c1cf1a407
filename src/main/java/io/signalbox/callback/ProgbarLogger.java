package io.signalbox.callback;

import io.signalbox.event.EventDetail.Log;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tells in the trainer's log how far an epoch is, as {@code keras.callbacks.ProgbarLogger} does: whole lines, to be followed
 * with {@code tail -f}. The line of an epoch's end is there without it.
 */
final class ProgbarLogger implements Callback {

    /** Keras' has no arguments. */
    @Described("Writes a line to the log several times in an epoch; a line at each epoch's end is there without it")
    record Params(
            @Param(value = "Lines within an epoch", unit = "lines", defaultValue = "10", min = 1, max = 100)
            int linesPerEpoch) {}

    private final String name;
    private final Params params;

    ProgbarLogger(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        long done = batch + 1L;
        boolean due = done * params.linesPerEpoch() / run.stepsPerEpoch()
                > batch * (long) params.linesPerEpoch() / run.stepsPerEpoch();
        // The line of the epoch's end comes right after its last batch.
        if (due && done < run.stepsPerEpoch()) {
            run.emit(new Log("info", line(done, logs, run)));
        }
    }

    private static String line(long done, Logs logs, Run run) {
        return "Epoch " + (run.epoch() + 1) + "/" + run.epochs() + " - " + done + "/" + run.stepsPerEpoch() + " - "
                + describe(logs.toMap());
    }

    /** {@code loss: 0.1234 - accuracy: 9.8765e-04}. */
    private static String describe(Map<String, Double> logs) {
        return logs.entrySet().stream()
                .map(metric -> metric.getKey() + ": " + Numbers.progress(metric.getValue()))
                .collect(Collectors.joining(" - "));
    }

    @Override
    public String explain(Run run) {
        return "writes " + params.linesPerEpoch() + " lines an epoch to the log";
    }
}
