package io.signalbox.engine.network;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Layers as their textbook formulas, in plain loops and double precision. Tensors are arrays by name: {@code x}, row-major,
 * and those of the layer.
 */
interface Reference {

    double[] apply(Map<String, double[]> tensors);

    static Reference elementwise(DoubleUnaryOperator function) {
        return tensors ->
                java.util.Arrays.stream(tensors.get("x")).map(function).toArray();
    }

    static Reference dense(int inputs, int outputs) {
        return tensors -> {
            double[] x = tensors.get("x");
            double[] out = new double[x.length / inputs * outputs];
            for (int i = 0; i < out.length; i++) {
                int row = i / outputs;
                int unit = i % outputs;
                double sum = tensors.containsKey("bias") ? tensors.get("bias")[unit] : 0;
                for (int k = 0; k < inputs; k++) {
                    sum += x[row * inputs + k] * tensors.get("weight")[unit * inputs + k];
                }
                out[i] = sum;
            }
            return out;
        };
    }

    /** Folds the values that a sliding window sees. */
    interface Window {
        /** @param value NaN outside the image */
        double fold(double sum, double value, int kernelIndex);
    }

    private static double[] slide(
            double[] image, int side, int kernel, int stride, int padding, double begin, Window window) {
        int outputs = (side + 2 * padding - kernel) / stride + 1;
        double[] out = new double[outputs * outputs];
        for (int i = 0; i < out.length; i++) {
            double sum = begin;
            for (int k = 0; k < kernel * kernel; k++) {
                int row = i / outputs * stride - padding + k / kernel;
                int column = i % outputs * stride - padding + k % kernel;
                boolean inside = row >= 0 && row < side && column >= 0 && column < side;
                sum = window.fold(sum, inside ? image[row * side + column] : Double.NaN, k);
            }
            out[i] = sum;
        }
        return out;
    }

    static Reference conv2d(int channels, int filters, int side, int kernel, int stride, int padding) {
        return tensors -> {
            int outputs = (side + 2 * padding - kernel) / stride + 1;
            int images = tensors.get("x").length / (channels * side * side);
            double[] out = new double[images * filters * outputs * outputs];
            for (int map = 0; map < images * filters; map++) {
                int filter = map % filters;
                for (int c = 0; c < channels; c++) {
                    int weights = (filter * channels + c) * kernel * kernel;
                    double[] image = channel(tensors.get("x"), map / filters * channels + c, side * side);
                    double[] part = slide(
                            image,
                            side,
                            kernel,
                            stride,
                            padding,
                            0,
                            (sum, value, k) ->
                                    Double.isNaN(value) ? sum : sum + value * tensors.get("weight")[weights + k]);
                    for (int i = 0; i < part.length; i++) {
                        out[map * part.length + i] += part[i];
                    }
                }
                double bias = tensors.containsKey("bias") ? tensors.get("bias")[filter] : 0;
                for (int i = 0; i < outputs * outputs; i++) {
                    out[map * outputs * outputs + i] += bias;
                }
            }
            return out;
        };
    }

    static Reference maxPool(int side, int kernel, int stride, int padding) {
        return pool(
                side,
                kernel,
                stride,
                padding,
                Double.NEGATIVE_INFINITY,
                (best, value, k) -> Double.isNaN(value) ? best : Math.max(best, value));
    }

    /** Zeros outside count, as in PyTorch by default. */
    static Reference avgPool(int side, int kernel, int stride, int padding) {
        return pool(
                side,
                kernel,
                stride,
                padding,
                0,
                (sum, value, k) -> Double.isNaN(value) ? sum : sum + value / (kernel * kernel));
    }

    private static Reference pool(int side, int kernel, int stride, int padding, double begin, Window window) {
        return tensors -> {
            double[] x = tensors.get("x");
            return IntStream.range(0, x.length / (side * side))
                    .mapToObj(map -> slide(channel(x, map, side * side), side, kernel, stride, padding, begin, window))
                    .flatMapToDouble(java.util.Arrays::stream)
                    .toArray();
        };
    }

    private static double[] channel(double[] x, int index, int size) {
        return java.util.Arrays.copyOfRange(x, index * size, (index + 1) * size);
    }

    /** By the batch's own mean and biased variance, over {@code [batch, channels, area]}. */
    static Reference batchNorm(int channels, int area, double eps) {
        return tensors -> {
            double[] x = tensors.get("x");
            double[] out = new double[x.length];
            for (int c = 0; c < channels; c++) {
                double[] moments = moments(x, c, channels, area);
                for (int i = 0; i < x.length; i++) {
                    if (i / area % channels == c) {
                        out[i] = (x[i] - moments[0]) / Math.sqrt(moments[1] + eps) * tensors.get("weight")[c]
                                + tensors.get("bias")[c];
                    }
                }
            }
            return out;
        };
    }

    /** Mean, biased variance and count of a channel. */
    static double[] moments(double[] x, int channel, int channels, int area) {
        double[] values = IntStream.range(0, x.length)
                .filter(i -> i / area % channels == channel)
                .mapToDouble(i -> x[i])
                .toArray();
        double mean = java.util.Arrays.stream(values).average().orElseThrow();
        double variance = java.util.Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        return new double[] {mean, variance, values.length};
    }

    static Reference softmax(int classes) {
        return tensors -> {
            double[] x = tensors.get("x");
            double[] out = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                double sum = 0;
                for (int k = 0; k < classes; k++) {
                    sum += Math.exp(x[i / classes * classes + k] - x[i]);
                }
                out[i] = 1 / sum;
            }
            return out;
        };
    }

    /** The error function by its Maclaurin series: exact to 1e-14 for the small arguments of tests. */
    static double erf(double x) {
        double sum = 0;
        double term = x;
        for (int n = 0; n < 80; n++) {
            sum += term / (2 * n + 1);
            term *= -x * x / (n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}
