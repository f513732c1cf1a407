package io.signalbox.spec.model;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;

/** Functions of each number by itself, or of the last dimension; shapes stay as they are. */
public interface Activations {

    /** {@code torch.nn.ReLU}. */
    @Described("max(0, x) (torch.nn.ReLU)")
    record Relu() implements LayerSpec {}

    /** {@code torch.nn.ReLU6}. */
    @Described("x between 0 and 6 (torch.nn.ReLU6)")
    record Relu6() implements LayerSpec {}

    /** {@code torch.nn.LeakyReLU}. */
    @Described("x, or a small slope below zero (torch.nn.LeakyReLU)")
    record LeakyRelu(
            @Param(value = "Slope below zero", defaultValue = "0.01", min = 0, max = 1)
            double negativeSlope) implements LayerSpec {}

    /** {@code torch.nn.PReLU} with one slope for all channels. */
    @Described("x, or a learned slope below zero (torch.nn.PReLU)")
    record Prelu(
            @Param(value = "Slope below zero before training", defaultValue = "0.25", min = -1, max = 1)
            double init) implements LayerSpec {

        @Override
        public long parameters(java.util.List<Integer> input) {
            return 1;
        }
    }

    /** {@code torch.nn.ELU}. */
    @Described("x, or alpha (exp(x) - 1) below zero (torch.nn.ELU)")
    record Elu(
            @Param(value = "Limit below zero", defaultValue = "1.0", min = 0, exclusiveMin = true, max = 100)
            double alpha)
            implements LayerSpec {}

    /** {@code torch.nn.SELU}. */
    @Described("Scaled exponential linear unit (torch.nn.SELU)")
    record Selu() implements LayerSpec {}

    /** {@code torch.nn.GELU}. */
    @Described("Gaussian error linear unit (torch.nn.GELU)")
    record Gelu(
            @Param(
                    value = "none: exact; tanh: the approximation that GPT-2 uses",
                    defaultValue = "\"none\"",
                    oneOf = {"none", "tanh"})
            String approximate)
            implements LayerSpec {

        /** The exact one. */
        public Gelu() {
            this("none");
        }
    }

    /** {@code torch.nn.SiLU}. */
    @Described("x sigmoid(x) (torch.nn.SiLU)")
    record Silu() implements LayerSpec {}

    /** {@code torch.nn.Mish}. */
    @Described("x tanh(softplus(x)) (torch.nn.Mish)")
    record Mish() implements LayerSpec {}

    /** {@code torch.nn.Hardswish}. */
    @Described("x relu6(x + 3) / 6 (torch.nn.Hardswish)")
    record Hardswish() implements LayerSpec {}

    /** {@code torch.nn.Hardsigmoid}. */
    @Described("relu6(x + 3) / 6 (torch.nn.Hardsigmoid)")
    record Hardsigmoid() implements LayerSpec {}

    /** {@code torch.nn.Softplus} with its threshold of 20. */
    @Described("log(1 + exp(beta x)) / beta (torch.nn.Softplus)")
    record Softplus(
            @Param(value = "How sharply it bends", defaultValue = "1.0", min = 0, exclusiveMin = true, max = 100)
            double beta)
            implements LayerSpec {}

    /** {@code torch.nn.Tanh}. */
    @Described("Hyperbolic tangent (torch.nn.Tanh)")
    record Tanh() implements LayerSpec {}

    /** {@code torch.nn.Sigmoid}. */
    @Described("1 / (1 + exp(-x)) (torch.nn.Sigmoid)")
    record Sigmoid() implements LayerSpec {}

    /** {@code torch.nn.Softmax} over the last dimension. */
    @Described("Shares that sum to 1 over the last dimension (torch.nn.Softmax)")
    record Softmax() implements LayerSpec {}

    /** {@code torch.nn.LogSoftmax} over the last dimension. */
    @Described("Logarithms of shares that sum to 1 over the last dimension (torch.nn.LogSoftmax)")
    record LogSoftmax() implements LayerSpec {}
}
