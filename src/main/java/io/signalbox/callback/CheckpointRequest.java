package io.signalbox.callback;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint that a callback asks for.
 *
 * @param name the checkpoint's name, replacing one of the same name; letters, digits, dot, dash, underscore
 * @param weightsOnly true for weights that cannot be trained on from exactly
 * @param best whether {@code best} names this checkpoint from now on
 * @param metrics the logs it is saved with
 * @param by name of the callback that asks
 * @param file what Keras would have called it, extension and all; the name where there is no such thing
 * @param copy key of the {@linkplain Run#snapshotWeights copy} whose weights are saved; null for the model's own
 */
public record CheckpointRequest(
        String name,
        boolean weightsOnly,
        boolean best,
        Map<String, Double> metrics,
        String by,
        String file,
        @Nullable String copy) {

    public CheckpointRequest(
            String name, boolean weightsOnly, boolean best, Map<String, Double> metrics, String by, String file) {
        this(name, weightsOnly, best, metrics, by, file, null);
    }

    public CheckpointRequest(String name, boolean weightsOnly, boolean best, Map<String, Double> metrics, String by) {
        this(name, weightsOnly, best, metrics, by, name);
    }

    /** One of the weights that {@code by} keeps under its name. */
    static CheckpointRequest ofCopy(String name, Map<String, Double> metrics, String by) {
        return new CheckpointRequest(name, true, false, metrics, by, name, by);
    }
}
