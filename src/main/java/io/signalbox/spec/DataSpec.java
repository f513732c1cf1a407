package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which data a job trains on, and how it is cut and prepared.
 *
 * @param target column or columns to predict; null for the dataset's own
 * @param features columns to predict from; null for all others
 */
public record DataSpec(
        @Param(value = "Name of the dataset", maxLength = 64, pattern = Names.FILE)
        String dataset,

        @Param(
                value = "Column, or list of columns, to predict; by default the dataset's own",
                minItems = 1,
                maxItems = 64,
                unique = true,
                orOne = true)
        @Nullable
        List<String> target,

        @Param(value = "Columns to predict from; by default all others", minItems = 1, maxItems = 10_000, unique = true)
        @Nullable
        List<String> features,

        @Param(value = "Part of the rows, the last ones, kept for validation", min = 0, max = 1, exclusiveMax = true)
        @Nullable
        Double validationSplit,

        @Param(value = "Dataset to validate on", maxLength = 64, pattern = Names.FILE) @Nullable
        String validationDataset,

        @Param(value = "Keep the classes' shares equal in both parts", defaultValue = "false")
        boolean stratify,

        @Param(value = "Draw a new order of the training rows in every epoch", defaultValue = "true")
        boolean shuffle,

        @Param(
                value = "How numeric features are scaled; fitted on the training part",
                defaultValue = "\"none\"",
                oneOf = {"none", "standard", "minmax"})
        String normalize)
        implements Constrained {

    @Override
    public void check(Rules rules) {
        if (validationSplit != null && validationSplit > 0 && validationDataset != null) {
            rules.broken(
                    "validation_dataset", "exclusive", "give either validation_split or validation_dataset, not both");
        }
        if (target != null && features != null) {
            for (int i = 0; i < features.size(); i++) {
                if (target.contains(features.get(i))) {
                    rules.broken("features", "target-leak", "holds the target " + Problem.echo(features.get(i)));
                }
            }
        }
    }

    /** With what the dataset at hand settles. */
    DataSpec settled(@Nullable List<String> settledTarget, @Nullable String settledValidation) {
        return new DataSpec(
                dataset, settledTarget, features, validationSplit, settledValidation, stratify, shuffle, normalize);
    }
}
