package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Param;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which data a job trains on, and how it is cut and prepared.
 *
 * @param target column or columns to predict; null for the dataset's own
 * @param features columns to predict from; null for all others but group and time
 * @param folds null for none
 * @param classWeight see {@link ClassWeight}; null for none
 * @param augment null for none
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
        String normalize,

        @Param(
                value = "Column of groups, none of which is in both parts; no feature unless named as one",
                maxLength = 256)
        @Nullable
        String group,

        @Param(value = "Column of times: the latest rows validate; no feature unless named as one", maxLength = 256)
        @Nullable
        String time,

        @Param("Validate on one fold of several, in place of validation_split") @Nullable
        Folds folds,

        @Param("balanced, or weights of the classes as a list or by name: an example's loss counts so many times")
        @Nullable
        JsonNode classWeight,

        @Param(value = "Changes made to the training examples anew in every epoch, in this order", maxItems = 16)
        @Nullable
        List<AugmentSpec> augment,

        @Param("How texts are cut into tokens; for datasets of texts only") @Nullable
        Tokens tokens)
        implements Constrained {

    private static final String EXCLUSIVE = "exclusive";

    /** Without groups, times, folds, weights and augmentation. */
    public DataSpec(
            String dataset,
            @Nullable List<String> target,
            @Nullable List<String> features,
            @Nullable Double validationSplit,
            @Nullable String validationDataset,
            boolean stratify,
            boolean shuffle,
            String normalize) {
        this(
                dataset,
                target,
                features,
                validationSplit,
                validationDataset,
                stratify,
                shuffle,
                normalize,
                null,
                null,
                null,
                null,
                null);
    }

    /** Of numbers. */
    public DataSpec(
            String dataset,
            @Nullable List<String> target,
            @Nullable List<String> features,
            @Nullable Double validationSplit,
            @Nullable String validationDataset,
            boolean stratify,
            boolean shuffle,
            String normalize,
            @Nullable String group,
            @Nullable String time,
            @Nullable Folds folds,
            @Nullable JsonNode classWeight,
            @Nullable List<AugmentSpec> augment) {
        this(
                dataset,
                target,
                features,
                validationSplit,
                validationDataset,
                stratify,
                shuffle,
                normalize,
                group,
                time,
                folds,
                classWeight,
                augment,
                null);
    }

    /** Whether part of the rows is kept for validation. */
    public boolean splits() {
        return folds != null || (validationSplit != null && validationSplit > 0);
    }

    /** Columns that say how rows are cut: no features unless named as such. */
    public List<String> cuttingColumns() {
        return Stream.of(group, time).filter(Objects::nonNull).toList();
    }

    /**
     * How texts become token ids. What is left open depends on the dataset.
     *
     * @param level {@code word} of labelled texts only, {@code byte} of texts without labels only
     * @param context of texts without labels only
     * @param stride of texts without labels only
     * @param maxLength of labelled texts only
     * @param maxTokens of labelled texts only
     */
    public record Tokens(
            @Param(
                    value =
                            "What a token is. Words, lower case and without punctuation, are what spaces part; by default"
                                    + " words of labelled texts and characters of others",
                    oneOf = {"character", "byte", "word"})
            @Nullable
            String level,

            @Param(
                    value = "Length of an example cut from a text without labels, by default 64",
                    unit = "tokens",
                    min = 2,
                    max = 65_536)
            @Nullable
            Integer context,

            @Param(
                    value =
                            "Tokens from the begin of an example cut from a text without labels to that of the next: less than"
                                    + " the context has them overlap, more leaves tokens out; by default the context",
                    unit = "tokens",
                    min = 1,
                    max = 65_536)
            @Nullable
            Integer stride,

            @Param(
                    value = "Length of a labelled text: what is longer is cut, what is shorter is padded at its end. By"
                            + " default that of the longest, 128 at most",
                    unit = "tokens",
                    min = 1,
                    max = 65_536)
            @Nullable
            Integer maxLength,

            @Param(
                    value = "Most entries of the vocabulary of labelled texts, with those for padding and for unknown"
                            + " tokens: the most frequent tokens of the training part; by default 10000",
                    min = 3,
                    max = 200_000)
            @Nullable
            Integer maxTokens) {}

    @Override
    public void check(Rules rules) {
        if (validationSplit != null && validationSplit > 0 && validationDataset != null) {
            rules.broken(
                    "validation_dataset", EXCLUSIVE, "give either validation_split or validation_dataset, not both");
        }
        checkCut(rules);
        if (classWeight != null) {
            ClassWeight.check(classWeight, rules);
        }
        if (target != null && features != null) {
            for (int i = 0; i < features.size(); i++) {
                if (target.contains(features.get(i))) {
                    rules.broken("features", "target-leak", "holds the target " + Problem.echo(features.get(i)));
                }
            }
        }
    }

    private void checkCut(Rules rules) {
        if (folds != null && validationSplit != null && validationSplit > 0) {
            rules.broken("folds", EXCLUSIVE, "give either validation_split or folds, not both");
        }
        if (folds != null && validationDataset != null) {
            rules.broken("folds", EXCLUSIVE, "give either validation_dataset or folds, not both");
        }
        for (String name : List.of("group", "time")) {
            String column = name.equals("group") ? group : time;
            if (column == null) {
                continue;
            }
            if (!splits()) {
                rules.broken(
                        name,
                        "required",
                        "says how rows are cut; give a validation_split"
                                + (name.equals("group") ? " or folds too" : " too"));
            }
            if (stratify) {
                rules.broken("stratify", EXCLUSIVE, "cannot be kept together with " + name + "; give one of them");
            }
            if (target != null && target.contains(column)) {
                rules.broken(name, "target-leak", "is the target");
            }
        }
        if (group != null && time != null) {
            rules.broken("time", EXCLUSIVE, "give either group or time, not both");
        }
        if (folds != null && time != null) {
            rules.broken("time", EXCLUSIVE, "folds would train on what came later; give a validation_split instead");
        }
    }

    /** With what the dataset at hand settles. */
    DataSpec settled(
            @Nullable List<String> settledTarget, @Nullable String settledValidation, @Nullable Tokens settledTokens) {
        return new DataSpec(
                dataset,
                settledTarget,
                features,
                validationSplit,
                settledValidation,
                stratify,
                shuffle,
                normalize,
                group,
                time,
                folds,
                classWeight,
                augment,
                settledTokens);
    }
}
