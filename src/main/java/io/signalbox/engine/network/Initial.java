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
        return uniform(1 / Math.sqrt(inputs));
    }

    /** Uniform from {@code -bound} to {@code bound}. */
    static Initial uniform(double limit) {
        float bound = (float) limit;
        return (values, random) -> {
            while (values.hasRemaining()) {
                values.put(random.within(bound));
            }
        };
    }

    /** Normal around 0. */
    static Initial normal(double deviation) {
        return (values, random) -> {
            while (values.hasRemaining()) {
                values.put((float) (random.gaussian() * deviation));
            }
        };
    }

    /** The same, but for zeros from an index on. */
    default Initial zeroing(int from, int count) {
        return (values, random) -> {
            int begin = values.position();
            fill(values, random);
            for (int i = from; i < from + count; i++) {
                values.put(begin + i, 0);
            }
        };
    }
}
