package io.signalbox.spec;

import io.signalbox.spec.model.ModelSpec;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks for: one training, complete, with every default filled in. Made by {@link SpecParser}.
 *
 * @param seed all randomness of the job is a function of it, the epoch and the step
 * @param loss null only before the data is known: {@link SpecCheck} fills it in from the target
 * @param metrics likewise
 */
public record JobSpec(
        @Param(value = "A name for people", maxLength = 64, pattern = Names.LABEL) @Nullable
        String name,

        @Param(value = "Groups jobs that belong together", maxLength = 64, pattern = Names.LABEL) @Nullable
        String experiment,

        @Param(
                value = "Words to find the job by",
                defaultValue = "[]",
                maxItems = 32,
                maxLength = 64,
                unique = true,
                pattern = Names.LABEL)
        List<String> tags,

        @Param(value = "Seed of all randomness; drawn at submission where absent", min = 0, max = 9007199254740991d)
        @Nullable
        Long seed,

        @Param(value = "Times to go through the training data", min = 1, max = JobSpec.MAX_EPOCHS)
        int epochs,

        @Param(value = "Examples in one update", defaultValue = "32", min = 1, max = 65_536)
        int batchSize,

        @Param("What to train on") DataSpec data,
        @Param("The network") ModelSpec model,

        @Param("What training minimises; by default from the data's target") @Nullable
        LossSpec loss,

        @Param(
                value = "What to measure beside the loss; by default from the data's target",
                maxItems = JobSpec.MAX_METRICS,
                unique = true)
        @Nullable
        List<MetricSpec> metrics,

        @Param(value = "How weights are updated", defaultValue = "{\"type\":\"adam\"}")
        OptimizerSpec optimizer,

        @Param(
                value =
                        "What layers that multiply matrices compute in: bfloat16 as PyTorch's autocast does it, while weights and"
                                + " all else stay float32",
                defaultValue = "\"float32\"",
                oneOf = {"float32", JobSpec.BFLOAT16})
        String precision,

        @Param(
                value = "What watches and steers the run, in order",
                defaultValue = "[]",
                maxItems = JobSpec.MAX_CALLBACKS)
        List<CallbackSpec> callbacks,

        @Param("Weights to begin with; by default drawn from the seed") @Nullable
        InitialWeights initialWeights,

        @Param(value = "What the trainer may use", defaultValue = "{}")
        Resources resources,

        @Param(value = "Jobs of higher priority run first", defaultValue = "0", min = -1000, max = 1000)
        int priority,

        @Param(
                value = "How often to go on from the newest checkpoint after a crash",
                defaultValue = "0",
                min = 0,
                max = 100)
        int retries,

        @Param(value = "Steps between batch_end events; 0 for none", defaultValue = "10", min = 0, max = 1_000_000)
        int logEvery)
        implements Constrained {

    /** A {@link #precision}. */
    public static final String BFLOAT16 = "bfloat16";

    /** Most epochs of one job. */
    public static final int MAX_EPOCHS = 1_000_000;

    /** Most callbacks of one job. */
    public static final int MAX_CALLBACKS = 50;

    /** Most metrics of one job. */
    public static final int MAX_METRICS = 32;

    /** Names of the metrics in the logs, without {@code loss}; none before the data is known. */
    public List<String> metricNames() {
        return metrics == null
                ? List.of()
                : metrics.stream().map(MetricSpec::name).toList();
    }

    @Override
    public void check(Rules rules) {
        if (reducesPrecision() && model.opaque()) {
            rules.broken(
                    "precision",
                    "option.conflict",
                    "must be float32 for a module of TorchScript, whose layers are not known here; was " + precision);
        }
    }

    /** Whether layers that multiply matrices compute in bfloat16. */
    public boolean reducesPrecision() {
        return precision.equals(BFLOAT16);
    }

    /** With weights to begin with. */
    JobSpec beginningWith(InitialWeights weights) {
        return with(data, loss, metrics, seed, weights);
    }

    /** With what only the data at hand settles, and with a seed. */
    JobSpec settled(DataSpec settledData, LossSpec settledLoss, List<MetricSpec> settledMetrics, long settledSeed) {
        return with(settledData, settledLoss, settledMetrics, settledSeed, initialWeights);
    }

    private JobSpec with(
            DataSpec settledData,
            @Nullable LossSpec settledLoss,
            @Nullable List<MetricSpec> settledMetrics,
            @Nullable Long settledSeed,
            @Nullable InitialWeights weights) {
        return new JobSpec(
                name,
                experiment,
                tags,
                settledSeed,
                epochs,
                batchSize,
                settledData,
                model,
                settledLoss,
                settledMetrics,
                optimizer,
                precision,
                callbacks,
                weights,
                resources,
                priority,
                retries,
                logEvery);
    }
}
