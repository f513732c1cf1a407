package io.signalbox.spec;

import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.ModelSpec;
import io.signalbox.spec.model.Network;
import io.signalbox.spec.model.ShapeException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Checks what can only be known with the data at hand. */
public final class SpecCheck {

    /** Seeds stay within what JavaScript can hold. */
    private static final long SEEDS = 1L << 53;

    private final JobSpec spec;
    private final DatasetSchema schema;
    private final @Nullable DatasetSchema validation;
    private final LongSupplier seeds;
    private final Faults faults = new Faults();

    private SpecCheck(JobSpec spec, DatasetSchema schema, @Nullable DatasetSchema validation, LongSupplier seeds) {
        this.spec = spec;
        this.schema = schema;
        this.validation = validation;
        this.seeds = seeds;
    }

    /**
     * Checks a spec against its data and fills in what depends on it: target, loss, metrics, the test part of images as
     * validation data (named as {@code validation_dataset}, the dataset itself), and a seed. What comes out passes again
     * and comes out unchanged.
     *
     * @param validation schema of {@code data.validation_dataset}; null where the spec names none
     * @throws InvalidSpecException with every fault found
     */
    public static CheckedSpec check(JobSpec spec, DatasetSchema schema, @Nullable DatasetSchema validation) {
        return check(spec, schema, validation, SpecCheck::drawSeed);
    }

    /** A seed by chance: 0 to 2⁵³ - 1. */
    public static long drawSeed() {
        return ThreadLocalRandom.current().nextLong(SEEDS);
    }

    /** The same, with a source of seeds, asked once where the spec has none: 0 to 2⁵³ - 1. */
    public static CheckedSpec check(
            JobSpec spec, DatasetSchema schema, @Nullable DatasetSchema validation, LongSupplier seeds) {
        return new SpecCheck(spec, schema, validation, seeds).check();
    }

    private CheckedSpec check() {
        Tokenized texts = Tokenized.of(spec.data(), schema, faults);
        Columns columns = Columns.of(spec.data(), schema, texts, faults);
        Parts parts = texts == null || texts.labelled()
                ? Parts.of(spec.data(), schema, validation, faults)
                : Parts.ofText(spec.data(), texts, validation, faults);
        List<Column> targets = columns.targets();
        Goal goal = targets.isEmpty() ? null : goal(columns);
        checkStratify(targets, columns.positions());
        if (goal != null) {
            checkScores(parts, goal);
        }
        AugmentCheck.check(spec.data(), columns.input(), faults);
        checkClassWeight(goal, columns.positions());
        if (validation != null) {
            Columns.checkValidation(spec.data(), schema, validation, faults);
        }
        List<LayerSpec> layers = spec.model().layers(columns.input(), goal == null ? 1 : goal.outputs());
        Network network = spec.model().opaque()
                ? (goal == null ? null : Network.opaque(goal.outputShape()))
                : network(layers, columns.input());
        if (network != null && goal != null) {
            checkOutput(network, goal);
        }
        if (network == null || goal == null || !faults.none()) {
            throw faults.refusal();
        }
        return settled(columns, parts, goal, layers, network, texts);
    }

    private @Nullable Goal goal(Columns columns) {
        return spec.model().reconstructs()
                ? Goal.ofInput(spec, columns.input(), faults)
                : Goal.of(spec, columns.targets(), columns.positions(), faults);
    }

    private CheckedSpec settled(
            Columns columns,
            Parts parts,
            Goal goal,
            List<LayerSpec> layers,
            Network network,
            @Nullable Tokenized texts) {
        List<String> target = schema.imageShape() != null || texts != null
                ? null
                : columns.targets().stream().map(Column::name).toList();
        Long seed = spec.seed();
        JobSpec settled = spec.settled(
                spec.data().settled(target, parts.validationDataset(), texts == null ? null : texts.tokens()),
                goal.loss(),
                goal.metrics(),
                seed == null ? seeds.getAsLong() : seed);
        return new CheckedSpec(
                settled,
                columns.input(),
                goal.outputs(),
                goal.classes(),
                layers,
                network.steps().stream()
                        .map(step -> new LayerSummary(step.name(), step.output(), step.parameters()))
                        .toList(),
                network.parameters(),
                parts.training(),
                parts.validation(),
                (parts.training() - 1) / spec.batchSize() + 1,
                CheckpointForecast.bytes(settled, network),
                Warnings.of(settled, parts, network));
    }

    private void checkScores(Parts parts, Goal goal) {
        long scores = (long) Math.max(parts.training(), parts.validation()) * goal.outputs();
        for (int i = 0; i < goal.metrics().size(); i++) {
            if (goal.metrics().get(i) instanceof MetricSpec.Auc && scores > MetricSpec.Auc.MOST_SCORES) {
                faults.add(
                        "#/metrics/" + i,
                        "metric.too-large",
                        "needs " + scores + " scores at once, examples times outputs; at most "
                                + MetricSpec.Auc.MOST_SCORES + " are kept; leave it out, or use f1");
            }
        }
    }

    private void checkStratify(List<Column> targets, int positions) {
        boolean classes = targets.size() == 1
                && positions == 1
                && !targets.get(0).categories().isEmpty();
        if (spec.data().stratify() && spec.data().splits() && !targets.isEmpty() && !classes) {
            faults.add(
                    "#/data/stratify", "target.classes", "needs a target of classes; drop it or choose another target");
        }
    }

    private void checkClassWeight(@Nullable Goal goal, int positions) {
        JsonNode weight = spec.data().classWeight();
        if (weight != null && goal != null) {
            ClassWeight.check(weight, positions == 1 ? goal.classes() : List.of(), faults);
        }
    }

    private @Nullable Network network(List<LayerSpec> layers, Input input) {
        try {
            return Network.of(layers, input);
        } catch (ShapeException e) {
            faults.add(pointer(e.pointer()), e.code(), e.detail());
            return null;
        }
    }

    private String pointer(String layer) {
        return spec.model() instanceof ModelSpec.Sequential ? "#/model/layers/" + layer : "#/model";
    }

    private void checkOutput(Network network, Goal goal) {
        List<Integer> output = network.output();
        if (output.equals(goal.outputShape())) {
            return;
        }
        List<Network.Step> steps =
                network.steps().stream().filter(Network.Step::outermost).toList();
        int last = steps.size() - 1;
        int culprit = last;
        boolean fits = output.size() == goal.outputShape().size();
        while (culprit > 0 && fits && !(steps.get(culprit).layer() instanceof LayerSpec.Dense)) {
            culprit--;
        }
        boolean dense = steps.get(culprit).layer() instanceof LayerSpec.Dense && fits;
        faults.add(
                pointer(steps.get(dense ? culprit : last).pointer()),
                "shape.output",
                "layer " + steps.get(dense ? culprit : last).name() + " gives " + output + ", but the target needs "
                        + goal.outputShape() + " (" + why(goal) + "); "
                        + (dense
                                ? "set its units to " + goal.outputs()
                                : "add " + (fits || goal.positions() > 1 ? "" : "a flatten layer and ")
                                        + "a dense layer of " + goal.outputs() + " units"));
    }

    private String why(Goal goal) {
        if (goal.loss() instanceof LossSpec.CrossEntropy) {
            return goal.positions() > 1 ? "one for each class, at each position" : "one for each class";
        }
        if (spec.model().reconstructs()) {
            return "what comes in";
        }
        return goal.outputs() == 1 ? "one number" : "one for each target column";
    }
}
