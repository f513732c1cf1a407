package io.signalbox.spec.model;

import java.util.List;

/** Arithmetic on shapes. No product overflows: all are long, and dimensions stay within int. */
final class Shapes {

    private Shapes() {}

    /** Numbers in a tensor of that shape. */
    static long elements(List<Integer> shape) {
        long elements = 1;
        for (int dimension : shape) {
            long high = Math.multiplyHigh(elements, dimension);
            elements = high == 0 && elements * dimension >= 0 ? elements * dimension : Long.MAX_VALUE;
        }
        return elements;
    }

    static void requireVector(List<Integer> input) {
        if (input.size() != 1) {
            throw new ShapeException(
                    "shape.mismatch", "expects [features], but " + input + " comes in; add a flatten layer before it");
        }
    }

    static void requireImage(List<Integer> input) {
        if (input.size() != 3) {
            throw new ShapeException(
                    "shape.mismatch",
                    "expects [channels, height, width], but " + input + " comes in; it must stand before any flatten or"
                            + " dense layer, on images");
        }
    }

    /** What a window that moves over an image leaves of it, {@code floor((side + 2 padding - kernel) / stride) + 1}. */
    static List<Integer> window(List<Integer> input, int channels, int kernel, int stride, int padding) {
        requireImage(input);
        return List.of(
                channels,
                side(input, input.get(1), kernel, stride, padding),
                side(input, input.get(2), kernel, stride, padding));
    }

    private static int side(List<Integer> input, int side, int kernel, int stride, int padding) {
        int padded = side + 2 * padding;
        if (kernel > padded) {
            throw new ShapeException(
                    "shape.invalid",
                    "has a kernel of " + kernel + ", larger than the " + padded + " (padding included) of " + input
                            + " that comes in; make the kernel smaller or the padding larger");
        }
        return (padded - kernel) / stride + 1;
    }
}
