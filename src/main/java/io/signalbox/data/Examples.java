package io.signalbox.data;

import java.nio.ByteBuffer;
import java.util.List;

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

    /** What a buffer holds. */
    public enum ElementType {
        UINT8,
        FLOAT32,
        INT64
    }
}
