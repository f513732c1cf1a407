package io.signalbox.callback;

import java.util.Map;

/**
 * A checkpoint that a callback asks for.
 *
 * @param name the checkpoint's name, replacing one of the same name; letters, digits, dot, dash, underscore
 * @param weightsOnly true for weights that cannot be trained on from exactly
 * @param best whether {@code best} names this checkpoint from now on
 * @param metrics the logs it is saved with
 * @param by name of the callback that asks
 * @param file what Keras would have called it, extension and all; the name where there is no such thing
 */
public record CheckpointRequest(
        String name, boolean weightsOnly, boolean best, Map<String, Double> metrics, String by, String file) {

    public CheckpointRequest(String name, boolean weightsOnly, boolean best, Map<String, Double> metrics, String by) {
        this(name, weightsOnly, best, metrics, by, name);
    }
}
