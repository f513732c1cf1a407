package io.signalbox.engine.program;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How updates differ from the optimizer's own.
 *
 * @param frozen names of the parameters that stay as they are
 * @param frozenStatistics whether layers that are frozen whole keep and use their running statistics
 * @param factors of the learning rate by name of the parameter; 1 where there is none
 * @param clipNorm bound of the norm over all gradients, after the optimizer's own
 * @param clipValue bound of each gradient, after the norm's
 * @param accumulates whether an update is of several batches
 * @param measures whether gradients can be measured
 */
public record Plan(
        Set<String> frozen,
        boolean frozenStatistics,
        Map<String, Double> factors,
        @Nullable Double clipNorm,
        @Nullable Double clipValue,
        boolean accumulates,
        boolean measures) {

    /** The optimizer's own updates. */
    public static final Plan PLAIN = new Plan(Set.of(), false, Map.of(), null, null, false, false);

    public Plan clipping(@Nullable Double norm, @Nullable Double value) {
        return new Plan(frozen, frozenStatistics, factors, norm, value, accumulates, measures);
    }

    public Plan freezing(Set<String> names, boolean statistics, Map<String, Double> rateFactors) {
        return new Plan(
                Set.copyOf(names), statistics, Map.copyOf(rateFactors), clipNorm, clipValue, accumulates, measures);
    }

    public Plan accumulating(boolean several) {
        return new Plan(frozen, frozenStatistics, factors, clipNorm, clipValue, several, measures);
    }

    public Plan measuring() {
        return new Plan(frozen, frozenStatistics, factors, clipNorm, clipValue, accumulates, true);
    }
}
