package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How weights are updated: PyTorch's optimizers, their arguments and their defaults. */
public sealed interface OptimizerSpec
        permits OptimizerSpec.Sgd,
                OptimizerSpec.Adam,
                OptimizerSpec.Adamw,
                OptimizerSpec.Rmsprop,
                OptimizerSpec.Adagrad,
                OptimizerSpec.Adadelta,
                OptimizerSpec.Nadam,
                OptimizerSpec.Adamax {

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

    /** {@code torch.optim.RMSprop}. */
    @Described("Gradients over the root of their mean square (torch.optim.RMSprop)")
    record Rmsprop(
            @Param(value = "Learning rate", defaultValue = "0.01", min = 0, exclusiveMin = true, max = 1000)
            double learningRate,

            @Param(value = "Decay of the running mean of the square", defaultValue = "0.99", min = 0, max = 1)
            double alpha,

            @Param(value = "Added to the denominator", defaultValue = "1e-8", min = 0, exclusiveMin = true, max = 1)
            double eps,

            @Param(value = "L2 penalty", defaultValue = "0", min = 0, max = 100)
            double weightDecay,

            @Param(value = "Momentum", defaultValue = "0", min = 0, max = 1, exclusiveMax = true)
            double momentum,

            @Param(
                    value = "Take the square of the mean off, so that the denominator is a deviation",
                    defaultValue = "false")
            boolean centered,

            @Param(value = "Bound of the norm over all gradients together", min = 0, exclusiveMin = true) @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements OptimizerSpec {

        @Override
        public int slots() {
            return 1 + (momentum == 0 ? 0 : 1) + (centered ? 1 : 0);
        }
    }

    /** {@code torch.optim.Adagrad}. */
    @Described("Gradients over the root of the sum of all squares so far (torch.optim.Adagrad)")
    record Adagrad(
            @Param(value = "Learning rate", defaultValue = "0.01", min = 0, exclusiveMin = true, max = 1000)
            double learningRate,

            @Param(
                    value = "Decay of the learning rate: at update n, from 1, it is over 1 + (n - 1) times this",
                    defaultValue = "0",
                    min = 0,
                    max = 1000)
            double lrDecay,

            @Param(value = "L2 penalty", defaultValue = "0", min = 0, max = 100)
            double weightDecay,

            @Param(value = "What the sums of squares begin with", defaultValue = "0", min = 0, max = 1000)
            double initialAccumulatorValue,

            @Param(value = "Added to the denominator", defaultValue = "1e-10", min = 0, exclusiveMin = true, max = 1)
            double eps,

            @Param(value = "Bound of the norm over all gradients together", min = 0, exclusiveMin = true) @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements OptimizerSpec {

        @Override
        public int slots() {
            return 1;
        }
    }

    /** {@code torch.optim.Adadelta}. */
    @Described("Updates in the proportion of earlier updates to gradients (torch.optim.Adadelta)")
    record Adadelta(
            @Param(value = "Learning rate", defaultValue = "1.0", min = 0, exclusiveMin = true, max = 1000)
            double learningRate,

            @Param(value = "Decay of the running means", defaultValue = "0.9", min = 0, max = 1)
            double rho,

            @Param(value = "Added under the roots", defaultValue = "1e-6", min = 0, exclusiveMin = true, max = 1)
            double eps,

            @Param(value = "L2 penalty", defaultValue = "0", min = 0, max = 100)
            double weightDecay,

            @Param(value = "Bound of the norm over all gradients together", min = 0, exclusiveMin = true) @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements OptimizerSpec {

        @Override
        public int slots() {
            return 2;
        }
    }

    /** {@code torch.optim.NAdam}. */
    @Described("Adam with Nesterov momentum (torch.optim.NAdam)")
    record Nadam(
            @Param(value = "Learning rate", defaultValue = "0.002", min = 0, exclusiveMin = true, max = 1000)
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

            @Param(value = "Weight decay, as an L2 penalty unless decoupled", defaultValue = "0", min = 0, max = 100)
            double weightDecay,

            @Param(value = "How fast momentum grows to its full size", defaultValue = "0.004", min = 0, max = 100)
            double momentumDecay,

            @Param(value = "Decay weights beside the gradient, as AdamW does", defaultValue = "false")
            boolean decoupledWeightDecay,

            @Param(value = "Bound of the norm over all gradients together", min = 0, exclusiveMin = true) @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements OptimizerSpec {

        @Override
        public int slots() {
            return 2;
        }
    }

    /** {@code torch.optim.Adamax}. */
    @Described("Adam on the infinity norm (torch.optim.Adamax)")
    record Adamax(
            @Param(value = "Learning rate", defaultValue = "0.002", min = 0, exclusiveMin = true, max = 1000)
            double learningRate,

            @Param(
                    value = "Decay of the running means of gradient and infinity norm",
                    defaultValue = "[0.9, 0.999]",
                    min = 0,
                    max = 1,
                    exclusiveMax = true,
                    minItems = 2,
                    maxItems = 2)
            List<Double> betas,

            @Param(
                    value = "Added to the size of gradients",
                    defaultValue = "1e-8",
                    min = 0,
                    exclusiveMin = true,
                    max = 1)
            double eps,

            @Param(value = "L2 penalty", defaultValue = "0", min = 0, max = 100)
            double weightDecay,

            @Param(value = "Bound of the norm over all gradients together", min = 0, exclusiveMin = true) @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements OptimizerSpec {

        @Override
        public int slots() {
            return 2;
        }
    }
}
