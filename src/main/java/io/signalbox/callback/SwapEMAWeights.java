package io.signalbox.callback;

import io.signalbox.event.EventDetail.Restored;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Validates, and ends training, with an exponential moving average of the weights, as {@code keras.callbacks.SwapEMAWeights}
 * does with an optimizer of {@code use_ema=True}: what that optimizer is given there is given here.
 */
final class SwapEMAWeights implements Callback {

    @Described("Validates and ends with an exponential moving average of the weights")
    record Params(
            @Param(
                    value =
                            "Give the average to other callbacks at each epoch's end too, such as a ModelCheckpoint after"
                                    + " this one; training goes on with the trained weights",
                    defaultValue = "false")
            boolean swapOnEpoch,

            @Param(
                    value = "Share of the average that stays at each update; Keras' optimizer argument",
                    defaultValue = "0.99",
                    min = 0,
                    max = 1)
            double emaMomentum,

            @Param(
                    value =
                            "Updates after which the trained weights become the average, over and over; by default only at"
                                    + " the end; Keras' optimizer argument",
                    unit = "updates",
                    min = 1,
                    max = 1_000_000_000)
            @Nullable
            Integer emaOverwriteFrequency) {}

    private final String name;
    private final Params params;
    private final AveragedWeights average;

    SwapEMAWeights(String name, Params params) {
        this.name = name;
        this.params = params;
        this.average = new AveragedWeights(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        average.reset();
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        average.takeOut(run);
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        average.add(1 - params.emaMomentum(), run);
        Integer frequency = params.emaOverwriteFrequency();
        if (frequency != null && run.step() % frequency == 0) {
            average.overwrite(run);
        }
    }

    @Override
    public void onTestBegin(Run run) {
        average.putIn(run);
    }

    @Override
    public void onTestEnd(Logs logs, Run run) {
        average.takeOut(run);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        if (params.swapOnEpoch()) {
            average.putIn(run);
        }
    }

    /** Keras' optimizer puts the average in the place of the weights when training ends. */
    @Override
    public void onTrainEnd(Logs logs, Run run) {
        if (average.overwrite(run)) {
            run.emit(new Restored("averaged weights", run.epoch(), name));
        }
    }

    @Override
    public String explain(Run run) {
        if (average.count() == 0) {
            return "averages from the first update on";
        }
        return "has averaged the weights of " + average.count() + " updates, each new one by "
                + Numbers.brief(1 - params.emaMomentum())
                + (average.inModel() ? "; the model has the average now" : "; val_ metrics are those of the average");
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        average.keep(state);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        average.restore(state);
    }
}
