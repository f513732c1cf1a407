package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How weights are updated: PyTorch's optimizers, their arguments and their defaults. */
public sealed interface OptimizerSpec {

    double learningRate();

    /** Upper bound of the norm over all gradients together; null for no clipping. */
    @Nullable
    Double clipNorm();

    /** Bound of each gradient's absolute value; null for no clipping. */
    @Nullable
    Double clipValue();

    /** Numbers that the optimizer keeps for each parameter. */
    int slots();

    /** {@code torch.optim.SGD}. */
    @Described("Stochastic gradient descent, with momentum where asked (torch.optim.SGD)")
    record Sgd(
            @Param(value = "Learning rate", defaultValue = "0.01", min = 0, exclusiveMin = true, max = 1000)
            double learningRate,

            @Param(value = "Momentum", defaultValue = "0", min = 0, max = 1, exclusiveMax = true)
            double momentum,

            @Param(value = "Dampening of momentum", defaultValue = "0", min = 0, max = 1)
            double dampening,

            @Param(value = "Nesterov momentum; needs momentum and no dampening", defaultValue = "false")
            boolean nesterov,

            @Param(value = "L2 penalty", defaultValue = "0", min = 0, max = 100)
            double weightDecay,

            @Param(value = "Bound of the norm over all gradients together", min = 0, exclusiveMin = true) @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements OptimizerSpec, Constrained {

        @Override
        public void check(Rules rules) {
            if (nesterov && (momentum == 0 || dampening != 0)) {
                rules.broken("nesterov", "option.conflict", "nesterov needs a momentum above 0 and a dampening of 0");
            }
        }

        @Override
        public int slots() {
            return momentum == 0 ? 0 : 1;
        }
    }

    /** {@code torch.optim.Adam}. */
    @Described("Adam (torch.optim.Adam)")
    record Adam(
            @Param(value = "Learning rate", defaultValue = "0.001", min = 0, exclusiveMin = true, max = 1000)
            double learningRate,

            @Param(
                    value = "Decay of the running means of gradient and square",
                    defaultValue = "[0.9, 0.999]",
                    min = 0,
                    max = 1,
                    exclusiveMax = true,
                    minItems = 2,
                    maxItems = 2)
            List<Double> betas,

            @Param(value = "Added to the denominator", defaultValue = "1e-8", min = 0, exclusiveMin = true, max = 1)
            double eps,

            @Param(value = "L2 penalty", defaultValue = "0", min = 0, max = 100)
            double weightDecay,

            @Param(value = "Use the largest square seen", defaultValue = "false")
            boolean amsgrad,

            @Param(value = "Bound of the norm over all gradients together", min = 0, exclusiveMin = true) @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements OptimizerSpec {

        @Override
        public int slots() {
            return amsgrad ? 3 : 2;
        }
    }

    /** {@code torch.optim.AdamW}. */
    @Described("Adam with decoupled weight decay (torch.optim.AdamW)")
    record Adamw(
            @Param(value = "Learning rate", defaultValue = "0.001", min = 0, exclusiveMin = true, max = 1000)
            double learningRate,

            @Param(
                    value = "Decay of the running means of gradient and square",
                    defaultValue = "[0.9, 0.999]",
                    min = 0,
                    max = 1,
                    exclusiveMax = true,
                    minItems = 2,
                    maxItems = 2)
            List<Double> betas,

            @Param(value = "Added to the denominator", defaultValue = "1e-8", min = 0, exclusiveMin = true, max = 1)
            double eps,

            @Param(value = "Decoupled weight decay", defaultValue = "0.01", min = 0, max = 100)
            double weightDecay,

            @Param(value = "Use the largest square seen", defaultValue = "false")
            boolean amsgrad,

            @Param(value = "Bound of the norm over all gradients together", min = 0, exclusiveMin = true) @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements OptimizerSpec {

        @Override
        public int slots() {
            return amsgrad ? 3 : 2;
        }
    }
}
