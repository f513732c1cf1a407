package io.signalbox.callback;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Watches and steers a training run, as {@code keras.callbacks.Callback} does. All hooks are called on the training
 * thread, in the order of the list. The loop, with every hook in place ({@link TrainingLoop} is this text in Java):
 *
 * <pre>{@code
 * onTrainBegin; restore(state) when going on from a checkpoint; hold while a callback holds
 * for epoch in from .. epochs - 1:
 *     onEpochBegin                                  (not again when going on in the middle of an epoch)
 *     for batch in 0 .. stepsPerEpoch - 1:
 *         onTrainBatchBegin; one update; onTrainBatchEnd(logs)
 *         carry out what the callbacks asked for (checkpoints); hold while a callback holds; leave if stop was asked
 *     if there is validation data:
 *         onTestBegin; for each batch: onTestBatchBegin; onTestBatchEnd(logs); onTestEnd(logs)
 *     onEpochEnd(logs of the epoch, with val_ ones)
 *     carry out what the callbacks asked for; hold while a callback holds; leave if stop was asked
 * onTrainEnd(logs of the last epoch)                (also after a stop and after NaN, not after an error)
 * onException(error)                                (instead, after an error)
 * onCheckpointSaved                                 (before the next one is taken, and before training ends)
 * }</pre>
 *
 * <p>A stop is a flag read at these boundaries, never an exception. A callback resets itself in {@link #onTrainBegin}.
 */
public interface Callback {

    /** Addresses this callback in commands, events and checkpoints; unique within a run. */
    String name();

    default void onTrainBegin(Run run) {}

    /** {@code logs} are those of the last epoch that ended, empty before the first. */
    default void onTrainEnd(Logs logs, Run run) {}

    default void onEpochBegin(int epoch, Run run) {}

    default void onEpochEnd(int epoch, Logs logs, Run run) {}

    default void onTrainBatchBegin(int batch, Run run) {}

    /** {@code logs} are means over the epoch so far, as in Keras. */
    default void onTrainBatchEnd(int batch, Logs logs, Run run) {}

    default void onTestBegin(Run run) {}

    /** {@code logs} have no {@code val_} in their names here. */
    default void onTestEnd(Logs logs, Run run) {}

    default void onTestBatchBegin(int batch, Run run) {}

    default void onTestBatchEnd(int batch, Logs logs, Run run) {}

    /**
     * Keeps training at a boundary, at which all that was asked for is carried out: a state from which training goes on
     * exactly. True has what this call asked for carried out and waited for, and every callback asked again.
     */
    default boolean hold(Run run) {
        return false;
    }

    /** Training stood still for so long since the last hook, at somebody's wish: not time that training took. */
    default void onPaused(long nanos, Run run) {}

    /**
     * A checkpoint was written and verified: one that a callback asked for, or one of the trainer's own. Training goes on
     * while it is written; this is called before the next one is taken and before training ends, so always at the same step.
     */
    default void onCheckpointSaved(SavedCheckpoint saved, Run run) {}

    /**
     * Training ends by an error, which stays the error that is told. Checkpoints asked for here are written with weights
     * only: some callbacks may have seen the last batch and others not, so training cannot go on from it exactly.
     */
    default void onException(RuntimeException error, Run run) {}

    /**
     * Where this callback stands, in words that a person can act on: "waits 3 of 5 epochs for val_loss to go below 0.231
     * (epoch 7); can stop at epoch 12". Empty if there is nothing to say. Told at each epoch's end.
     */
    default String explain(Run run) {
        return "";
    }

    /**
     * Whether this callback can run over a recorded history: true for one that works on nothing but the logs and what
     * {@link Run} offers beside {@link Run#directory}. One that reaches for files, the network, a clock, the device or the
     * network's tensors is passed over in a replay.
     */
    default boolean replayable() {
        return false;
    }

    /** All that this callback must remember to go on from a checkpoint as if nothing had happened. */
    default ObjectNode state() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Takes up a {@link #state()}. Called after {@link #onTrainBegin}. */
    default void restore(ObjectNode state) {}
}
