package io.signalbox.engine.loss;

import static io.signalbox.engine.torch.Script.number;
import static java.util.stream.Collectors.joining;

import io.signalbox.callback.Metric;
import io.signalbox.engine.torch.Script;
import io.signalbox.spec.LossSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A loss with the metrics that make sense beside it, as expressions of the network's output {@code z} and the target
 * {@code y}; each is the mean over a batch.
 *
 * @param loss PyTorch's own operation: one call forward and one backward
 * @param classes whether {@code y} is class indices, else values of the shape of {@code z}
 * @param each the loss of each example, {@code %s} in place of the target; null for a loss of numbers
 * @param weights the loss's own weights of classes, over which its mean is; null for none
 * @param ofInput whether {@code y} is what came into the network, as one dimension, in place of the data's target
 */
public record Objective(
        String loss,
        boolean classes,
        Map<String, String> metrics,
        @Nullable String each,
        @Nullable String weights,
        boolean ofInput) {

    /** Of the data's target. */
    private Objective(
            String loss,
            boolean classes,
            Map<String, String> metrics,
            @Nullable String each,
            @Nullable String weights) {
        this(loss, classes, metrics, each, weights, false);
    }

    /** Of numbers: a blend of targets is a target. */
    private Objective(String loss, Map<String, String> metrics) {
        this(loss, false, metrics, null, null);
    }

    /** The same with what came into the network for a target. */
    public Objective givingBackTheInput() {
        return new Objective(loss, classes, metrics, each, weights, true);
    }

    /** PyTorch's number of the reduction, and its class that counts for nothing. */
    private static final int NONE = 0;

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
        kind(
                LossSpec.CrossEntropy.class,
                spec -> new Objective(
                        crossEntropy(spec), true, OF_CLASSES, crossEntropy(spec, "%s", NONE), weights(spec)));
        kind(
                LossSpec.BceWithLogits.class,
                spec -> new Objective(
                        binaryCrossEntropy(spec, "y", MEAN),
                        false,
                        OF_LABELS,
                        "torch.mean(" + binaryCrossEntropy(spec, "%s", NONE) + ", [1])",
                        null));
        kind(LossSpec.Mse.class, spec -> new Objective("torch.mse_loss(z, y)", OF_NUMBERS));
        kind(LossSpec.L1.class, spec -> new Objective("torch.l1_loss(z, y)", OF_NUMBERS));
        kind(
                LossSpec.Huber.class,
                spec -> new Objective(
                        "torch.huber_loss(z, y, " + MEAN + ", " + number(spec.delta()) + ")", OF_NUMBERS));
    }

    private static <L extends LossSpec> void kind(Class<L> type, Function<L, Objective> make) {
        KINDS.put(type, spec -> make.apply(type.cast(spec)));
    }

    private static String crossEntropy(LossSpec.CrossEntropy spec) {
        return spec.classWeights() == null && spec.labelSmoothing() == 0
                ? "torch.cross_entropy_loss(z, y)"
                : crossEntropy(spec, "y", MEAN);
    }

    private static String crossEntropy(LossSpec.CrossEntropy spec, String target, int reduction) {
        String weights = weights(spec);
        return "torch.cross_entropy_loss(z, " + target + ", " + (weights == null ? "None" : weights) + ", " + reduction
                + ", " + IGNORE_NOTHING + ", " + number(spec.labelSmoothing()) + ")";
    }

    private static @Nullable String weights(LossSpec.CrossEntropy spec) {
        return spec.classWeights() == null ? null : tensor(spec.classWeights());
    }

    private static String binaryCrossEntropy(LossSpec.BceWithLogits spec, String target, int reduction) {
        String weights = spec.posWeight() == null ? "None" : tensor(spec.posWeight());
        return "torch.binary_cross_entropy_with_logits(z, " + target + ", None, " + weights + ", " + reduction + ")";
    }

    private static String tensor(List<Double> values) {
        return "torch.tensor(" + values.stream().map(Script::number).collect(joining(", ", "[", "]")) + ", dtype=6, "
                + Script.on("z") + ")";
    }

    /**
     * Lines that compute {@code loss}.
     *
     * @param mixes whether each example is blended with another, whose target is {@code u}, and keeps {@code share}, {@code
     *     [count, 1]}: of classes and labels the losses of both targets are blended, of numbers the targets
     * @param weighted whether the loss of an example is multiplied by the weight of its class, {@code self.class_weights}; the
     *     mean is over the examples, as in Keras
     */
    public List<String> loss(boolean mixes, boolean weighted) {
        if (!mixes && !weighted) {
            return List.of("loss = " + loss);
        }
        if (each == null) {
            return List.of(
                    "own = y",
                    "y = torch.add(torch.mul(share, y), torch.mul(torch.rsub(share, 1), u))",
                    "loss = " + loss,
                    "y = own");
        }
        List<String> code = new ArrayList<>(target("y", mixes ? "torch.squeeze(share, 1)" : "", weighted));
        code.add("losses = of_target");
        code.add("weight = weight_of_target");
        if (mixes) {
            code.addAll(target("u", "torch.rsub(torch.squeeze(share, 1), 1)", weighted));
            code.add("losses = torch.add(losses, of_target)");
            code.add("weight = torch.add(weight, weight_of_target)");
        }
        code.add("loss = torch.div(torch.sum(losses), torch.sum(weight))");
        return code;
    }

    /** Losses of the examples by one target, and what their mean is over. */
    private List<String> target(String target, String share, boolean weighted) {
        String index = classes ? target : "torch.to(torch.reshape(" + target + ", [-1]), 4)";
        List<String> code = new ArrayList<>();
        code.add("of_target = " + String.format(Locale.ROOT, Objects.requireNonNull(each), target));
        code.add("weight_of_target = "
                + (weights == null
                        ? "torch.ones_like(of_target)"
                        : "torch.index_select(" + weights + ", 0, " + index + ")"));
        if (weighted) {
            code.add("of_target = torch.mul(of_target, torch.index_select(self.class_weights[0], 0, " + index + "))");
        }
        if (!share.isEmpty()) {
            code.add("of_target = torch.mul(of_target, " + share + ")");
            code.add("weight_of_target = torch.mul(weight_of_target, " + share + ")");
        }
        return code;
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
        return String.format(Locale.ROOT, MEAN_OF_DOUBLES, expression);
    }
}
