package io.signalbox.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A tensor as bytes: row-major, little endian.
 *
 * @param dtype as safetensors names it: {@code F32}, {@code I64}, {@code U8} …
 * @param shape empty for a scalar
 * @param data its elements, from position to limit
 */
@SuppressWarnings("ArrayRecordComponent") // shapes are small and read-only by convention, as in every tensor library
public record Tensor(String dtype, long[] shape, ByteBuffer data) {

    /** A copy of {@code values} as an F32 tensor. */
    public static Tensor of(float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor("F32", shape, data);
    }

    /** A copy of {@code values} as an I64 tensor. */
    public static Tensor of(long[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(values);
        return new Tensor("I64", shape, data);
    }

    /** Whether no element is NaN or infinite; true for other types than F32, which training does not use for weights. */
    public boolean isFinite() {
        if (!dtype.equals("F32")) {
            return true;
        }
        FloatBuffer values = data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        while (values.hasRemaining()) {
            if (!Float.isFinite(values.get())) {
                return false;
            }
        }
        return true;
    }

    /** A copy of the elements of an F32 tensor. */
    public float[] floats() {
        if (!dtype.equals("F32")) {
            throw new IllegalStateException("a tensor of F32 was expected, this one is of " + dtype);
        }
        float[] values = new float[data.remaining() / Float.BYTES];
        data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
