package io.signalbox.callback.schedule;

import io.signalbox.callback.expression.Formula;
import io.signalbox.callback.expression.FormulaException;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.Map;

/** A user's own schedule. */
@Described("A CEL expression; the bare text may stand for the object")
record Expression(
        @Param(
                value =
                        "The rate, in CEL, of epoch, step, epochs, steps, steps_per_epoch, lr (the rate before) and initial_lr,"
                                + " with min, max, pow, exp, log, sqrt, floor, abs, sin, cos, pi and lists: \"epoch < 10 ? lr : lr *"
                                + " 0.95\"",
                maxLength = Formula.MAX_LENGTH)
        String expression)
        implements ScheduleSpec, Constrained {

    private static final String RATE = "lr";

    private Formula formula() {
        return Formula.of(expression, Formula.Kind.NUMBER);
    }

    @Override
    public void check(Rules rules) {
        try {
            formula();
        } catch (FormulaException e) {
            rules.broken("expression", "expression.invalid", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean recurs() {
        return formula().names().contains(RATE);
    }

    @Override
    public double rate(Moment now) {
        boolean byStep = now.by() == By.STEP;
        int steps = now.stepsPerEpoch();
        try {
            return formula()
                    .number(Map.of(
                            "epoch",
                            byStep ? now.time() / steps : now.time(),
                            "step",
                            byStep ? now.time() : now.time() * steps,
                            "epochs",
                            byStep ? (now.total() + steps - 1) / steps : now.total(),
                            "steps",
                            byStep ? now.total() : now.total() * steps,
                            "steps_per_epoch",
                            (long) steps,
                            RATE,
                            now.rate(),
                            "initial_lr",
                            now.initialRate()));
        } catch (FormulaException e) {
            throw new ScheduleException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String toString() {
        return "'" + expression + "'";
    }
}
