package io.signalbox.callback;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps an exponential moving average of the weights beside them: in every full checkpoint, and at the end as a checkpoint
 * named as this callback. The trained weights stay what they are. The first average is the weights after the first update;
 * then it is {@code decay * average + (1 - decay) * weights}, as {@code torch.optim.swa_utils.get_ema_multi_avg_fn} has it;
 * running statistics of batch norm are the newest.
 */
final class EMA implements Callback {

    @Described("Keeps an exponential moving average of the weights, and saves it as a checkpoint of its own")
    record Params(
            @Param(value = "Share of the average that stays at each update", defaultValue = "0.999", min = 0, max = 1)
            double decay,

            @Param(
                    value =
                            "Let the average follow faster at first: n updates after the first the decay is (1 + n) / (10 +"
                                    + " n), until that is above decay",
                    defaultValue = "false")
            boolean warmup,

            @Param(
                    value = "Updates between two averagings",
                    unit = "updates",
                    defaultValue = "1",
                    min = 1,
                    max = 1_000_000)
            int updateEvery,

            @Param(value = "Validate with the average: val_ metrics are its own", defaultValue = "false")
            boolean validate) {}

    private static final double WARMUP = 10;

    private final String name;
    private final Params params;
    private final AveragedWeights average;

    EMA(String name, Params params) {
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
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        if (run.step() % params.updateEvery() == 0) {
            average.add(1 - decay(), run);
        }
    }

    /** The warm-up is that of TensorFlow's {@code ExponentialMovingAverage} with {@code num_updates}. */
    private double decay() {
        double updates = average.count();
        return params.warmup() ? Math.min(params.decay(), (1 + updates) / (WARMUP + updates)) : params.decay();
    }

    @Override
    public void onTestBegin(Run run) {
        if (params.validate()) {
            average.putIn(run);
        }
    }

    @Override
    public void onTestEnd(Logs logs, Run run) {
        average.takeOut(run);
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        if (average.count() > 0) {
            Map<String, Double> metrics = params.validate() ? logs.toMap() : Map.of();
            run.saveCheckpoint(CheckpointRequest.ofCopy(name, metrics, name));
        }
    }

    @Override
    public String explain(Run run) {
        if (average.count() == 0) {
            return "averages from update " + params.updateEvery() + " on";
        }
        return "has averaged the weights of " + average.count() + " updates; decay is " + Numbers.brief(decay())
                + (params.validate() ? "; val_ metrics are those of the average" : "") + "; saved as '" + name
                + "' at the end";
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
