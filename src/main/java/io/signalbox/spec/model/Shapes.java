package io.signalbox.spec.model;

import java.util.ArrayList;
import java.util.List;

/** Arithmetic on shapes. No product overflows: all are long, and dimensions stay within int. */
final class Shapes {

    private static final String MISMATCH = "shape.mismatch";
    private static final String INVALID = "shape.invalid";

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

    static void requireImage(List<Integer> input) {
        if (input.size() != 3) {
            throw new ShapeException(
                    MISMATCH,
                    "expects [channels, height, width], but " + input + " comes in; it must stand before any flatten or"
                            + " dense layer, on images");
        }
    }

    static void requireSignal(List<Integer> input) {
        if (input.size() != 2) {
            throw new ShapeException(
                    MISMATCH,
                    "expects [channels, length], but " + input
                            + " comes in; a permute layer makes it of [length, features]");
        }
    }

    static void requireSequence(List<Integer> input) {
        if (input.size() != 2) {
            throw new ShapeException(
                    MISMATCH,
                    "expects [length, features], but " + input
                            + " comes in; a reshape, permute or embedding layer before it can make it");
        }
    }

    static void requirePositions(List<Integer> input) {
        if (input.size() < 2) {
            throw new ShapeException(
                    MISMATCH, "expects [channels, length] or [channels, height, width], but " + input + " comes in");
        }
    }

    static void requireDivisible(List<Integer> input, int dimension, int parts, String option) {
        if (input.get(dimension) % parts != 0) {
            throw new ShapeException(
                    INVALID,
                    "has " + option + " " + parts + ", which does not divide the " + input.get(dimension) + " of "
                            + input + " that comes in");
        }
    }

    static List<Integer> withFirst(List<Integer> shape, long first) {
        List<Integer> changed = new ArrayList<>(shape);
        changed.set(0, dimension(first));
        return List.copyOf(changed);
    }

    static List<Integer> withLast(List<Integer> shape, int last) {
        List<Integer> changed = new ArrayList<>(shape);
        changed.set(shape.size() - 1, last);
        return List.copyOf(changed);
    }

    /** A product that must be a dimension. */
    static int times(int one, int other, String what) {
        long product = (long) one * other;
        if (product > Integer.MAX_VALUE) {
            throw new ShapeException("model.too-large", "gives " + product + " " + what + " for one example");
        }
        return (int) product;
    }

    /**
     * What a window that moves along all dimensions but the first leaves of them: {@code floor((side + 2 padding -
     * dilation (kernel - 1) - 1) / stride) + 1}.
     */
    static List<Integer> window(List<Integer> input, int channels, int kernel, int stride, int padding, int dilation) {
        long span = (long) dilation * (kernel - 1) + 1;
        List<Integer> output = new ArrayList<>(List.of(channels));
        for (int side : input.subList(1, input.size())) {
            long padded = side + 2L * padding;
            if (span > padded) {
                throw new ShapeException(
                        INVALID,
                        "has a kernel of " + span + ", larger than the " + padded + " (padding included) of " + input
                                + " that comes in; make the kernel smaller or the padding larger");
            }
            output.add(dimension((padded - span) / stride + 1));
        }
        return List.copyOf(output);
    }

    /** What a transposed convolution makes: {@code (side - 1) stride - 2 padding + kernel + outputPadding}. */
    static List<Integer> transposed(
            List<Integer> input, int channels, int kernel, int stride, int padding, int outputPadding) {
        List<Integer> output = new ArrayList<>(List.of(channels));
        for (int side : input.subList(1, input.size())) {
            long made = (side - 1L) * stride - 2L * padding + kernel + outputPadding;
            if (made < 1) {
                throw new ShapeException(
                        INVALID, "leaves nothing of " + input + " that comes in; make the padding smaller");
            }
            output.add(dimension(made));
        }
        return List.copyOf(output);
    }

    private static int dimension(long size) {
        if (size > Integer.MAX_VALUE) {
            throw new ShapeException("model.too-large", "gives a dimension of " + size + " for one example");
        }
        return (int) size;
    }
}
