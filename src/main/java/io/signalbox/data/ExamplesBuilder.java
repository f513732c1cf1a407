package io.signalbox.data;

import io.signalbox.data.Examples.ElementType;
import java.nio.ByteBuffer;
import java.util.List;

/** Fills examples one after the other. */
final class ExamplesBuilder {

    private final int count;
    private final List<Integer> shape;
    private final ElementType type;
    private final ElementType targetType;
    private final int targetWidth;
    private final ByteBuffer features;
    private final ByteBuffer target;

    ExamplesBuilder(int count, List<Integer> shape, ElementType type, boolean classIndices, int targetWidth) {
        this.count = count;
        this.shape = shape;
        this.type = type;
        this.targetType = classIndices ? ElementType.INT64 : ElementType.FLOAT32;
        this.targetWidth = targetWidth;
        long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        this.features = Buffers.allocate(count, elements, type);
        this.target = Buffers.allocate(count, targetWidth, targetType);
    }

    void pixels(byte[] image) {
        features.put(image);
    }

    void feature(float value) {
        features.putFloat(value);
    }

    void token(int id) {
        features.putLong(id);
    }

    /** A target element: an index or a value, as the examples were asked for. */
    void target(double value) {
        if (targetType == ElementType.INT64) {
            target.putLong((long) value);
        } else {
            target.putFloat((float) value);
        }
    }

    Examples build() {
        if (features.hasRemaining() || target.hasRemaining()) {
            throw new IllegalStateException(features.remaining() + " and " + target.remaining()
                    + " bytes are missing of " + count + " examples");
        }
        return new Examples(count, shape, type, features.flip(), targetType, targetWidth, target.flip());
    }
}
