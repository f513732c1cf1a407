package io.signalbox.data;

/** Count, range, mean and standard deviation of numbers seen one by one (Welford's recurrence: no cancellation). */
final class Moments {

    private long count;
    private double mean;
    private double squares;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    void add(double value) {
        count++;
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    long count() {
        return count;
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    double mean() {
        return mean;
    }

    /** Of the whole population: divided by the count, as scikit-learn's StandardScaler does. */
    double std() {
        return count == 0 ? 0 : Math.sqrt(squares / count);
    }
}
