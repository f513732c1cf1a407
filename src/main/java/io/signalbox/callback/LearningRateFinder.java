package io.signalbox.callback;

import io.signalbox.event.EventDetail.LearningRateTested;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tries rising learning rates before training (Smith, 2015), as Lightning's callback of this name does, and suggests the one
 * at which the smoothed loss falls most steeply. The updates are taken back to the last bit. Put it after callbacks that
 * change updates, such as LayerFreezing, and before those that set the rate.
 */
final class LearningRateFinder implements Callback {

    /** Lightning's: weight of what was before in the smoothed loss. */
    private static final double SMOOTHING = 0.98;

    /** Lightning's: the first rates and the last are not suggested. */
    private static final int SKIPPED_AT_BEGIN = 10;

    private static final int SKIPPED_AT_END = 1;

    @Described("Tries rising learning rates before training, shows the curve and suggests a rate")
    record Params(
            @Param(value = "Rate to begin with", defaultValue = "1e-8", min = 0, max = 1000, exclusiveMin = true)
            double minLr,

            @Param(value = "Rate to end with", defaultValue = "1.0", min = 0, max = 1000, exclusiveMin = true)
            double maxLr,

            @Param(
                    value = "Updates to make, each with a rate of its own",
                    unit = "updates",
                    defaultValue = "100",
                    min = 2,
                    max = 10_000)
            int numTrainingSteps,

            @Param(
                    value = "How the rate rises from update to update: by a factor or by a sum",
                    defaultValue = "\"exponential\"",
                    oneOf = {"exponential", "linear"})
            String mode,

            @Param(
                    value = "End when the smoothed loss is above so many times the least, or none for never",
                    defaultValue = "4.0",
                    orWord = "none",
                    min = 1,
                    exclusiveMin = true)
            @Nullable
            Double earlyStopThreshold,

            @Param(value = "Train with the suggestion; else it is only told", defaultValue = "false")
            boolean apply)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            if (minLr >= maxLr) {
                rules.broken("min_lr", "range", "must be less than max_lr, " + Numbers.brief(maxLr));
            }
        }

        /** The rate of an update, from 0. */
        double rate(int update) {
            double way = (double) update / (numTrainingSteps - 1);
            return mode.equals("linear") ? minLr + (maxLr - minLr) * way : minLr * Math.pow(maxLr / minLr, way);
        }
    }

    private final String name;
    private final Params params;
    private final List<Double> smoothed = new ArrayList<>();
    private double mean;
    private double least;
    private boolean done;
    private @Nullable Double suggestion;

    LearningRateFinder(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    /** Only where training really begins: a run that goes on has been tested. */
    @Override
    public void onTrainBegin(Run run) {
        smoothed.clear();
        mean = 0;
        least = Double.POSITIVE_INFINITY;
        done = false;
        suggestion = null;
        if (run.step() > 0 || run.epoch() > 0) {
            return;
        }
        int made = run.updates()
                .rehearse(params.numTrainingSteps(), params::rate, this::goesOn)
                .size();
        if (made > 0) {
            done = true;
            suggestion = steepest();
            tell(run);
        }
    }

    private boolean goesOn(double loss) {
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
        double value = mean / (1 - Math.pow(SMOOTHING, smoothed.size() + 1));
        smoothed.add(value);
        least = Math.min(least, value);
        Double threshold = params.earlyStopThreshold();
        return Double.isFinite(value) && (threshold == null || smoothed.size() < 2 || value <= threshold * least);
    }

    /** The rate at which the loss falls most from update to update, by central differences; null if it never falls. */
    private @Nullable Double steepest() {
        double steepest = 0;
        Double found = null;
        int last = smoothed.size() - 1 - SKIPPED_AT_END;
        for (int i = SKIPPED_AT_BEGIN; i <= last; i++) {
            int before = Math.max(SKIPPED_AT_BEGIN, i - 1);
            int after = Math.min(last, i + 1);
            double slope = (smoothed.get(after) - smoothed.get(before)) / (after - before);
            if (slope < steepest) {
                steepest = slope;
                found = params.rate(i);
            }
        }
        return found;
    }

    private void tell(Run run) {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < smoothed.size(); i++) {
            rates.add(params.rate(i));
        }
        boolean applies = params.apply() && suggestion != null;
        run.emit(new LearningRateTested(name, rates, List.copyOf(smoothed), suggestion, applies));
        if (params.apply() && suggestion != null) {
            run.learningRate().set(suggestion, name);
        }
    }

    @Override
    public String explain(Run run) {
        if (!done) {
            return "tries learning rates before training begins";
        }
        if (suggestion == null) {
            return "the loss fell at no rate from " + Numbers.brief(params.minLr()) + " to "
                    + Numbers.brief(params.maxLr()) + ": there is nothing to suggest";
        }
        return "the loss fell most steeply at a rate of " + Numbers.brief(suggestion)
                + (params.apply() ? ", with which training began" : "; set it as the optimizer's, or apply: true");
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        state.put("done", done);
        Numbers.put(state, "suggestion", suggestion);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        done = state.get("done").asBoolean();
        suggestion = Numbers.get(state, "suggestion");
    }
}
