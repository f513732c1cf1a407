package io.signalbox.spec;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.OrName;
import io.signalbox.spec.schema.Param;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is measured beside the loss, over the whole set as scikit-learn does it. On the wire a name or an object.
 *
 * <p>Class scores are compared as they are, the first of equal ones wins; two classes are told apart at a probability of one
 * half, which counts as the second. A metric that is not defined (the area under the curve of one class only, R² of one
 * example) is NaN.
 */
@OrName
public sealed interface MetricSpec
        permits MetricSpec.Accuracy,
                MetricSpec.TopK,
                MetricSpec.Precision,
                MetricSpec.Recall,
                MetricSpec.F1,
                MetricSpec.Auc,
                MetricSpec.Mae,
                MetricSpec.Rmse,
                MetricSpec.R2,
                MetricSpec.Wer,
                MetricSpec.Cer {

    /** Of several classes or labels. */
    String MACRO = "macro";

    /** Of the second of two classes alone. */
    String BINARY = "binary";

    String MICRO = "micro";
    String WEIGHTED = "weighted";

    /** Each class against each other one. */
    String OVO = "ovo";

    /** What a metric can be measured on. */
    enum Target {
        /** One of several classes, by scores. */
        CLASSES,
        /** One or more labels that apply or do not, by logits. */
        LABELS,
        NUMBERS,
        /** A text of tokens, each of which is one of the vocabulary. */
        TEXT
    }

    /** Whatever is told apart, not measured. */
    Set<Target> CATEGORIES = Set.of(Target.CLASSES, Target.LABELS, Target.TEXT);

    /** Its name in the logs, without {@code val_}. */
    String name();

    /** What it goes with. */
    Set<Target> targets();

    /** Whether more is better. */
    default boolean rises() {
        return true;
    }

    /** Share of right answers. */
    @Described("Share of examples (of labels, of tokens) that are told right; higher is better")
    record Accuracy() implements MetricSpec {

        @Override
        public String name() {
            return "accuracy";
        }

        @Override
        public Set<Target> targets() {
            return CATEGORIES;
        }
    }

    /** {@code sklearn.metrics.top_k_accuracy_score}. */
    @Described(
            "Share of examples whose class is among the k of the highest scores, logged as top_<k>_accuracy; higher is"
                    + " better")
    record TopK(
            @Param(value = "How many scores count", unit = "classes", defaultValue = "5", min = 1, max = 10_000)
            int k) implements MetricSpec {

        @Override
        public String name() {
            return "top_" + k + "_accuracy";
        }

        @Override
        public Set<Target> targets() {
            return Set.of(Target.CLASSES, Target.TEXT);
        }
    }

    /** {@code sklearn.metrics.precision_score}, 0 where nothing was predicted. */
    @Described("Share of right ones among those told to be of a class; higher is better")
    record Precision(
            @Param(
                    value =
                            "Over classes: the second of two alone (binary), all alike (macro), by their size (weighted),"
                                    + " or over all examples together (micro); by default binary for two classes, else macro",
                    oneOf = {BINARY, MACRO, MICRO, WEIGHTED})
            @Nullable
            String average)
            implements MetricSpec {

        @Override
        public Set<Target> targets() {
            return CATEGORIES;
        }

        @Override
        public String name() {
            return averaged("precision", average);
        }
    }

    /** {@code sklearn.metrics.recall_score}, 0 for a class that does not occur. */
    @Described("Share of the examples of a class that are told to be of it; higher is better")
    record Recall(
            @Param(
                    value = "Over classes, as precision has it",
                    oneOf = {BINARY, MACRO, MICRO, WEIGHTED})
            @Nullable
            String average)
            implements MetricSpec {

        @Override
        public Set<Target> targets() {
            return CATEGORIES;
        }

        @Override
        public String name() {
            return averaged("recall", average);
        }
    }

    /** {@code sklearn.metrics.f1_score}. */
    @Described("Harmonic mean of precision and recall; higher is better")
    record F1(
            @Param(
                    value = "Over classes, as precision has it",
                    oneOf = {BINARY, MACRO, MICRO, WEIGHTED})
            @Nullable
            String average)
            implements MetricSpec {

        @Override
        public Set<Target> targets() {
            return CATEGORIES;
        }

        @Override
        public String name() {
            return averaged("f1", average);
        }
    }

    /** {@code sklearn.metrics.roc_auc_score}, exact, macro average. */
    @Described(
            "Area under the receiver operating characteristic, the mean over classes, exact, told at the end of an epoch;"
                    + " higher is better")
    record Auc(
            @Param(
                    value = "Of more than two classes: each against the rest (ovr), or each pair (ovo)",
                    defaultValue = "\"ovr\"",
                    oneOf = {"ovr", OVO})
            String multiClass)
            implements MetricSpec {

        /**
         * Most scores that are kept for it, examples times outputs: 64 MiB. They are part of checkpoints within an epoch.
         */
        public static final long MOST_SCORES = 1L << 24;

        @Override
        public String name() {
            return multiClass.equals(OVO) ? "auc_ovo" : "auc";
        }

        @Override
        public Set<Target> targets() {
            return Set.of(Target.CLASSES, Target.LABELS);
        }
    }

    /** {@code sklearn.metrics.mean_absolute_error}. */
    @Described("Mean absolute error; lower is better")
    record Mae() implements MetricSpec {

        @Override
        public String name() {
            return "mae";
        }

        @Override
        public Set<Target> targets() {
            return Set.of(Target.NUMBERS);
        }

        @Override
        public boolean rises() {
            return false;
        }
    }

    /** {@code sklearn.metrics.root_mean_squared_error}. */
    @Described("Root of the mean squared error, the mean over target columns; lower is better")
    record Rmse() implements MetricSpec {

        @Override
        public String name() {
            return "rmse";
        }

        @Override
        public Set<Target> targets() {
            return Set.of(Target.NUMBERS);
        }

        @Override
        public boolean rises() {
            return false;
        }
    }

    /** {@code sklearn.metrics.r2_score}. */
    @Described("Share of the target's variance that is explained (R²), the mean over target columns; higher is better")
    record R2() implements MetricSpec {

        @Override
        public String name() {
            return "r2";
        }

        @Override
        public Set<Target> targets() {
            return Set.of(Target.NUMBERS);
        }
    }

    /** Word error rate. */
    @Described(
            "Word error rate: words to change, add or leave out to make the target of what is likeliest at each place, by"
                    + " the target's words; lower is better")
    record Wer() implements MetricSpec {

        @Override
        public String name() {
            return "wer";
        }

        @Override
        public Set<Target> targets() {
            return Set.of(Target.TEXT);
        }

        @Override
        public boolean rises() {
            return false;
        }
    }

    /** Character error rate. */
    @Described(
            "Character error rate: tokens to change, add or leave out to make the target of what is likeliest at each"
                    + " place, by the target's tokens; lower is better")
    record Cer() implements MetricSpec {

        @Override
        public String name() {
            return "cer";
        }

        @Override
        public Set<Target> targets() {
            return Set.of(Target.TEXT);
        }

        @Override
        public boolean rises() {
            return false;
        }
    }

    private static String averaged(String name, @Nullable String average) {
        return average == null ? name : name + "_" + average;
    }
}
