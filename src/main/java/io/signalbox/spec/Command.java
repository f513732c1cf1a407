package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Param;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a user asks of a running job. On the wire {@code type} names the record in snake case. */
public sealed interface Command {

    /**
     * End gracefully: train-end callbacks run and a final checkpoint is kept.
     *
     * @param at the boundary to stop at
     * @param restoreBest put the best weights that a callback kept back first
     * @param save whether to keep a final checkpoint
     * @param deadlineSeconds end the process if it has not ended so long after
     */
    record Stop(
            @Param(
                    value = "Boundary to stop at",
                    defaultValue = "\"batch\"",
                    oneOf = {"batch", "epoch"})
            String at,

            @Param(value = "Put the best weights back; by default as EarlyStopping says") @Nullable
            Boolean restoreBest,

            @Param(value = "Keep a final checkpoint", defaultValue = "true")
            boolean save,

            @Param(value = "End the process if it has not ended by then", min = 1, max = 86_400) @Nullable
            Integer deadlineSeconds)
            implements Command {}

    /** End the process at once; nothing more is saved. */
    record Cancel() implements Command {}

    /** Wait at the next boundary, keeping the trainer and its slot; commands are still answered. */
    record Pause() implements Command {}

    /** Go on after a pause, or queue a suspended job again. */
    record Resume() implements Command {}

    /** Checkpoint at the next boundary and give the slot back; the job goes on exactly when resumed. */
    record Suspend() implements Command {}

    /** Train so many epochs in all; a job that has ended goes on from its last full checkpoint. */
    record SetEpochs(
            @Param(value = "Epochs in all", min = 1, max = JobSpec.MAX_EPOCHS)
            int epochs) implements Command {}

    /** Keep a full checkpoint of the next boundary. */
    record SaveCheckpoint(
            @Param(value = "Its name; by default step- and the updates done", maxLength = 64, pattern = Names.FILE)
            @Nullable
            String name)
            implements Command, Constrained {

        @Override
        public void check(Rules rules) {
            if (name != null && (OWN.contains(name) || name.startsWith("backup-"))) {
                rules.broken("name", "name.taken", "names a checkpoint of the trainer's own; choose another");
            }
        }

        private static final Set<String> OWN = Set.of("best", "latest", "final", "stopped", "restored");
    }

    /** Put a checkpoint's weights back, and what the optimizer keeps; training goes on with the next batch. */
    record RestoreCheckpoint(
            @Param(value = "Its name, or best or latest", maxLength = 100, pattern = Names.FILE)
            String name,

            @Param(value = "Leave what the optimizer keeps as it is", defaultValue = "false")
            boolean weightsOnly)
            implements Command {}

    /** Go through the validation data with the present weights. */
    record Evaluate() implements Command {}

    /** Change parameters of a callback; what it remembers stays. */
    record UpdateCallback(
            @Param(value = "The callback's name", maxLength = 64)
            String name,

            @Param("Parameters to change; the others stay, null is the default")
            ObjectNode params)
            implements Command {}

    /** Add a callback after the others of the spec. */
    record AddCallback(
            @Param("As in a job spec: type, name and parameters")
            ObjectNode callback) implements Command {}

    /** Remove a callback: it is called no more. */
    record RemoveCallback(
            @Param(value = "The callback's name", maxLength = 64)
            String name) implements Command {}

    /** Pin the learning rate: exactly one of value and factor (of the rate in force). */
    record SetLearningRate(
            @Param(value = "The rate", min = 0, exclusiveMin = true, max = 1000) @Nullable
            Double value,

            @Param(value = "Times the rate in force", min = 0, exclusiveMin = true, max = 1_000_000) @Nullable
            Double factor,

            @Param(value = "Release by itself at the begin of this epoch", min = 1, max = 1_000_000) @Nullable
            Integer untilEpoch)
            implements Command, Constrained {

        @Override
        public void check(Rules rules) {
            if (value == null && factor == null) {
                rules.broken("value", "required", "give a value, or a factor of the rate in force");
            }
            if (value != null && factor != null) {
                rules.broken("factor", "exclusive", "give either a value or a factor, not both");
            }
        }
    }

    /** Give the learning rate back to schedules and plateau rules. */
    record ReleaseLearningRate() implements Command {}
}
