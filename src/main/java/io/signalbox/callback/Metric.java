package io.signalbox.callback;

import org.jspecify.annotations.Nullable;

/**
 * A metric that the model was compiled with.
 *
 * @param name as in the logs, without {@code val_}
 * @param direction which way is better; null for a metric that has none
 */
public record Metric(String name, @Nullable Direction direction) {

    /** Which way is better. */
    public enum Direction {
        MIN,
        MAX
    }
}
