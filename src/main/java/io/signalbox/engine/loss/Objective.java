package io.signalbox.engine.loss;

import static io.signalbox.engine.torch.Script.number;
import static java.util.stream.Collectors.joining;

import io.signalbox.callback.Metric;
import io.signalbox.engine.torch.Script;
import io.signalbox.spec.LossSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A loss with the metrics that make sense beside it, as expressions of the network's output {@code z} and the target
 * {@code y}; each is the mean over a batch.
 *
 * @param loss PyTorch's own operation: one call forward and one backward
 * @param classes whether {@code y} is class indices, else values of the shape of {@code z}
 */
public record Objective(String loss, boolean classes, Map<String, String> metrics) {

    /** PyTorch's number of the reduction, and its class that counts for nothing. */
    private static final int MEAN = 1;

    private static final int IGNORE_NOTHING = -100;

    private static final String MEAN_OF_DOUBLES = "torch.mean(torch.to(%s, 7))";

    private static final Map<String, String> OF_CLASSES = Map.of("accuracy", mean("torch.eq(torch.argmax(z, 1), y)"));

    /** A probability of one half or more is a logit of zero or more. */
    private static final Map<String, String> OF_LABELS =
            Map.of("accuracy", mean("torch.eq(torch.ge(z, 0), torch.gt(y, 0.5))"));

    private static final Map<String, String> OF_NUMBERS = Map.of("mae", mean("torch.abs(torch.sub(z, y))"));

    private static final Map<Class<? extends LossSpec>, Function<LossSpec, Objective>> KINDS = new HashMap<>();

    static {
        kind(LossSpec.CrossEntropy.class, spec -> new Objective(crossEntropy(spec), true, OF_CLASSES));
        kind(
                LossSpec.BceWithLogits.class,
                spec -> new Objective("torch.binary_cross_entropy_with_logits(z, y)", false, OF_LABELS));
        kind(LossSpec.Mse.class, spec -> new Objective("torch.mse_loss(z, y)", false, OF_NUMBERS));
        kind(LossSpec.L1.class, spec -> new Objective("torch.l1_loss(z, y)", false, OF_NUMBERS));
        kind(
                LossSpec.Huber.class,
                spec -> new Objective(
                        "torch.huber_loss(z, y, " + MEAN + ", " + number(spec.delta()) + ")", false, OF_NUMBERS));
    }

    private static <L extends LossSpec> void kind(Class<L> type, Function<L, Objective> make) {
        KINDS.put(type, spec -> make.apply(type.cast(spec)));
    }

    private static String crossEntropy(LossSpec.CrossEntropy spec) {
        if (spec.classWeights() == null && spec.labelSmoothing() == 0) {
            return "torch.cross_entropy_loss(z, y)";
        }
        String weights = spec.classWeights() == null
                ? "None"
                : "torch.tensor("
                        + spec.classWeights().stream().map(Script::number).collect(joining(", ", "[", "]"))
                        + ", dtype=6)";
        return "torch.cross_entropy_loss(z, y, " + weights + ", " + MEAN + ", " + IGNORE_NOTHING + ", "
                + number(spec.labelSmoothing()) + ")";
    }

    public static Objective of(LossSpec spec) {
        Function<LossSpec, Objective> make = KINDS.get(spec.getClass());
        if (make == null) {
            throw new IllegalArgumentException(
                    "the engine has no loss of kind " + spec.getClass().getSimpleName());
        }
        return make.apply(spec);
    }

    /** The expression of a metric; null for one that is no mean over a batch. */
    public @Nullable String metric(String name) {
        return metrics.get(name);
    }

    /** What callbacks are told of metrics. */
    public static List<Metric> describe(List<String> names) {
        return names.stream().map(Metric::named).toList();
    }

    private static String mean(String expression) {
        return String.format(java.util.Locale.ROOT, MEAN_OF_DOUBLES, expression);
    }
}
