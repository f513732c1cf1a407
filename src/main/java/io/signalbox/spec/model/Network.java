package io.signalbox.spec.model;

import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers one after the other with the shapes between them.
 *
 * @param steps one for each layer, each before those within it
 * @param output shape of what comes out at the end for one example
 * @param parameters trainable numbers in all
 * @param buffers numbers in all that are kept but not trained
 */
public record Network(List<Step> steps, List<Integer> output, long parameters, long buffers) {

    /** Parameters that a network may have at most. */
    public static final long MAX_PARAMETERS = 1L << 31;

    /** Layers that a network may have at most, those within others counted. */
    static final int MAX_LAYERS = 5000;

    private static final String TOO_LARGE = "model.too-large";

    /**
     * A layer in its place.
     *
     * @param name PyTorch's index and the type: {@code 0 conv2d}, {@code 3.0 conv2d} within layer 3
     * @param pointer where it stands in the list of layers: {@code 3}, {@code 3/layers/0}
     * @param output shape of what comes out for one example
     * @param parameters trainable numbers of its own, without those of layers within it
     */
    public record Step(String name, String pointer, LayerSpec layer, List<Integer> output, long parameters) {

        /** Whether one example has a single number in each channel, which a batch of one gives no variance. */
        public boolean givesOneValuePerChannel() {
            return output.stream().skip(1).allMatch(side -> side == 1);
        }

        /** Whether it stands within no other layer. */
        public boolean outermost() {
            return pointer.indexOf('/') < 0;
        }
    }

    /**
     * Follows an example through the layers.
     *
     * @param input what one example is
     * @throws ShapeException of the first layer that does not fit, or with which the network grows too large
     */
    public static Network of(List<LayerSpec> layers, Input input) {
        Walk walk = new Walk();
        List<Integer> output = walk.through(layers, input, "", "");
        return new Network(List.copyOf(walk.steps), output, walk.parameters, walk.buffers);
    }

    /** One whose layers nobody knows, taken to give what is wanted of it. */
    public static Network opaque(List<Integer> output) {
        return new Network(List.of(), output, 0, 0);
    }

    /** The way of an example. */
    private static final class Walk {

        private final List<Step> steps = new ArrayList<>();
        private long parameters;
        private long buffers;

        List<Integer> through(List<LayerSpec> layers, Input input, String place, String pointer) {
            Input current = input;
            for (int i = 0; i < layers.size(); i++) {
                LayerSpec layer = layers.get(i);
                current = Input.numbers(into(layer, current, place + i, pointer + i));
            }
            return current.shape();
        }

        private List<Integer> into(LayerSpec layer, Input input, String place, String pointer) {
            String name = Binder.variantName((Record) layer);
            int at = steps.size();
            try {
                checkTokens(layer, input);
                for (LayerSpec.Branch branch : layer.within()) {
                    String within = pointer + "/" + branch.pointer() + "/";
                    through(branch.layers(), input, place + "." + branch.name(), within);
                }
                List<Integer> output = layer.output(input.shape());
                long own = layer.parameters(input.shape());
                parameters += own;
                buffers += layer.buffers(input.shape());
                checkSize(output);
                steps.add(at, new Step(place + " " + name, pointer, layer, output, own));
                return output;
            } catch (ShapeException e) {
                throw e.at(place, name, pointer);
            }
        }

        private static void checkTokens(LayerSpec layer, Input input) {
            if (!(layer instanceof LayerSpec.Embedding embedding)) {
                if (input.ofTokens()) {
                    throw new ShapeException(
                            "shape.mismatch", "takes numbers, but token ids come in; begin with an embedding layer");
                }
            } else if (!input.ofTokens()) {
                throw new ShapeException(
                        "shape.mismatch",
                        "takes token ids, but numbers come in; it must be the first layer, on data of tokens");
            } else if (embedding.tokens() < input.vocabulary()) {
                throw new ShapeException(
                        "shape.invalid",
                        "has " + embedding.tokens() + " num_embeddings, but the data has " + input.vocabulary()
                                + " tokens; leave num_embeddings out");
            }
        }

        private void checkSize(List<Integer> output) {
            if (parameters > MAX_PARAMETERS) {
                throw new ShapeException(
                        TOO_LARGE,
                        "brings the network to " + parameters + " parameters; at most " + MAX_PARAMETERS
                                + " are possible");
            }
            if (Shapes.elements(output) > Integer.MAX_VALUE) {
                throw new ShapeException(
                        TOO_LARGE,
                        "gives " + output + " for one example; at most " + Integer.MAX_VALUE + " numbers are possible");
            }
            if (steps.size() >= MAX_LAYERS) {
                throw new ShapeException(TOO_LARGE, "is one too many; at most " + MAX_LAYERS + " are possible");
            }
        }
    }
}
