package io.signalbox.spec;

import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import io.signalbox.spec.MetricSpec.Target;
import io.signalbox.spec.model.Input;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What training is after, settled from the spec and the target columns.
 *
 * @param outputs numbers that the network must give, at each position
 * @param positions classes to predict for each example: 1, or the length of a sequence that has one at each place
 * @param classes in order of their index; empty where numbers or several labels are predicted
 */
record Goal(LossSpec loss, List<MetricSpec> metrics, int outputs, int positions, List<String> classes) {

    private static final int MAX_CLASSES_BY_DEFAULT = 20;
    private static final Set<String> ZERO_AND_ONE = Set.of("0", "1");
    private static final String LOSS = "#/loss";
    private static final String INCOMPATIBLE = "loss.incompatible";

    /**
     * Settles it.
     *
     * @param targets at least one
     * @param positions classes to predict for each example
     * @return null if the loss does not fit the target
     */
    static @Nullable Goal of(JobSpec spec, List<Column> targets, int positions, Faults faults) {
        LossSpec given = spec.loss();
        LossSpec loss = given == null ? byDefault(targets) : given;
        boolean images = spec.data().target() == null && targets.get(0).name().equals("label");
        String misfit = misfit(loss, targets, positions);
        if (misfit != null) {
            faults.add(LOSS, INCOMPATIBLE, misfit);
            return null;
        }
        Column target = targets.get(0);
        if (targets.size() == 1 && !loss.ofNumbers() && target.categories().size() < 2) {
            String pointer = images ? "#/data/dataset" : "#/data/target";
            String detail = "\"" + Problem.echo(target.name()) + "\" has one class only; there is nothing to learn";
            faults.add(pointer, "dataset.column", detail);
            return null;
        }
        if (!weightsFit(loss, targets, faults)) {
            return null;
        }
        return new Goal(
                loss,
                metrics(spec, loss, targets, positions, faults),
                outputs(loss, targets),
                positions,
                targets.size() == 1 ? classes(loss, target) : List.of());
    }

    /** Whether a loss that weighs classes or labels has a weight for each. */
    private static boolean weightsFit(LossSpec loss, List<Column> targets, Faults faults) {
        if (loss instanceof LossSpec.CrossEntropy entropy) {
            return weightsFit(
                    entropy.classWeights(),
                    "class_weights",
                    "classes",
                    targets.get(0).categories(),
                    faults);
        }
        return !(loss instanceof LossSpec.BceWithLogits bce)
                || weightsFit(
                        bce.posWeight(),
                        "pos_weight",
                        "labels",
                        targets.stream().map(Column::name).toList(),
                        faults);
    }

    private static boolean weightsFit(
            @Nullable List<Double> weights, String field, String what, List<String> names, Faults faults) {
        if (weights == null || weights.size() == names.size()) {
            return true;
        }
        String detail = "has " + weights.size() + " weights for " + names.size() + " " + what
                + "; give one for each of " + Problem.echo(String.join(", ", names));
        faults.add(LOSS + "/" + field, "count", detail);
        return false;
    }

    /**
     * Settles that what comes in is to be given back.
     *
     * @param input what one example is
     * @return null if the loss does not fit
     */
    static @Nullable Goal ofInput(JobSpec spec, Input input, Faults faults) {
        LossSpec loss = spec.loss() == null ? new LossSpec.Mse() : spec.loss();
        if (input.ofTokens() || !loss.ofNumbers()) {
            String detail = input.ofTokens()
                    ? "gives numbers back, but the data holds token ids"
                    : "compares classes, but what is given back is numbers; use mse, l1 or huber";
            faults.add(input.ofTokens() ? "#/model" : LOSS, INCOMPATIBLE, detail);
            return null;
        }
        long numbers = input.shape().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        return new Goal(loss, metrics(spec, loss, List.of(), 1, faults), Math.toIntExact(numbers), 1, List.of());
    }

    /** Shape of what the network must give for one example. */
    List<Integer> outputShape() {
        return positions == 1 ? List.of(outputs) : List.of(positions, outputs);
    }

    private static LossSpec byDefault(List<Column> targets) {
        if (targets.size() > 1) {
            return targets.stream().allMatch(Goal::isBinary) ? new LossSpec.BceWithLogits() : new LossSpec.Mse();
        }
        Column target = targets.get(0);
        int classes = target.categories().size();
        boolean labels = target.kind() == Kind.CATEGORICAL || (classes > 0 && classes <= MAX_CLASSES_BY_DEFAULT);
        return labels ? new LossSpec.CrossEntropy() : new LossSpec.Mse();
    }

    /** Why a loss does not fit; null if it does. */
    private static @Nullable String misfit(LossSpec loss, List<Column> targets, int positions) {
        if (positions > 1 && !(loss instanceof LossSpec.CrossEntropy)) {
            return "the target has a class at each position of a sequence; use cross_entropy";
        }
        if (loss instanceof LossSpec.CrossEntropy) {
            return targets.size() > 1
                    ? "cross_entropy predicts one column, the target names " + targets.size()
                            + "; use bce_with_logits for several labels"
                    : firstUnfit(targets, !targets.get(0).categories().isEmpty(), "holds no classes; use mse");
        }
        if (loss instanceof LossSpec.BceWithLogits) {
            return targets.stream()
                    .filter(column -> !isBinary(column) && column.categories().size() != 1)
                    .findFirst()
                    .map(column -> column(column) + "must have two classes or hold 0 and 1"
                            + (column.categories().isEmpty()
                                    ? "; use mse"
                                    : ", has " + column.categories().size() + " values; use cross_entropy"))
                    .orElse(null);
        }
        return targets.stream()
                .filter(column -> column.kind() == Kind.CATEGORICAL)
                .findFirst()
                .map(column -> column(column) + "holds classes, not numbers; use cross_entropy")
                .orElse(null);
    }

    private static @Nullable String firstUnfit(List<Column> targets, boolean fits, String fault) {
        return fits ? null : column(targets.get(0)) + fault;
    }

    private static String column(Column column) {
        return "target \"" + Problem.echo(column.name()) + "\" ";
    }

    private static boolean isBinary(Column column) {
        return column.kind() == Kind.CATEGORICAL
                ? column.categories().size() == 2
                : !column.categories().isEmpty() && ZERO_AND_ONE.containsAll(column.categories());
    }

    private static int outputs(LossSpec loss, List<Column> targets) {
        return loss instanceof LossSpec.CrossEntropy
                ? targets.get(0).categories().size()
                : targets.size();
    }

    private static List<String> classes(LossSpec loss, Column target) {
        return loss.ofNumbers() ? List.of() : target.categories();
    }

    private static List<MetricSpec> metrics(
            JobSpec spec, LossSpec loss, List<Column> targets, int positions, Faults faults) {
        Target target = target(loss, positions);
        List<MetricSpec> given = spec.metrics();
        if (given == null) {
            return List.of(loss.ofNumbers() ? new MetricSpec.Mae() : new MetricSpec.Accuracy());
        }
        for (int i = 0; i < given.size(); i++) {
            String misfit = misfit(given.get(i), target, outputs(loss, targets));
            if (misfit != null) {
                faults.add("#/metrics/" + i, "metric.incompatible", misfit);
            }
        }
        return given;
    }

    private static Target target(LossSpec loss, int positions) {
        if (positions > 1) {
            return Target.TEXT;
        }
        if (loss.ofNumbers()) {
            return Target.NUMBERS;
        }
        return loss instanceof LossSpec.BceWithLogits ? Target.LABELS : Target.CLASSES;
    }

    /** Why a metric does not go with a target; null if it does. */
    private static @Nullable String misfit(MetricSpec metric, Target target, int outputs) {
        if (!metric.targets().contains(target)) {
            return metric.name() + " does not fit a target of " + target.name().toLowerCase(Locale.ROOT) + "; use "
                    + (target == Target.NUMBERS ? "mae, rmse or r2" : "accuracy, precision, recall or f1");
        }
        boolean two = target == Target.LABELS ? outputs == 1 : outputs == 2;
        if (metric.name().endsWith("_" + MetricSpec.BINARY) && !two) {
            return metric.name() + " is of two classes, the target has " + outputs
                    + (target == Target.LABELS ? " labels" : "") + "; use macro, micro or weighted";
        }
        return metric instanceof MetricSpec.TopK top && top.k() >= outputs
                ? "is always 1 with k of " + top.k() + " and " + outputs + " classes; make k smaller"
                : null;
    }
}
