package io.signalbox.callback;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A metric that the model was compiled with.
 *
 * @param name as in the logs, without {@code val_}
 * @param direction which way is better; null for a metric that has none
 */
public record Metric(String name, @Nullable Direction direction) {

    /** The metrics of the catalogue. */
    public static final List<Metric> CATALOGUE =
            List.of(new Metric("accuracy", Direction.MAX), new Metric("mae", Direction.MIN));

    /** Which way is better. */
    public enum Direction {
        MIN,
        MAX
    }

    /** A metric with its direction where it is one of the catalogue. */
    public static Metric named(String name) {
        return CATALOGUE.stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElse(new Metric(name, null));
    }
}
