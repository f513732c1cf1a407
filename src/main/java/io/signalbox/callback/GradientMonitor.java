package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Logs the norms of gradients, before clipping, and warns when they explode, vanish or are no numbers: as {@code
 * gradient_norm} (all together), {@code gradient_norm.0} (a layer) or {@code gradient_norm.0.weight} (a parameter).
 */
final class GradientMonitor implements Callback {

    private static final String NORM = "gradient_norm";

    /** How all gradients together fare. */
    private enum Condition {
        WELL,
        EXPLODING,
        VANISHING,
        NOT_FINITE
    }

    @Described("Logs norms of gradients and warns when they explode, vanish or are not finite")
    record Params(
            @Param(
                    value = "Steps between two measurements",
                    unit = "steps",
                    defaultValue = "10",
                    min = 1,
                    max = 1_000_000)
            int every,

            @Param(
                    value = "Norms to log beside the one of all gradients together",
                    defaultValue = "\"layer\"",
                    oneOf = {"none", "layer", "parameter"})
            String per,

            @Param(
                    value = "Gradients explode when the norm of all together is above this",
                    defaultValue = "1000.0",
                    min = 0,
                    exclusiveMin = true)
            double explodesAbove,

            @Param(
                    value = "Gradients vanish when the norm of all together is below this",
                    defaultValue = "1e-7",
                    min = 0)
            double vanishesBelow)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            if (vanishesBelow >= explodesAbove) {
                rules.broken("vanishes_below", "range", "must be less than explodes_above, " + explodesAbove);
            }
        }
    }

    private final String name;
    private final Params params;
    private Condition condition = Condition.WELL;
    private boolean due;
    private double last;
    private double sum;
    private long measured;

    GradientMonitor(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        condition = Condition.WELL;
        last = Double.NaN;
        sum = 0;
        measured = 0;
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        sum = 0;
        measured = 0;
    }

    @Override
    public void onTrainBatchBegin(int batch, Run run) {
        due = run.step() % params.every() == 0;
        if (due) {
            run.updates().measure();
        }
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        Map<String, Double> norms = due ? run.updates().gradientNorms() : Map.of();
        if (norms.isEmpty()) {
            return;
        }
        Map<String, Double> measurements = new LinkedHashMap<>();
        norms.forEach((parameter, norm) -> {
            measurements.merge(NORM, norm * norm, Double::sum);
            if (!params.per().equals("none")) {
                measurements.merge(NORM + "." + place(parameter), norm * norm, Double::sum);
            }
        });
        measurements.replaceAll((metric, square) -> Math.sqrt(square));
        run.emit(new MetricsLogged(name, measurements));
        judge(measurements.getOrDefault(NORM, 0.0), run);
    }

    /** {@code 0.weight} is of the layer {@code 0}. */
    private String place(String parameter) {
        return params.per().equals("layer") ? parameter.substring(0, parameter.lastIndexOf('.')) : parameter;
    }

    private void judge(double norm, Run run) {
        last = norm;
        sum += norm;
        measured++;
        Condition before = condition;
        condition = condition(norm);
        if (condition != before) {
            run.emit(new CallbackActed(name, condition == Condition.WELL ? "info" : "warning", describe(norm)));
        }
    }

    private Condition condition(double norm) {
        if (!Double.isFinite(norm)) {
            return Condition.NOT_FINITE;
        }
        if (norm > params.explodesAbove()) {
            return Condition.EXPLODING;
        }
        return norm < params.vanishesBelow() ? Condition.VANISHING : Condition.WELL;
    }

    private String describe(double norm) {
        String value = "the norm of all gradients is " + Numbers.brief(norm);
        return switch (condition) {
            case WELL -> value + ": within bounds again";
            case EXPLODING ->
                value + ", above " + Numbers.brief(params.explodesAbove())
                        + ": lower the learning rate or clip gradients";
            case VANISHING ->
                value + ", below " + Numbers.brief(params.vanishesBelow())
                        + ": the network hardly learns; look at its activations and depth";
            case NOT_FINITE ->
                value + ": the update makes the weights useless; lower the learning rate or clip gradients";
        };
    }

    /** The epoch's mean of what was measured. */
    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        if (measured > 0) {
            logs.put(NORM, sum / measured);
        }
    }

    @Override
    public String explain(Run run) {
        return measured == 0 && Double.isNaN(last) ? "has measured no gradient yet" : describeNow();
    }

    private String describeNow() {
        return condition == Condition.WELL
                ? "the norm of all gradients was " + Numbers.brief(last) + " when last measured, between "
                        + Numbers.brief(params.vanishesBelow()) + " and " + Numbers.brief(params.explodesAbove())
                : describe(last);
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = Callback.super.state();
        state.put("condition", condition.name()).put("measured", measured);
        Numbers.put(state, "last", last);
        Numbers.put(state, "sum", sum);
        return state;
    }

    @Override
    public void restore(ObjectNode state) {
        condition = Condition.valueOf(state.get("condition").asString());
        measured = state.get("measured").asLong();
        last = Double.parseDouble(state.get("last").asString());
        sum = Double.parseDouble(state.get("sum").asString());
    }
}
