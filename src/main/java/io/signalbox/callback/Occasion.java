package io.signalbox.callback;

import io.signalbox.callback.LambdaCallback.Hook;
import io.signalbox.callback.expression.Formula;
import io.signalbox.callback.expression.FormulaException;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.schema.Constrained.Rules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A hook at which a {@link LambdaCallback} looks, with all values that its expressions may name. */
final class Occasion {

    private final String name;
    private final LambdaCallback.Params params;
    private final Logs logs;
    private final Run run;
    private final MetricMemory memory;
    private final Map<String, Object> values = new HashMap<>();

    Occasion(String name, LambdaCallback.Params params, Logs logs, Run run, MetricMemory memory) {
        this.name = name;
        this.params = params;
        this.logs = logs;
        this.run = run;
        this.memory = memory;
        memory.putInto(values, logs);
        values.put("epoch", (long) run.epoch());
        values.put("step", run.step());
        values.put("epochs", (long) run.epochs());
        values.put("steps", (long) run.epochs() * run.stepsPerEpoch());
        values.put("steps_per_epoch", (long) run.stepsPerEpoch());
        values.put("lr", run.learningRate().value());
    }

    /** Tells what is wrong in an expression of metrics. */
    static void check(String name, String text, Formula.Kind kind, Rules rules) {
        try {
            Formula.ofMetrics(text, kind);
        } catch (FormulaException e) {
            rules.broken(name, "expression.invalid", String.valueOf(e.getMessage()));
        }
    }

    void put(String variable, Object value) {
        values.put(variable, value);
    }

    /** Of the callback. */
    String name() {
        return name;
    }

    /** For people. */
    String condition() {
        return params.when().equals("true") ? "always" : params.when();
    }

    Run run() {
        return run;
    }

    /** Those of the hook, empty where it has none. */
    Logs logs() {
        return logs;
    }

    boolean isEpochEnd() {
        return params.on() == Hook.EPOCH_END;
    }

    /** Whether a condition holds; one that cannot be looked at does not, with a warning. */
    boolean holds(Formula condition) {
        if (lacks(condition)) {
            return false;
        }
        try {
            return condition.holds(values);
        } catch (FormulaException e) {
            warnOnce(condition, String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** A number's value; empty, with a warning, where it has none. */
    OptionalDouble number(Formula formula) {
        if (lacks(formula)) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(formula.number(values));
        } catch (FormulaException e) {
            warnOnce(formula, String.valueOf(e.getMessage()));
            return OptionalDouble.empty();
        }
    }

    private void warnOnce(Formula formula, String message) {
        if (memory.warnsOf(formula.toString())) {
            warn(message);
        }
    }

    private boolean lacks(Formula formula) {
        List<String> missing = formula.metrics().stream()
                .filter(metric -> !values.containsKey(metric))
                .toList();
        for (String metric : missing) {
            if (memory.warnsOf(metric)) {
                warn("'" + metric + "' was not logged, so '" + formula + "' is not looked at; there are: "
                        + String.join(", ", logs.names()));
            }
        }
        return !missing.isEmpty();
    }

    void warn(String message) {
        run.emit(new CallbackActed(name, "warning", message));
    }
}
