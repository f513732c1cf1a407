package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Param;

/**
 * One of k ways to cut the rows: each row validates in just one of them. The cut hangs on rows and k alone, so that jobs of
 * different folds fit together.
 *
 * @param fold the one that validates, from 0
 */
public record Folds(
        @Param(value = "How many folds the rows are dealt to", min = 2, max = 100)
        int k,

        @Param(value = "The one that validates, from 0; the others train", min = 0, max = 99)
        int fold)
        implements Constrained {

    @Override
    public void check(Rules rules) {
        if (fold >= k) {
            rules.broken("fold", "range.max", "must be less than k, " + k + ", was " + fold);
        }
    }
}
