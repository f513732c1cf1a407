package io.signalbox.engine.optimizer;

import static io.signalbox.engine.torch.Script.number;

import io.signalbox.engine.optimizer.Optimizer.Lists;
import io.signalbox.engine.optimizer.Optimizer.Moment;
import io.signalbox.spec.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Optimizers that PyTorch has no fused kernel for, operation by operation as its {@code torch.optim} modules ({@code
 * _single_tensor_…}) have them, so that their numbers are PyTorch's.
 */
final class WrittenOut {

    private static final String EXP_AVG = "exp_avg";
    private static final String EXP_AVG_SQ = "exp_avg_sq";
    private static final String SQUARE_AVG = "square_avg";
    private static final String SUM = "sum";

    /** PyTorch's constant of NAdam's momentum schedule (Dozat, 2016). */
    private static final double MOMENTUM_BASE = 0.96;

    private WrittenOut() {}

    static Optimizer rmsprop(OptimizerSpec.Rmsprop spec) {
        List<Moment> moments = new ArrayList<>(List.of(Moment.of(SQUARE_AVG)));
        if (spec.momentum() > 0) {
            moments.add(Moment.of("momentum_buffer"));
        }
        if (spec.centered()) {
            moments.add(Moment.of("grad_avg"));
        }
        return new Optimizer(List.copyOf(moments), spec.momentum(), lists -> {
            List<String> lines = new ArrayList<>(meanSquare(lists.of(SQUARE_AVG), spec.alpha()));
            if (spec.centered()) {
                String mean = lists.of("grad_avg") + "[i]";
                lines.add("torch.lerp_(" + mean + ", d, " + number(1 - spec.alpha()) + ")");
                lines.add("root = torch.sqrt_(torch.addcmul(square, " + mean + ", " + mean + ", value=-1))");
            } else {
                lines.add("root = torch.sqrt(square)");
            }
            lines.add("torch.add_(root, " + number(spec.eps()) + ")");
            if (spec.momentum() > 0) {
                String buffer = lists.of("momentum_buffer") + "[i]";
                lines.add("torch.addcdiv_(torch.mul_(" + buffer + ", momentum), d, root)");
                lines.add("torch.add_(p[i], " + buffer + ", alpha=-lr)");
            } else {
                lines.add("torch.addcdiv_(p[i], d, root, value=-lr)");
            }
            return each(spec.weightDecay(), lines);
        });
    }

    /** For graphics processors: the fused kernel is for the CPU alone. */
    static Optimizer adagrad(OptimizerSpec.Adagrad spec) {
        return new Optimizer(List.of(new Moment(SUM, false, (float) spec.initialAccumulatorValue())), 0, lists -> {
            String sum = lists.of(SUM) + "[i]";
            List<String> lines = new ArrayList<>();
            lines.add(step(lists));
            lines.addAll(List.of(
                    "torch.addcmul_(" + sum + ", d, d)",
                    "root = torch.add_(torch.sqrt(" + sum + "), " + number(spec.eps()) + ")",
                    "torch.addcdiv_(p[i], d, root, value=-lr / (1.0 + (step - 1.0) * " + number(spec.lrDecay())
                            + "))"));
            return each(spec.weightDecay(), lines);
        });
    }

    static Optimizer adadelta(OptimizerSpec.Adadelta spec) {
        return new Optimizer(List.of(Moment.of(SQUARE_AVG), Moment.of("acc_delta")), 0, lists -> {
            String sum = lists.of("acc_delta") + "[i]";
            String eps = number(spec.eps());
            List<String> lines = new ArrayList<>(meanSquare(lists.of(SQUARE_AVG), spec.rho()));
            lines.addAll(List.of(
                    "root = torch.sqrt_(torch.add(square, " + eps + "))",
                    "delta = torch.mul_(torch.div_(torch.sqrt_(torch.add(" + sum + ", " + eps + ")), root), d)",
                    "torch.addcmul_(torch.mul_(" + sum + ", " + number(spec.rho()) + "), delta, delta, value="
                            + number(1 - spec.rho()) + ")",
                    "torch.add_(p[i], delta, alpha=-lr)"));
            return each(spec.weightDecay(), lines);
        });
    }

    static Optimizer nadam(OptimizerSpec.Nadam spec) {
        List<Moment> moments = List.of(Moment.of(EXP_AVG), Moment.of(EXP_AVG_SQ), new Moment("mu_product", true, 1));
        double beta2 = spec.betas().get(1);
        return new Optimizer(moments, spec.betas().get(0), lists -> {
            String mean = lists.of(EXP_AVG) + "[i]";
            String product = lists.of("mu_product") + "[i]";
            List<String> lines = new ArrayList<>();
            lines.add(step(lists));
            if (spec.decoupledWeightDecay() && spec.weightDecay() > 0) {
                lines.add("torch.mul_(p[i], 1.0 - lr * " + number(spec.weightDecay()) + ")");
            }
            String decay = number(spec.momentumDecay());
            lines.add("mu = " + momentum("step", decay));
            lines.add("next = " + momentum("(step + 1.0)", decay));
            lines.add("torch.mul_(" + product + ", mu)");
            lines.add("torch.lerp_(" + mean + ", d, 1.0 - momentum)");
            lines.addAll(meanSquare(lists.of(EXP_AVG_SQ), beta2));
            lines.addAll(List.of(
                    "root = torch.sqrt_(torch.div(square, 1.0 - " + number(beta2) + " ** step))",
                    "torch.add_(root, " + number(spec.eps()) + ")",
                    "so_far = float(" + product + ")",
                    "torch.addcdiv_(p[i], d, root, value=-lr * (1.0 - mu) / (1.0 - so_far))",
                    "torch.addcdiv_(p[i], " + mean + ", root, value=-lr * next / (1.0 - so_far * next))"));
            return each(spec.decoupledWeightDecay() ? 0 : spec.weightDecay(), lines);
        });
    }

    private static String momentum(String step, String decay) {
        return "momentum * (1.0 - 0.5 * " + number(MOMENTUM_BASE) + " ** (" + step + " * " + decay + "))";
    }

    static Optimizer adamax(OptimizerSpec.Adamax spec) {
        return new Optimizer(
                List.of(Moment.of(EXP_AVG), Moment.of("exp_inf")), spec.betas().get(0), lists -> {
                    String mean = lists.of(EXP_AVG) + "[i]";
                    String norm = lists.of("exp_inf") + "[i]";
                    return each(
                            spec.weightDecay(),
                            List.of(
                                    step(lists),
                                    "torch.lerp_(" + mean + ", d, 1.0 - momentum)",
                                    "torch.mul_(" + norm + ", "
                                            + number(spec.betas().get(1)) + ")",
                                    "torch.copy_(" + norm + ", torch.maximum(" + norm + ", torch.add_(torch.abs(d), "
                                            + number(spec.eps()) + ")))",
                                    "torch.addcdiv_(p[i], " + mean + ", " + norm
                                            + ", value=-lr / (1.0 - momentum ** step))"));
                });
    }

    /** {@code square}, the running mean of the gradients' squares. */
    private static List<String> meanSquare(String list, double decay) {
        return List.of(
                "square = " + list + "[i]",
                "torch.addcmul_(torch.mul_(square, " + number(decay) + "), d, d, value=" + number(1 - decay) + ")");
    }

    private static String step(Lists lists) {
        return "step = float(" + lists.of(Optimizer.STEPS) + "[i])";
    }

    /** Lines for every parameter {@code p[i]} with its gradient {@code d}, the L2 penalty in it. */
    private static List<String> each(double weightDecay, List<String> lines) {
        List<String> code = new ArrayList<>(List.of("for i in range(torch.len(p)):"));
        code.add("  d = " + (weightDecay == 0 ? "g[i]" : "torch.add(g[i], p[i], alpha=" + number(weightDecay) + ")"));
        lines.forEach(line -> code.add("  " + line));
        return code;
    }
}
