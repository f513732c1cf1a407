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
