package io.signalbox.callback;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.DoubleStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The last values of a metric that is better when smaller, and how far a new one is out of line: by the median and the
 * median absolute deviation, which single outliers do not move.
 */
final class LossWindow {

    /** Makes the median absolute deviation of a normal distribution its standard deviation. */
    private static final double NORMAL = 1.4826;

    /** Without it a window that is all but constant would make a spike of every change. */
    private static final double LEAST_RELATIVE_SCALE = 0.05;

    private static final double LEAST_SCALE = 1e-12;

    /** So much of the window, but this many values, must be there before anything is judged. */
    private static final int LEAST_SHARE = 8;

    private static final int LEAST_VALUES = 4;

    private final int size;
    private final Deque<Double> values = new ArrayDeque<>();
    private double lowestMedian = Double.POSITIVE_INFINITY;

    LossWindow(int size) {
        this.size = size;
    }

    void clear() {
        values.clear();
        lowestMedian = Double.POSITIVE_INFINITY;
    }

    /** How many robust standard deviations a value lies above the median; 0 while there are too few to judge by. */
    double deviations(double value) {
        if (!canJudge()) {
            return 0;
        }
        double median = median();
        double spread = NORMAL * median(values.stream().mapToDouble(v -> Math.abs(v - median)));
        return (value - median) / Math.max(LEAST_SCALE, Math.max(spread, LEAST_RELATIVE_SCALE * Math.abs(median)));
    }

    /** How many times the lowest median so far the present one is; 1 while there are too few values to judge by. */
    double growth() {
        return canJudge() && lowestMedian > 0 && Double.isFinite(lowestMedian) ? median() / lowestMedian : 1;
    }

    double median() {
        return median(values.stream().mapToDouble(v -> v));
    }

    private static double median(DoubleStream numbers) {
        double[] sorted = numbers.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private boolean canJudge() {
        return values.size() >= Math.max(LEAST_VALUES, size / LEAST_SHARE);
    }

    void add(double value) {
        values.add(value);
        if (values.size() > size) {
            values.remove();
        }
        if (canJudge()) {
            lowestMedian = Math.min(lowestMedian, median());
        }
    }

    void keep(ObjectNode state) {
        ArrayNode window = state.putArray("window");
        values.forEach(value -> window.add(Double.toString(value)));
        Numbers.put(state, "lowest_median", lowestMedian);
    }

    void restore(ObjectNode state) {
        clear();
        state.get("window").forEach(value -> values.add(Double.valueOf(value.asString())));
        lowestMedian = Double.parseDouble(state.get("lowest_median").asString());
    }
}
