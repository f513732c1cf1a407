package io.signalbox.spec.model;

import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.List;

/** The network: layers one after the other, or a preset that expands to such. */
public sealed interface ModelSpec {

    /**
     * The network's layers.
     *
     * @param input what one example is
     * @param outputs what the last layer of a preset gives; a network of the user's own may give anything else
     */
    List<LayerSpec> layers(Input input, int outputs);

    /** Layers one after the other, numbered from 0 as in {@code torch.nn.Sequential}. */
    @Described("Layers of your own, one after the other")
    record Sequential(
            @Param(value = "The layers, in order", minItems = 1, maxItems = 1000)
            List<LayerSpec> layers) implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            return layers.stream()
                    .map(layer -> layer instanceof LayerSpec.Embedding embedding
                            ? embedding.settled(input.vocabulary())
                            : layer)
                    .toList();
        }
    }

    /** Dense layers with an activation, and dropout where asked, in between. */
    @Described("Multilayer perceptron: dense layers with an activation between; images are flattened first")
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
            implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> layers = new ArrayList<>();
            if (input.shape().size() > 1) {
                layers.add(new LayerSpec.Flatten());
            }
            for (int units : hidden) {
                layers.add(new LayerSpec.Dense(units, true));
                layers.add(LayerSpec.named(activation));
                if (dropout > 0) {
                    layers.add(new LayerSpec.Dropout(dropout));
                }
            }
            layers.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(layers);
        }
    }

    /** LeNet-5 (LeCun et al. 1998) with ReLU and max pooling. */
    @Described("LeNet-5, a small convolutional network for small images, with ReLU and max pooling")
    record Lenet() implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            return List.of(
                    new LayerSpec.Conv2d(6, 5, 1, 2, true),
                    new LayerSpec.Relu(),
                    new LayerSpec.MaxPool2d(2, null, 0),
                    new LayerSpec.Conv2d(16, 5, 1, 0, true),
                    new LayerSpec.Relu(),
                    new LayerSpec.MaxPool2d(2, null, 0),
                    new LayerSpec.Flatten(),
                    new LayerSpec.Dense(120, true),
                    new LayerSpec.Relu(),
                    new LayerSpec.Dense(84, true),
                    new LayerSpec.Relu(),
                    new LayerSpec.Dense(outputs, true));
        }
    }
}
