package io.signalbox.engine.loss;

import io.signalbox.callback.Metric;
import io.signalbox.spec.LossSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A loss with the metrics that make sense beside it, as expressions of the network's output {@code z} and the target
 * {@code y}; each is the mean over a batch.
 *
 * @param loss PyTorch's own operation: one call forward and one backward
 * @param classes whether {@code y} is class indices, else values of the shape of {@code z}
 */
public record Objective(String loss, boolean classes, Map<String, String> metrics) {

    private static final String MEAN_OF_DOUBLES = "torch.mean(torch.to(%s, 7))";

    private static final Map<Class<? extends LossSpec>, Objective> KINDS = Map.of(
            LossSpec.CrossEntropy.class,
            new Objective(
                    "torch.cross_entropy_loss(z, y)",
                    true,
                    Map.of("accuracy", mean("torch.eq(torch.argmax(z, 1), y)"))),
            LossSpec.BceWithLogits.class,
            // A probability above one half is a logit above zero.
            new Objective(
                    "torch.binary_cross_entropy_with_logits(z, y)",
                    false,
                    Map.of("accuracy", mean("torch.eq(torch.gt(z, 0), torch.gt(y, 0.5))"))),
            LossSpec.Mse.class,
            new Objective("torch.mse_loss(z, y)", false, Map.of("mae", mean("torch.abs(torch.sub(z, y))"))));

    public static Objective of(LossSpec spec) {
        Objective objective = KINDS.get(spec.getClass());
        if (objective == null) {
            throw new IllegalArgumentException(
                    "the engine has no loss of kind " + spec.getClass().getSimpleName());
        }
        return objective;
    }

    /** The expression of a metric. */
    public String metric(String name) {
        String expression = metrics.get(name);
        if (expression == null) {
            throw new IllegalArgumentException(
                    "metric '" + name + "' does not go with this loss; those that do: " + Set.copyOf(metrics.keySet()));
        }
        return expression;
    }

    /** What callbacks are told of metrics. */
    public static List<Metric> describe(List<String> names) {
        return names.stream().map(Metric::named).toList();
    }

    private static String mean(String expression) {
        return String.format(java.util.Locale.ROOT, MEAN_OF_DOUBLES, expression);
    }
}
