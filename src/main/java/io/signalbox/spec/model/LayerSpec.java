package io.signalbox.spec.model;

import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/**
 * One layer, with PyTorch's meaning and defaults. Shapes are without the batch dimension: {@code [features]} or
 * {@code [channels, height, width]}.
 */
public sealed interface LayerSpec {

    /** {@code torch.nn.Linear} over the last dimension of {@code [features]}. */
    record Dense(
            @Param(value = "Outputs", min = 1, max = 1_000_000)
            int units,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec {}

    /** {@code torch.nn.Conv2d}. */
    record Conv2d(
            @Param(value = "Output channels", min = 1, max = 100_000)
            int filters,

            @Param(value = "Side of the kernel", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the kernel", defaultValue = "1", min = 1, max = 1000)
            int stride,

            @Param(value = "Zeros added at each side", defaultValue = "0", min = 0, max = 1000)
            int padding,

            @Param(value = "Add a bias", defaultValue = "true")
            boolean bias)
            implements LayerSpec {}

    /** {@code torch.nn.MaxPool2d}. */
    record MaxPool2d(
            @Param(value = "Side of the window", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the window; by default its side", min = 1, max = 1000) @Nullable
            Integer stride,

            @Param(value = "Padding at each side, at most half the window", defaultValue = "0", min = 0, max = 500)
            int padding)
            implements LayerSpec {}

    /** {@code torch.nn.AvgPool2d}. */
    record AvgPool2d(
            @Param(value = "Side of the window", min = 1, max = 1000)
            int kernel,

            @Param(value = "Step of the window; by default its side", min = 1, max = 1000) @Nullable
            Integer stride,

            @Param(value = "Zeros added at each side, at most half the window", defaultValue = "0", min = 0, max = 500)
            int padding)
            implements LayerSpec {}

    /** {@code torch.nn.Flatten}: one dimension of all. */
    record Flatten() implements LayerSpec {}

    /** {@code torch.nn.BatchNorm1d} on {@code [features]}, {@code BatchNorm2d} on images. */
    record BatchNorm(
            @Param(value = "Added to the variance", defaultValue = "1e-5", min = 0, exclusiveMin = true, max = 1)
            double eps,

            @Param(value = "Share of a batch in the running statistics", defaultValue = "0.1", min = 0, max = 1)
            double momentum)
            implements LayerSpec {}

    /** {@code torch.nn.Dropout}. */
    record Dropout(
            @Param(
                    value = "Share of values set to zero in training",
                    defaultValue = "0.5",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double rate)
            implements LayerSpec {}

    /** {@code torch.nn.ReLU}. */
    record Relu() implements LayerSpec {}

    /** {@code torch.nn.LeakyReLU}. */
    record LeakyRelu(
            @Param(value = "Slope below zero", defaultValue = "0.01", min = 0, max = 1)
            double negativeSlope) implements LayerSpec {}

    /** {@code torch.nn.ELU}. */
    record Elu(
            @Param(value = "Limit below zero", defaultValue = "1.0", min = 0, exclusiveMin = true, max = 100)
            double alpha)
            implements LayerSpec {}

    /** {@code torch.nn.GELU}, exact. */
    record Gelu() implements LayerSpec {}

    /** {@code torch.nn.SiLU}. */
    record Silu() implements LayerSpec {}

    /** {@code torch.nn.Tanh}. */
    record Tanh() implements LayerSpec {}

    /** {@code torch.nn.Sigmoid}. */
    record Sigmoid() implements LayerSpec {}

    /** {@code torch.nn.Softmax} over the last dimension. */
    record Softmax() implements LayerSpec {}
}
