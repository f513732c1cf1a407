package io.signalbox.engine.network;

import io.signalbox.engine.random.Randomness;
import java.nio.FloatBuffer;

/** What a tensor of a network holds before training. */
@FunctionalInterface
interface Initial {

    void fill(FloatBuffer values, Randomness random);

    /** All the same. */
    static Initial constant(float value) {
        return (values, random) -> {
            while (values.hasRemaining()) {
                values.put(value);
            }
        };
    }

    /**
     * PyTorch's default for dense and convolutional layers, weight and bias alike: uniform within {@code 1 / sqrt(inputs)}.
     * For the weight that is He et al.'s (2015) bound with a gain for a slope of sqrt(5), as {@code nn.Linear} draws it.
     *
     * @param inputs that one output is computed from
     */
    static Initial fanIn(long inputs) {
        float bound = (float) (1 / Math.sqrt(inputs));
        return (values, random) -> {
            while (values.hasRemaining()) {
                values.put(random.within(bound));
            }
        };
    }
}
