package io.signalbox.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Examples in memory, one after the other, ready to become tensors. Buffers are direct, in native byte order, and start at
 * position 0; they are read-only by convention.
 *
 * @param count examples
 * @param shape of one example without the batch dimension: {@code [features]} , {@code [channels, height,
 *     width]}, {@code [length, features]} of sequences or {@code [length]} of token ids
 * @param type of the features' elements; {@code INT64} for token ids
 * @param features {@code count × shape} elements
 * @param targetType {@code INT64} for class indices, {@code FLOAT32} for values
 * @param targetWidth target elements an example: 1 for a class index, the length of a sequence that has one at each
 *     position
 * @param target {@code count × targetWidth} elements
 */
public record Examples(
        int count,
        List<Integer> shape,
        ElementType type,
        ByteBuffer features,
        ElementType targetType,
        int targetWidth,
        ByteBuffer target) {

    private static final int PICTURE = 3;
    private static final int COLOURS = 3;
    private static final int LARGEST_SIDE = 128;
    private static final int WHITE = 255;

    /** What a buffer holds. */
    public enum ElementType {
        UINT8(1),
        FLOAT32(Float.BYTES),
        INT64(Long.BYTES);

        private final int bytes;

        ElementType(int bytes) {
            this.bytes = bytes;
        }

        /** Size of an element. */
        int bytes() {
            return bytes;
        }
    }

    /**
     * An example as a PNG in base64: a picture, or numbers of the shape of one, the smallest black and the largest white. Of
     * one that is larger every second row and column is there, or every third and so on.
     *
     * @return null for examples that are no pictures
     */
    public @Nullable String picture(int example) {
        if (shape.size() != PICTURE || type == ElementType.INT64 || (shape.get(0) != 1 && shape.get(0) != COLOURS)) {
            return null;
        }
        int height = shape.get(1);
        int width = shape.get(2);
        int stride = Math.max(1, (Math.max(height, width) + LARGEST_SIDE - 1) / LARGEST_SIDE);
        int rows = (height + stride - 1) / stride;
        int columns = (width + stride - 1) / stride;
        byte[] pixels = new byte[shape.get(0) * rows * columns];
        int elements = shape.get(0) * height * width;
        ByteBuffer all = features.duplicate().order(ByteOrder.nativeOrder());
        ByteBuffer raw = all.slice(example * elements * type.bytes(), elements * type.bytes())
                .order(ByteOrder.nativeOrder());
        byte[] bytes = type == ElementType.UINT8 ? raw(raw) : levels(raw.asFloatBuffer());
        for (int i = 0; i < pixels.length; i++) {
            int row = i / columns % rows;
            int channel = i / columns / rows;
            pixels[i] = bytes[(channel * height + row * stride) * width + i % columns * stride];
        }
        return Png.of(pixels, shape.get(0), rows, columns);
    }

    private static byte[] raw(ByteBuffer pixels) {
        byte[] bytes = new byte[pixels.remaining()];
        pixels.get(bytes);
        return bytes;
    }

    private static byte[] levels(FloatBuffer values) {
        float lowest = Float.POSITIVE_INFINITY;
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < values.capacity(); i++) {
            lowest = Math.min(lowest, values.get(i));
            highest = Math.max(highest, values.get(i));
        }
        byte[] levels = new byte[values.capacity()];
        for (int i = 0; i < levels.length && highest > lowest; i++) {
            levels[i] = (byte) Math.round((values.get(i) - lowest) / (highest - lowest) * WHITE);
        }
        return levels;
    }

    /** The part of them that validates, or the one that trains: neighbours as a view, others copied. */
    Examples part(Partition partition, boolean validating) {
        int wanted = validating ? partition.validation() : partition.training();
        int first = 0;
        while (first < count && partition.validates(first) != validating) {
            first++;
        }
        int end = first;
        while (end < count && partition.validates(end) == validating) {
            end++;
        }
        return end - first == wanted
                ? new Examples(
                        wanted,
                        shape,
                        type,
                        slice(features, first, wanted),
                        targetType,
                        targetWidth,
                        slice(target, first, wanted))
                : new Examples(
                        wanted,
                        shape,
                        type,
                        gather(features, partition, validating, wanted),
                        targetType,
                        targetWidth,
                        gather(target, partition, validating, wanted));
    }

    private ByteBuffer slice(ByteBuffer of, int first, int wanted) {
        int bytes = of.limit() / count;
        return of.slice(first * bytes, wanted * bytes).order(of.order());
    }

    private ByteBuffer gather(ByteBuffer of, Partition partition, boolean validating, int wanted) {
        int bytes = of.limit() / count;
        ByteBuffer chosen = ByteBuffer.allocateDirect(bytes * wanted).order(of.order());
        for (int i = 0; i < count; i++) {
            if (partition.validates(i) == validating) {
                chosen.put(of.slice(i * bytes, bytes));
            }
        }
        return chosen.flip();
    }
}
