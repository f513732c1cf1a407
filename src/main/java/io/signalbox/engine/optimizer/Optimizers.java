package io.signalbox.engine.optimizer;

import static io.signalbox.engine.torch.Script.number;

import io.signalbox.engine.optimizer.Optimizer.Moment;
import io.signalbox.spec.OptimizerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Every optimizer, on PyTorch's own fused kernels where there are some: one pass over each weight, and PyTorch's numbers. A
 * new kind is one entry here.
 */
public final class Optimizers {

    private static final String NO_TENSORS = "annotate(List[Tensor], [])";
    private static final String MOMENTUM = "momentum_buffer";

    private static final Map<Class<? extends OptimizerSpec>, Function<OptimizerSpec, Optimizer>> KINDS =
            new HashMap<>();

    static {
        kind(OptimizerSpec.Sgd.class, Optimizers::sgd);
        kind(
                OptimizerSpec.Adam.class,
                spec -> adam("_fused_adam_", spec.betas(), spec.eps(), spec.weightDecay(), spec.amsgrad()));
        kind(
                OptimizerSpec.Adamw.class,
                spec -> adam("_fused_adamw_", spec.betas(), spec.eps(), spec.weightDecay(), spec.amsgrad()));
        kind(OptimizerSpec.Rmsprop.class, WrittenOut::rmsprop);
        kind(
                OptimizerSpec.Adagrad.class,
                spec -> new Optimizer(
                        List.of(new Moment("sum", false, (float) spec.initialAccumulatorValue())),
                        0,
                        lists -> List.of("torch._fused_adagrad_(p, g, " + lists.of("sum") + ", "
                                + lists.of(Optimizer.STEPS) + ", lr=lr, lr_decay=" + number(spec.lrDecay())
                                + ", weight_decay=" + number(spec.weightDecay()) + ", eps=" + number(spec.eps())
                                + ", maximize=False)")));
        kind(OptimizerSpec.Adadelta.class, WrittenOut::adadelta);
        kind(OptimizerSpec.Nadam.class, WrittenOut::nadam);
        kind(OptimizerSpec.Adamax.class, WrittenOut::adamax);
    }

    private Optimizers() {}

    private static <O extends OptimizerSpec> void kind(Class<O> type, Function<O, Optimizer> make) {
        KINDS.put(type, spec -> make.apply(type.cast(spec)));
    }

    /**
     * The optimizer of a spec.
     *
     * @param gpu whether it updates on a graphics processor, for which there are fewer kernels
     */
    public static Optimizer of(OptimizerSpec spec, boolean gpu) {
        if (gpu && spec instanceof OptimizerSpec.Adagrad adagrad) {
            return WrittenOut.adagrad(adagrad);
        }
        Function<OptimizerSpec, Optimizer> make = KINDS.get(spec.getClass());
        if (make == null) {
            throw new IllegalArgumentException(
                    "the engine has no optimizer of kind " + spec.getClass().getSimpleName());
        }
        return make.apply(spec);
    }

    private static Optimizer sgd(OptimizerSpec.Sgd spec) {
        boolean momentum = spec.momentum() > 0;
        return new Optimizer(momentum ? List.of(Moment.of(MOMENTUM)) : List.of(), spec.momentum(), lists -> {
            // The first gradient becomes the momentum as it is, undampened.
            String first = momentum ? "int(" + lists.of(Optimizer.STEPS) + "[0]) == 1" : "False";
            return List.of("torch._fused_sgd_(p, g, " + (momentum ? lists.of(MOMENTUM) : NO_TENSORS)
                    + ", weight_decay=" + number(spec.weightDecay()) + ", momentum=" + (momentum ? "momentum" : "0.0")
                    + ", lr=lr, dampening=" + number(spec.dampening()) + ", nesterov=" + literal(spec.nesterov())
                    + ", maximize=False, is_first_step=" + first + ")");
        });
    }

    private static Optimizer adam(String kernel, List<Double> betas, double eps, double weightDecay, boolean amsgrad) {
        List<Moment> moments = new ArrayList<>(List.of(Moment.of("exp_avg"), Moment.of("exp_avg_sq")));
        if (amsgrad) {
            moments.add(Moment.of("max_exp_avg_sq"));
        }
        return new Optimizer(
                List.copyOf(moments),
                betas.get(0),
                lists -> List.of("torch." + kernel + "(p, g, " + lists.of("exp_avg") + ", " + lists.of("exp_avg_sq")
                        + ", " + (amsgrad ? lists.of("max_exp_avg_sq") : NO_TENSORS) + ", " + lists.of(Optimizer.STEPS)
                        + ", lr=lr, beta1=momentum, beta2=" + number(betas.get(1))
                        + ", weight_decay=" + number(weightDecay) + ", eps=" + number(eps) + ", amsgrad="
                        + literal(amsgrad) + ", maximize=False)"));
    }

    private static String literal(boolean value) {
        return value ? "True" : "False";
    }
}
