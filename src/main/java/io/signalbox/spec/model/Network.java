package io.signalbox.spec.model;

import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers one after the other with the shapes between them.
 *
 * @param steps one for each layer
 * @param parameters trainable numbers in all
 * @param buffers numbers in all that are kept but not trained
 */
public record Network(List<Step> steps, long parameters, long buffers) {

    /** Parameters that a network may have at most. */
    public static final long MAX_PARAMETERS = 1L << 31;

    /**
     * A layer in its place.
     *
     * @param name PyTorch's index and the type: {@code 0 conv2d}
     * @param output shape of what comes out for one example
     */
    public record Step(String name, LayerSpec layer, List<Integer> output, long parameters) {

        /** Whether one example has a single number in each channel, which a batch of one gives no variance. */
        public boolean givesOneValuePerChannel() {
            return output.stream().skip(1).allMatch(side -> side == 1);
        }
    }

    /**
     * Follows an example through the layers.
     *
     * @param input what one example is
     * @throws ShapeException of the first layer that does not fit, or with which the network grows too large
     */
    public static Network of(List<LayerSpec> layers, Input input) {
        List<Step> steps = new ArrayList<>();
        List<Integer> shape = input.shape();
        long parameters = 0;
        long buffers = 0;
        for (int i = 0; i < layers.size(); i++) {
            LayerSpec layer = layers.get(i);
            String name = Binder.variantName((Record) layer);
            try {
                List<Integer> output = layer.output(shape);
                long own = layer.parameters(shape);
                parameters += own;
                buffers += layer.buffers(shape);
                checkSize(parameters, output);
                steps.add(new Step(i + " " + name, layer, output, own));
                shape = output;
            } catch (ShapeException e) {
                throw e.at(i, name);
            }
        }
        return new Network(List.copyOf(steps), parameters, buffers);
    }

    private static void checkSize(long parameters, List<Integer> output) {
        if (parameters > MAX_PARAMETERS) {
            throw new ShapeException(
                    "model.too-large",
                    "brings the network to " + parameters + " parameters; at most " + MAX_PARAMETERS + " are possible");
        }
        if (Shapes.elements(output) > Integer.MAX_VALUE) {
            throw new ShapeException(
                    "model.too-large",
                    "gives " + output + " for one example; at most " + Integer.MAX_VALUE + " numbers are possible");
        }
    }

    /** What comes out at the end. */
    public List<Integer> output() {
        return steps.get(steps.size() - 1).output();
    }
}
