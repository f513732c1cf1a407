package io.signalbox.spec.model;

import io.signalbox.spec.Names;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** The network: layers one after the other, or a preset that expands to such. Presets stand by kind in files of their own. */
public sealed interface ModelSpec extends ImagePresets, SequencePresets
        permits ModelSpec.Sequential,
                ModelSpec.Logistic,
                ModelSpec.Mlp,
                ModelSpec.TabularResnet,
                ModelSpec.Autoencoder,
                ModelSpec.Lenet,
                ModelSpec.Torchscript,
                ImagePresets.VggSmall,
                ImagePresets.Resnet18,
                ImagePresets.Resnet34,
                ImagePresets.Resnet50,
                ImagePresets.MobilenetV2,
                ImagePresets.SpectrogramCnn,
                SequencePresets.LstmClassifier,
                SequencePresets.TextCnn,
                SequencePresets.TransformerClassifier,
                SequencePresets.Gpt {

    /**
     * The network's layers.
     *
     * @param input what one example is
     * @param outputs what the last layer of a preset gives; a network of the user's own may give anything else
     */
    List<LayerSpec> layers(Input input, int outputs);

    /** Whether the target is what comes in, as one dimension, whatever target the data has. */
    default boolean reconstructs() {
        return false;
    }

    /** Whether its layers are not known here: only a trainer can tell them. */
    default boolean opaque() {
        return false;
    }

    /** Layers one after the other, numbered from 0 as in {@code torch.nn.Sequential}. */
    @Described("Layers of your own, one after the other")
    record Sequential(
            @Param(value = "The layers, in order", minItems = 1, maxItems = 1000)
            List<LayerSpec> layers) implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            return layers.stream()
                    .map(layer -> layer instanceof LayerSpec.Embedding embedding ? embedding.settled(input) : layer)
                    .toList();
        }
    }

    /** A module that the operator put there. Never one that came over the API: it is code. */
    @Described(
            "A TorchScript module that this server's operator has put into <home>/models, if signalbox.models.torchscript"
                    + " is on; all its parameters are trained")
    record Torchscript(
            @Param(value = "Name of the file, without .pt", maxLength = 64, pattern = Names.FILE)
            String name) implements ModelSpec, Constrained {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            return List.of();
        }

        @Override
        public boolean opaque() {
            return true;
        }

        @Override
        public void check(Rules rules) {
            if (name.endsWith(".pt")) {
                rules.broken("name", "name.format", "is the name of a file of the operator's, without .pt");
            }
        }
    }

    /** Logistic regression, or linear regression where the target is numbers. */
    @Described("Logistic regression: one dense layer; images are flattened first")
    record Logistic() implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> layers = new ArrayList<>(flat(input));
            layers.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(layers);
        }
    }

    /** Residual blocks for tables (Gorishniy et al. 2021). */
    @Described("Residual blocks of dense layers with batch norm, for tables (Gorishniy et al. 2021)")
    record TabularResnet(
            @Param(value = "Blocks", defaultValue = "2", min = 1, max = 100)
            int blocks,

            @Param(value = "Features between blocks", defaultValue = "128", min = 1, max = 100_000)
            int width,

            @Param(value = "Features within a block", defaultValue = "256", min = 1, max = 100_000)
            int hidden,

            @Param(
                    value = "Share of units dropped within a block",
                    defaultValue = "0.2",
                    min = 0,
                    max = 1,
                    exclusiveMax = true)
            double dropout)
            implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<LayerSpec> layers = new ArrayList<>(flat(input));
            layers.add(new LayerSpec.Dense(width, true));
            for (int block = 0; block < blocks; block++) {
                List<LayerSpec> within = new ArrayList<>();
                within.add(new LayerSpec.BatchNorm());
                within.add(new LayerSpec.Dense(hidden, true));
                within.add(new LayerSpec.Relu());
                Blocks.dropout(within, dropout);
                within.add(new LayerSpec.Dense(width, true));
                layers.add(new LayerSpec.Residual(within));
            }
            layers.add(new LayerSpec.BatchNorm());
            layers.add(new LayerSpec.Relu());
            layers.add(new LayerSpec.Dense(outputs, true));
            return List.copyOf(layers);
        }
    }

    /** Dense layers to a narrow one and back (Hinton and Salakhutdinov 2006). */
    @Described("Autoencoder: learns to give its own input back through a narrow layer; the data's target is not used")
    record Autoencoder(
            @Param(
                    value = "Units of each layer down to the narrowest; back up in reverse",
                    defaultValue = "[128, 32]",
                    min = 1,
                    max = 1_000_000,
                    minItems = 1,
                    maxItems = 100)
            List<Integer> hidden,

            @Param(
                    value = "Activation",
                    defaultValue = "\"relu\"",
                    oneOf = {"relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid"})
            String activation)
            implements ModelSpec {

        @Override
        public List<LayerSpec> layers(Input input, int outputs) {
            List<Integer> back = new ArrayList<>(hidden.subList(0, hidden.size() - 1));
            Collections.reverse(back);
            return new Mlp(Stream.concat(hidden.stream(), back.stream()).toList(), activation, 0)
                    .layers(input, outputs);
        }

        @Override
        public boolean reconstructs() {
            return true;
        }
    }

    private static List<LayerSpec> flat(Input input) {
        return input.shape().size() > 1 ? List.of(new LayerSpec.Flatten()) : List.of();
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
            List<LayerSpec> layers = new ArrayList<>(flat(input));
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
