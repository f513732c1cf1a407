package io.signalbox.server.history;

/**
 * Points of a curve put together. {@code min} and {@code max} leave NaN out (they are NaN where all points are);
 * {@code sum} does not, so that a mean of NaN tells of a NaN among the points.
 */
record Bucket(long x0, double min, double max, double sum, long lastX, double last, long points) {

    static Bucket of(long x0, long x, double value) {
        return new Bucket(x0, value, value, value, x, value, 1);
    }

    /** This bucket and a later one as one that begins where this does. */
    Bucket and(Bucket later) {
        return new Bucket(
                x0,
                lower(min, later.min),
                upper(max, later.max),
                sum + later.sum,
                later.lastX,
                later.last,
                points + later.points);
    }

    /** The same points, counted as a bucket that begins at {@code x}. */
    Bucket from(long x) {
        return new Bucket(x, min, max, sum, lastX, last, points);
    }

    private static double lower(double a, double b) {
        if (Double.isNaN(a)) {
            return b;
        }
        return Double.isNaN(b) ? a : Math.min(a, b);
    }

    private static double upper(double a, double b) {
        if (Double.isNaN(a)) {
            return b;
        }
        return Double.isNaN(b) ? a : Math.max(a, b);
    }
}
