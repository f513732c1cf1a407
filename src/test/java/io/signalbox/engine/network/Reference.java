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

    /** The tensors of a layer within another: {@code 1.weight} becomes {@code weight}; {@code x} is given. */
    static Map<String, double[]> within(Map<String, double[]> tensors, String place, double[] x) {
        Map<String, double[]> inner = new java.util.HashMap<>(Map.of("x", x));
        tensors.forEach((name, values) -> {
            if (name.startsWith(place + ".")) {
                inner.put(name.substring(place.length() + 1), values);
            }
        });
        return inner;
    }

    /**
     * A convolution of {@code [channels, height, width]}; of one dimension with a height of 1.
     *
     * @param kernel height and width
     * @param padding above and left
     */
    static Reference convolution(
            int[] input, int filters, int[] kernel, int stride, int[] padding, int dilation, int groups) {
        return tensors -> {
            double[] x = tensors.get("x");
            int rows = (input[1] + 2 * padding[0] - dilation * (kernel[0] - 1) - 1) / stride + 1;
            int columns = (input[2] + 2 * padding[1] - dilation * (kernel[1] - 1) - 1) / stride + 1;
            int images = x.length / (input[0] * input[1] * input[2]);
            int seen = input[0] / groups;
            double[] out = new double[images * filters * rows * columns];
            for (int i = 0; i < out.length; i++) {
                int column = i % columns;
                int row = i / columns % rows;
                int filter = i / columns / rows % filters;
                int image = i / columns / rows / filters;
                double sum = tensors.containsKey("bias") ? tensors.get("bias")[filter] : 0;
                for (int k = 0; k < seen * kernel[0] * kernel[1]; k++) {
                    int channel = filter / (filters / groups) * seen + k / kernel[0] / kernel[1];
                    int y = row * stride - padding[0] + k / kernel[1] % kernel[0] * dilation;
                    int z = column * stride - padding[1] + k % kernel[1] * dilation;
                    if (y >= 0 && y < input[1] && z >= 0 && z < input[2]) {
                        sum += x[((image * input[0] + channel) * input[1] + y) * input[2] + z]
                                * tensors.get("weight")[filter * seen * kernel[0] * kernel[1] + k];
                    }
                }
                out[i] = sum;
            }
            return out;
        };
    }

    /** A transposed convolution: every input number spreads the kernel over the output. */
    static Reference transposed(
            int[] input, int filters, int[] kernel, int stride, int[] padding, int rows, int columns) {
        return tensors -> {
            double[] x = tensors.get("x");
            int images = x.length / (input[0] * input[1] * input[2]);
            double[] out = new double[images * filters * rows * columns];
            for (int i = 0; i < out.length; i++) {
                out[i] = tensors.containsKey("bias") ? tensors.get("bias")[i / (rows * columns) % filters] : 0;
            }
            for (int i = 0; i < x.length; i++) {
                int channel = i / input[2] / input[1] % input[0];
                int image = i / input[2] / input[1] / input[0];
                for (int k = 0; k < filters * kernel[0] * kernel[1]; k++) {
                    int filter = k / kernel[0] / kernel[1];
                    int row = i / input[2] % input[1] * stride - padding[0] + k / kernel[1] % kernel[0];
                    int column = i % input[2] * stride - padding[1] + k % kernel[1];
                    if (row >= 0 && row < rows && column >= 0 && column < columns) {
                        out[((image * filters + filter) * rows + row) * columns + column] +=
                                x[i] * tensors.get("weight")[channel * filters * kernel[0] * kernel[1] + k];
                    }
                }
            }
            return out;
        };
    }

    /** Windows over the last dimension. */
    static Reference pool1d(int length, int kernel, int stride, int padding, boolean largest) {
        return tensors -> {
            double[] x = tensors.get("x");
            int outputs = (length + 2 * padding - kernel) / stride + 1;
            double[] out = new double[x.length / length * outputs];
            for (int i = 0; i < out.length; i++) {
                double best = Double.NEGATIVE_INFINITY;
                double sum = 0;
                for (int k = 0; k < kernel; k++) {
                    int at = i % outputs * stride - padding + k;
                    if (at >= 0 && at < length) {
                        best = Math.max(best, x[i / outputs * length + at]);
                        sum += x[i / outputs * length + at];
                    }
                }
                out[i] = largest ? best : sum / kernel;
            }
            return out;
        };
    }

    /** Each stretch of {@code size} numbers by its own moments; {@code area} numbers in turn have a weight. */
    static Reference normalized(int size, int channels, int area, double eps) {
        return tensors -> {
            double[] x = tensors.get("x");
            double[] out = new double[x.length];
            for (int begin = 0; begin < x.length; begin += size) {
                double[] moments = moments(java.util.Arrays.copyOfRange(x, begin, begin + size), 0, 1, size);
                for (int i = begin; i < begin + size; i++) {
                    int channel = i / area % channels;
                    out[i] = (x[i] - moments[0]) / Math.sqrt(moments[1] + eps) * tensors.get("weight")[channel]
                            + tensors.get("bias")[channel];
                }
            }
            return out;
        };
    }

    static Reference embedding(int features) {
        return tensors -> java.util.Arrays.stream(tensors.get("x"))
                .flatMap(id ->
                        java.util.Arrays.stream(tensors.get("weight"), (int) id * features, ((int) id + 1) * features))
                .toArray();
    }

    static Reference sinusoids(int length, int features) {
        return tensors -> {
            double[] out = tensors.get("x").clone();
            for (int i = 0; i < out.length; i++) {
                int feature = i % features;
                double angle = i / features % length / Math.pow(10_000, (double) (feature - feature % 2) / features);
                out[i] += feature % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
            }
            return out;
        };
    }

    static Reference added(String name) {
        return tensors -> {
            double[] out = tensors.get("x").clone();
            double[] added = tensors.get(name);
            for (int i = 0; i < out.length; i++) {
                out[i] += added[i % added.length];
            }
            return out;
        };
    }

    /** {@code [batch, a, b]} to {@code [batch, b, a]}. */
    static double[] swapped(double[] x, int a, int b) {
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i / (a * b) * a * b + i % b * a + i / b % a] = x[i];
        }
        return out;
    }

    /** Mean or largest of each stretch. */
    static Reference folded(int size, boolean largest) {
        return tensors -> {
            double[] x = tensors.get("x");
            return IntStream.range(0, x.length / size)
                    .mapToObj(i -> java.util.Arrays.stream(x, i * size, (i + 1) * size))
                    .mapToDouble(stretch -> largest
                            ? stretch.max().orElseThrow()
                            : stretch.average().orElseThrow())
                    .toArray();
        };
    }

    /** A recurrent layer as its equations in PyTorch's documentation. */
    record Recurrence(boolean lstm, int length, int features, int units, int layers, int directions, boolean sequences)
            implements Reference {

        @Override
        public double[] apply(Map<String, double[]> tensors) {
            double[] x = tensors.get("x");
            int batch = x.length / length / features;
            double[] out = new double[batch * (sequences ? length : 1) * units * directions];
            for (int example = 0; example < batch; example++) {
                double[][] sequence = new double[length][];
                for (int t = 0; t < length; t++) {
                    int begin = (example * length + t) * features;
                    sequence[t] = java.util.Arrays.copyOfRange(x, begin, begin + features);
                }
                for (int layer = 0; layer < layers; layer++) {
                    sequence = layer(sequence, layer, tensors);
                }
                for (int i = 0; i < out.length / batch; i++) {
                    int unit = i % (units * directions);
                    int last = unit < units ? length - 1 : 0; // the other direction ends at the beginning
                    out[example * (out.length / batch) + i] =
                            sequence[sequences ? i / (units * directions) : last][unit];
                }
            }
            return out;
        }

        private double[][] layer(double[][] sequence, int layer, Map<String, double[]> tensors) {
            double[][] out = new double[length][units * directions];
            for (int direction = 0; direction < directions; direction++) {
                String end = "_l" + layer + (direction == 0 ? "" : "_reverse");
                double[] h = new double[units];
                double[] c = new double[units];
                for (int step = 0; step < length; step++) {
                    int t = direction == 0 ? step : length - 1 - step;
                    double[] in = gates(sequence[t], "ih" + end, tensors);
                    double[] own = gates(h, "hh" + end, tensors);
                    h = lstm ? lstm(in, own, c) : gru(in, own, h);
                    System.arraycopy(h, 0, out[t], direction * units, units);
                }
            }
            return out;
        }

        private static double[] gates(double[] values, String name, Map<String, double[]> tensors) {
            double[] weight = tensors.get("weight_" + name);
            double[] bias = tensors.get("bias_" + name);
            double[] gates = new double[weight.length / values.length];
            for (int row = 0; row < gates.length; row++) {
                gates[row] = bias == null ? 0 : bias[row];
                for (int k = 0; k < values.length; k++) {
                    gates[row] += weight[row * values.length + k] * values[k];
                }
            }
            return gates;
        }

        private double[] lstm(double[] in, double[] own, double[] c) {
            double[] h = new double[units];
            for (int i = 0; i < units; i++) {
                double input = sigmoid(in[i] + own[i]);
                double forget = sigmoid(in[units + i] + own[units + i]);
                double cell = Math.tanh(in[2 * units + i] + own[2 * units + i]);
                double output = sigmoid(in[3 * units + i] + own[3 * units + i]);
                c[i] = forget * c[i] + input * cell;
                h[i] = output * Math.tanh(c[i]);
            }
            return h;
        }

        private double[] gru(double[] in, double[] own, double[] before) {
            double[] h = new double[units];
            for (int i = 0; i < units; i++) {
                double reset = sigmoid(in[i] + own[i]);
                double update = sigmoid(in[units + i] + own[units + i]);
                double fresh = Math.tanh(in[2 * units + i] + reset * own[2 * units + i]);
                h[i] = (1 - update) * fresh + update * before[i];
            }
            return h;
        }

        private static double sigmoid(double x) {
            return 1 / (1 + Math.exp(-x));
        }
    }

    /** Attention as in Vaswani et al. (2017), position by position. */
    static Reference attention(int length, int features, int heads, boolean causal) {
        return tensors -> {
            double[] x = tensors.get("x");
            Map<String, double[]> in = new java.util.HashMap<>(Map.of("x", x, "weight", tensors.get("in_proj_weight")));
            if (tensors.containsKey("in_proj_bias")) {
                in.put("bias", tensors.get("in_proj_bias"));
            }
            double[] projected = dense(features, 3 * features).apply(in);
            int width = features / heads;
            double[] seen = new double[x.length];
            for (int i = 0; i < x.length / features; i++) {
                int first = i / length * length;
                int end = causal ? i + 1 : first + length;
                for (int head = 0; head < heads; head++) {
                    double total = 0;
                    for (int other = first; other < end; other++) {
                        double score = 0;
                        for (int k = 0; k < width; k++) {
                            score += projected[i * 3 * features + head * width + k]
                                    * projected[other * 3 * features + features + head * width + k];
                        }
                        double share = Math.exp(score / Math.sqrt(width));
                        total += share;
                        for (int k = 0; k < width; k++) {
                            seen[i * features + head * width + k] +=
                                    share * projected[other * 3 * features + 2 * features + head * width + k];
                        }
                    }
                    for (int k = 0; k < width; k++) {
                        seen[i * features + head * width + k] /= total;
                    }
                }
            }
            return dense(features, features).apply(within(tensors, "out_proj", seen));
        };
    }
}
