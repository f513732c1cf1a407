package io.signalbox.callback;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A metric that the model was compiled with.
 *
 * @param name as in the logs, without {@code val_}
 * @param direction which way is better; null for a metric that has none
 */
public record Metric(String name, @Nullable Direction direction) {

    private static final Pattern RISING = Pattern.compile("accuracy|top_[0-9]{1,5}_accuracy"
            + "|(precision|recall|f1)(_(binary|macro|micro|weighted))?|auc(_ovo)?|r2");

    private static final Set<String> FALLING = Set.of("mae", "rmse", "wer", "cer");

    /** Which way is better. */
    public enum Direction {
        MIN,
        MAX
    }

    /** A metric with its direction where it is one of the catalogue, by its name in the logs without {@code val_}. */
    public static Metric named(String name) {
        if (RISING.matcher(name).matches()) {
            return new Metric(name, Direction.MAX);
        }
        return new Metric(name, FALLING.contains(name) ? Direction.MIN : null);
    }
}
