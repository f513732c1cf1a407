package io.signalbox.callback;

import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The callbacks of a run, called in order. As in Keras History comes last, after the user's; RemoteControl comes first, so
 * that a command is applied before the user's callbacks see the batch.
 */
public final class CallbackList {

    private final List<Callback> callbacks;
    private final Run run;

    /** @param callbacks may change between two hooks, by one of them */
    public CallbackList(List<Callback> callbacks, Run run) {
        this.callbacks = callbacks;
        this.run = run;
    }

    public void onTrainBegin() {
        callbacks.forEach(callback -> callback.onTrainBegin(run));
    }

    /** Calls every callback, also after one that failed; the first failure is thrown then. */
    public void onTrainEnd(Logs logs) {
        RuntimeException failure = null;
        for (Callback callback : callbacks) {
            try {
                callback.onTrainEnd(logs, run);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    public void onEpochBegin(int epoch) {
        callbacks.forEach(callback -> callback.onEpochBegin(epoch, run));
    }

    public void onEpochEnd(int epoch, Logs logs) {
        callbacks.forEach(callback -> callback.onEpochEnd(epoch, logs, run));
    }

    public void onTrainBatchBegin(int batch) {
        callbacks.forEach(callback -> callback.onTrainBatchBegin(batch, run));
    }

    public void onTrainBatchEnd(int batch, Logs logs) {
        callbacks.forEach(callback -> callback.onTrainBatchEnd(batch, logs, run));
    }

    public void onTestBegin() {
        callbacks.forEach(callback -> callback.onTestBegin(run));
    }

    public void onTestEnd(Logs logs) {
        callbacks.forEach(callback -> callback.onTestEnd(logs, run));
    }

    public void onTestBatchBegin(int batch) {
        callbacks.forEach(callback -> callback.onTestBatchBegin(batch, run));
    }

    public void onTestBatchEnd(int batch, Logs logs) {
        callbacks.forEach(callback -> callback.onTestBatchEnd(batch, logs, run));
    }

    /** Whether any callback {@linkplain Callback#hold holds} training; all are asked. */
    public boolean hold() {
        boolean held = false;
        for (Callback callback : callbacks) {
            held |= callback.hold(run);
        }
        return held;
    }

    public void onCheckpointSaved(SavedCheckpoint saved) {
        callbacks.forEach(callback -> callback.onCheckpointSaved(saved, run));
    }

    /** Calls every callback; what fails is added to the error, never put in its place. */
    public void onException(RuntimeException error) {
        for (Callback callback : callbacks) {
            try {
                callback.onException(error, run);
            } catch (RuntimeException e) {
                suppress(error, e);
            }
        }
    }

    private static void suppress(RuntimeException error, RuntimeException other) {
        if (other != error) {
            error.addSuppressed(other);
        }
    }

    /** The state of every callback by its name. */
    public ObjectNode state() {
        ObjectNode states = JsonNodeFactory.instance.objectNode();
        callbacks.forEach(callback -> states.set(callback.name(), callback.state()));
        return states;
    }

    /** Takes up a {@link #state()}; a callback that it does not name starts afresh. */
    public void restore(ObjectNode states) {
        for (Callback callback : callbacks) {
            if (states.get(callback.name()) instanceof ObjectNode state) {
                callback.restore(state);
            }
        }
    }
}
