package io.signalbox.callback;

import java.nio.FloatBuffer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How numbers are spread: counts in bins of equal width from the smallest to the largest. Numbers that are not finite are
 * counted apart and are in nothing else.
 *
 * @param deviation the standard deviation, of all of them and not a sample
 */
record Histogram(double min, double max, double mean, double deviation, long[] counts, long notFinite) {

    /** Of numbers; of none that are finite all is 0. */
    static Histogram of(FloatBuffer values, int bins) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        int size = values.remaining();
        int finite = 0;
        for (int i = 0; i < size; i++) {
            double value = values.get(i);
            if (Double.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
                squares += value * value;
                finite++;
            }
        }
        long[] counts = new long[bins];
        if (finite == 0) {
            return new Histogram(0, 0, 0, 0, counts, size);
        }
        double mean = sum / finite;
        double scale = max > min ? bins / (max - min) : 0;
        for (int i = 0; i < size; i++) {
            double value = values.get(i);
            if (Double.isFinite(value)) {
                counts[Math.min(bins - 1, (int) ((value - min) * scale))]++;
            }
        }
        return new Histogram(
                min, max, mean, Math.sqrt(Math.max(0, squares / finite - mean * mean)), counts, size - finite);
    }

    /** The lower edge of a bin, or the upper one of the last. */
    double edge(int bin) {
        return min + (max - min) * bin / counts.length;
    }

    ObjectNode toJson(ObjectNode json) {
        json.put("min", min)
                .put("max", max)
                .put("mean", mean)
                .put("deviation", deviation)
                .put("not_finite", notFinite);
        ArrayNode list = json.putArray("counts");
        for (long count : counts) {
            list.add(count);
        }
        return json;
    }
}
