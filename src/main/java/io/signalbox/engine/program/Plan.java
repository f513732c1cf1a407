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
 * @param keepsGradients whether gradients can be kept
 */
public record Plan(
        Set<String> frozen,
        boolean frozenStatistics,
        Map<String, Double> factors,
        @Nullable Double clipNorm,
        @Nullable Double clipValue,
        boolean accumulates,
        boolean measures,
        boolean keepsGradients) {

    /** The optimizer's own updates. */
    public static final Plan PLAIN = new Plan(Set.of(), false, Map.of(), null, null, false, false, false);

    public Plan clipping(@Nullable Double norm, @Nullable Double value) {
        return new Plan(frozen, frozenStatistics, factors, norm, value, accumulates, measures, keepsGradients);
    }

    public Plan freezing(Set<String> names, boolean statistics, Map<String, Double> rateFactors) {
        return new Plan(
                Set.copyOf(names),
                statistics,
                Map.copyOf(rateFactors),
                clipNorm,
                clipValue,
                accumulates,
                measures,
                keepsGradients);
    }

    public Plan accumulating(boolean several) {
        return new Plan(frozen, frozenStatistics, factors, clipNorm, clipValue, several, measures, keepsGradients);
    }

    public Plan measuring() {
        return new Plan(frozen, frozenStatistics, factors, clipNorm, clipValue, accumulates, true, keepsGradients);
    }

    public Plan keepingGradients() {
        return new Plan(frozen, frozenStatistics, factors, clipNorm, clipValue, accumulates, measures, true);
    }
}
