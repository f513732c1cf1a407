package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Averages the weights at the ends of the last epochs (Izmailov et al., 2018), as {@code torch.optim.swa_utils} and
 * Lightning's callback of this name do. At the end of training the model gets the average, and batch norm statistics of its
 * own by a pass over the training data; it is saved as the checkpoint {@code restored}. From its first epoch on the learning
 * rate goes to {@code swa_lrs} as {@code SWALR} has it.
 */
final class StochasticWeightAveraging implements Callback {

    @Described("Averages the weights at the ends of the last epochs; the model gets the average at the end")
    record Params(
            @Param(
                    value = "Learning rate to anneal to while averaging; by default the rate is left to others",
                    min = 0,
                    max = 1000,
                    exclusiveMin = true)
            @Nullable
            Double swaLrs,

            @Param(
                    value = "First epoch whose weights are averaged: its number, or below 1 a share of all epochs",
                    defaultValue = "0.8",
                    min = 0,
                    max = 1_000_000)
            double swaEpochStart,

            @Param(
                    value = "Epochs over which the rate goes to swa_lrs; 0 for at once",
                    unit = "epochs",
                    defaultValue = "10",
                    min = 0,
                    max = 1_000_000)
            int annealingEpochs,

            @Param(
                    value = "How the rate goes to swa_lrs: along a cosine or a line",
                    defaultValue = "\"cos\"",
                    oneOf = {"cos", "linear"})
            String annealingStrategy)
            implements Constrained, FitsJob {

        @Override
        public void check(Rules rules) {
            if (swaEpochStart >= 1 && swaEpochStart != Math.rint(swaEpochStart)) {
                rules.broken("swa_epoch_start", "type.integer", "must be an epoch's number, or a share below 1");
            }
        }

        @Override
        public void check(JobFacts job, Rules rules) {
            // Nothing would fail.
        }

        @Override
        public void doubt(JobFacts job, Rules doubts) {
            int epochs = job.spec().epochs();
            if (start(epochs) >= epochs) {
                String detail = "is after the last of " + epochs + " epochs: nothing is averaged";
                doubts.broken("swa_epoch_start", "epoch.late", detail);
            }
        }

        /** The first epoch that is averaged, of so many. */
        int start(int epochs) {
            return (int) (swaEpochStart < 1 ? swaEpochStart * epochs : swaEpochStart);
        }

        /** Share of the way to {@code swa_lrs} so many epochs after the first. */
        double annealed(int epochs) {
            double t = annealingEpochs == 0 ? 1 : Math.min(1, (double) epochs / annealingEpochs);
            return annealingStrategy.equals("cos") ? (1 - Math.cos(Math.PI * t)) / 2 : t;
        }
    }

    private final String name;
    private final Params params;
    private final AveragedWeights average;
    private double initialRate;

    StochasticWeightAveraging(String name, Params params) {
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
        initialRate = run.learningRate().scheduled();
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        int since = epoch - params.start(run.epochs());
        if (since == 0) {
            initialRate = run.learningRate().scheduled();
        }
        if (since >= 0 && params.swaLrs() != null) {
            double share = params.annealed(since);
            run.learningRate().set(params.swaLrs() * share + initialRate * (1 - share), name);
        }
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        if (epoch >= params.start(run.epochs())) {
            average.add(1.0 / (average.count() + 1), run);
        }
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        if (average.overwrite(run)) {
            run.estimateStatistics();
            run.emit(new Restored("the average of " + average.count() + " epochs' weights", run.epoch(), name));
        } else if (average.count() == 0) {
            run.emit(new CallbackActed(
                    name,
                    "warning",
                    "training ended before epoch " + params.start(run.epochs()) + ": there is no average"));
        }
    }

    @Override
    public String explain(Run run) {
        int start = params.start(run.epochs());
        if (average.count() == 0) {
            return "averages the weights at the end of each epoch from " + start + " on";
        }
        return "has averaged the weights of " + average.count() + " epochs, from " + start + " on"
                + (params.swaLrs() == null ? "" : "; the rate goes to " + Numbers.brief(params.swaLrs()));
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        average.keep(state);
        Numbers.put(state, "initial_rate", initialRate);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        average.restore(state);
        Double kept = Numbers.get(state, "initial_rate");
        initialRate = kept == null ? initialRate : kept;
    }
}
