package io.signalbox.engine.network;

import ai.djl.ndarray.types.DataType;
import io.signalbox.engine.random.Randomness;
import io.signalbox.engine.torch.HostTensor;

/**
 * A tensor that a layer has.
 *
 * @param name within the layer, as PyTorch's module names it: {@code weight}, {@code running_mean} …
 * @param trained whether gradients are computed for it; the others are buffers
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by convention
record Slot(String name, long[] shape, DataType type, Initial initial, boolean trained) {

    static Slot parameter(String name, Initial initial, long... shape) {
        return new Slot(name, shape, DataType.FLOAT32, initial, true);
    }

    static Slot buffer(String name, Initial initial, long... shape) {
        return new Slot(name, shape, DataType.FLOAT32, initial, false);
    }

    /** An integer that counts from 0. */
    static Slot counter(String name) {
        return new Slot(name, new long[0], DataType.INT64, Initial.constant(0), false);
    }

    /** Fills its tensor with what it holds before training; integers count from 0. */
    void fill(HostTensor tensor, Randomness random) {
        if (type == DataType.FLOAT32) {
            tensor.write(to -> initial.fill(to.asFloatBuffer(), random));
        } else {
            tensor.zero();
        }
    }
}
