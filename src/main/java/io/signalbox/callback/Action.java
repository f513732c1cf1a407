package io.signalbox.callback;

import io.signalbox.callback.expression.Formula;
import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.Outcome;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link LambdaCallback} does: one of these. */
@Described("One thing to do: an object with one name")
record Action(
        @Param("Stop training when the hook is over") @Nullable
        Stop stop,

        @Param("Set the learning rate") @Nullable SetLearningRate setLearningRate,
        @Param("Save a checkpoint") @Nullable SaveCheckpoint saveCheckpoint,

        @Param("Put the weights of a checkpoint of this job back") @Nullable
        RestoreCheckpoint restoreCheckpoint,

        @Param(name = "notify", value = "Tell people, by an alert") @Nullable
        Notify alert,

        @Param("Log a metric: at an epoch's end with the epoch's, else by step") @Nullable
        LogMetric logMetric)
        implements Constrained {

    /** Something to do. */
    sealed interface Deed {

        void run(Occasion occasion);
    }

    @Override
    public void check(Rules rules) {
        int given = deeds().size();
        if (given != 1) {
            rules.broken(
                    "",
                    "option.conflict",
                    "must name one of stop, set_learning_rate, save_checkpoint, restore_checkpoint, notify, log_metric;"
                            + " names " + given);
        }
    }

    Deed deed() {
        return deeds().get(0);
    }

    private List<Deed> deeds() {
        List<Deed> given = new ArrayList<>();
        for (Deed deed :
                new @Nullable Deed[] {stop, setLearningRate, saveCheckpoint, restoreCheckpoint, alert, logMetric}) {
            if (deed != null) {
                given.add(deed);
            }
        }
        return given;
    }

    /** {@code stop}. */
    record Stop(
            @Param(value = "Why, for people; by default the condition", maxLength = 200) @Nullable
            String reason) implements Deed {

        @Override
        public void run(Occasion occasion) {
            String why = reason == null ? occasion.condition() : reason;
            occasion.run().stop(StopRequest.of(Outcome.EARLY_STOPPED, why, occasion.name()));
        }
    }

    /** {@code set_learning_rate}. */
    record SetLearningRate(
            @Param(value = "The rate", min = 0, exclusiveMin = true, max = 1000) @Nullable
            Double value,

            @Param(value = "Times the rate there is", min = 0, exclusiveMin = true, max = 1000) @Nullable
            Double factor)
            implements Deed, Constrained {

        @Override
        public void check(Rules rules) {
            if ((value == null) == (factor == null)) {
                rules.broken("", "option.conflict", "exactly one of value and factor must be given");
            }
        }

        @Override
        public void run(Occasion occasion) {
            LearningRate rates = occasion.run().learningRate();
            rates.set(value != null ? value : rates.scheduled() * (factor == null ? 1 : factor), occasion.name());
        }
    }

    /** {@code save_checkpoint}. */
    record SaveCheckpoint(
            @Param(
                    value = "Name of the checkpoint, with fields such as {epoch:03d} and {loss:.2f}; by default the"
                            + " callback's own, so that each takes the place of the one before",
                    pattern = CheckpointTemplate.PATTERN,
                    maxLength = 200)
            @Nullable
            String name)
            implements Deed, Constrained {

        @Override
        public void check(Rules rules) {
            if (name != null) {
                CheckpointTemplate template = new CheckpointTemplate(name);
                try {
                    template.check();
                } catch (IllegalArgumentException e) {
                    rules.broken("name", "format", String.valueOf(e.getMessage()));
                }
                ModelCheckpoint.checkNotReserved("name", template.text(), rules);
            }
        }

        @Override
        public void run(Occasion occasion) {
            Map<String, Double> metrics = occasion.logs().toMap();
            String template = name == null ? occasion.name() : name;
            try {
                String filled =
                        new CheckpointTemplate(template).fill(occasion.run().epoch(), null, metrics);
                occasion.run().saveCheckpoint(new CheckpointRequest(filled, false, false, metrics, occasion.name()));
            } catch (IllegalArgumentException e) {
                occasion.warn("no checkpoint is saved: " + e.getMessage());
            }
        }
    }

    /** {@code restore_checkpoint}. */
    record RestoreCheckpoint(
            @Param(
                    value = "Name of the checkpoint, best and latest too",
                    defaultValue = "\"best\"",
                    pattern = "[A-Za-z0-9._-]+",
                    maxLength = 100)
            String name)
            implements Deed {

        @Override
        public void run(Occasion occasion) {
            if (occasion.run().restoreFromCheckpoint(name)) {
                occasion.run().emit(new Restored("checkpoint " + name, null, occasion.name()));
            } else {
                occasion.warn("there is no checkpoint '" + name + "' to go back to");
            }
        }
    }

    /** {@code notify}. */
    record Notify(
            @Param(value = "What to tell; by default the condition", maxLength = 1000) @Nullable
            String message) implements Deed {

        @Override
        public void run(Occasion occasion) {
            String text = message == null ? occasion.condition() : message;
            occasion.run().emit(new Alert(occasion.name(), "lambda", text));
        }
    }

    /** {@code log_metric}. */
    record LogMetric(
            @Param(value = "Name of the metric; not that of another", pattern = "[A-Za-z_][A-Za-z0-9_]{0,63}")
            String name,

            @Param(value = "Its value: an expression, as the condition", maxLength = Formula.MAX_LENGTH)
            String value)
            implements Deed, Constrained {

        @Override
        public void check(Rules rules) {
            Occasion.check("value", value, Formula.Kind.NUMBER, rules);
        }

        @Override
        public void run(Occasion occasion) {
            occasion.number(Formula.ofMetrics(value, Formula.Kind.NUMBER)).ifPresent(number -> {
                if (occasion.isEpochEnd()) {
                    occasion.logs().put(name, number);
                } else {
                    occasion.run().emit(new MetricsLogged(occasion.name(), Map.of(name, number)));
                }
            });
        }
    }

    /** The expressions in it, by their place below the action. */
    List<Map.Entry<String, String>> formulas() {
        return logMetric == null ? List.of() : List.of(Map.entry("log_metric/value", logMetric.value()));
    }
}
