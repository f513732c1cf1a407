package io.signalbox.spec.model;

import io.signalbox.spec.schema.Param;
import java.util.List;

/** The network: layers one after the other, or a preset that expands to such. */
public sealed interface ModelSpec {

    /** Layers one after the other, numbered from 0 as in {@code torch.nn.Sequential}. */
    record Sequential(
            @Param(value = "The layers, in order", minItems = 1, maxItems = 1000)
            List<LayerSpec> layers) implements ModelSpec {}

    /** Dense layers with an activation, and dropout where asked, in between. */
    record Mlp(
            @Param(
                    value = "Units of each hidden layer",
                    defaultValue = "[128, 64]",
                    min = 1,
                    max = 1_000_000,
                    maxItems = 100)
            List<Integer> hidden,

            @Param(
                    value = "Activation",
                    defaultValue = "\"relu\"",
                    oneOf = {"relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid"})
            String activation,

            @Param(
                    value = "Share of units dropped after each hidden layer",
                    defaultValue = "0",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout)
            implements ModelSpec {}

    /** LeNet-5 (LeCun et al. 1998) with ReLU and max pooling. */
    record Lenet() implements ModelSpec {}
}
