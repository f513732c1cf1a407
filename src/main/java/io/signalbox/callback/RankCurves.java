package io.signalbox.callback;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * ROC and precision-recall curve of one class against all others, from counts: scores are told apart in {@value #STEPS} steps
 * of their log odds, so memory does not grow with the examples. Within a step scores count as alike.
 */
final class RankCurves {

    private static final int STEPS = 4096;

    /** Log odds from minus this to this; what is beyond counts as this. */
    private static final double WIDEST = 20;

    private final int[] positives = new int[STEPS];
    private final int[] negatives = new int[STEPS];

    void add(double logOdds, boolean holds) {
        double place = (logOdds + WIDEST) / (2 * WIDEST) * STEPS;
        int step = (int) Math.max(0, Math.min(STEPS - 1, place)); // NaN counts as the lowest
        if (holds) {
            positives[step]++;
        } else {
            negatives[step]++;
        }
    }

    /**
     * The curves, as scikit-learn draws them, thinned out to so many points, and the areas, of all points: {@code auc} by
     * trapezoids, {@code average_precision} by steps. Null areas where there are no positives or no negatives.
     */
    ObjectNode toJson(ObjectNode json, int points) {
        long allPositives = sum(positives);
        long allNegatives = sum(negatives);
        json.put("positives", allPositives);
        if (allPositives == 0 || allNegatives == 0) {
            json.putNull("auc");
            json.putNull("average_precision");
        }
        Thinned roc = new Thinned(json, "fpr", "tpr", points);
        Thinned pr = new Thinned(json, "recall", "precision", points);
        roc.add(0, 0);
        pr.add(0, 1);
        long hits = 0;
        long misses = 0;
        double auc = 0;
        double average = 0;
        for (int step = STEPS - 1; step >= 0; step--) {
            int up = positives[step];
            int along = negatives[step];
            if (up + along == 0) {
                continue;
            }
            auc += along * (hits + up / 2.0);
            hits += up;
            misses += along;
            double precision = (double) hits / (hits + misses);
            average += up * precision;
            roc.add(share(misses, allNegatives), share(hits, allPositives));
            pr.add(share(hits, allPositives), precision);
        }
        roc.end();
        pr.end();
        if (allPositives > 0 && allNegatives > 0) {
            json.put("auc", auc / allPositives / allNegatives);
            json.put("average_precision", average / allPositives);
        }
        return json;
    }

    private static double share(long part, long all) {
        return all == 0 ? 0 : (double) part / all;
    }

    private static long sum(int[] counts) {
        long sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Points of a curve that are far enough from one another. */
    private static final class Thinned {
        private static final double DIGITS = 1e5;

        private final ArrayNode xs;
        private final ArrayNode ys;
        private final double apart;
        private double x = Double.NEGATIVE_INFINITY;
        private double y = Double.NEGATIVE_INFINITY;
        private double nextX;
        private double nextY;
        private boolean waiting;

        Thinned(ObjectNode json, String nameOfX, String nameOfY, int points) {
            xs = json.putArray(nameOfX);
            ys = json.putArray(nameOfY);
            apart = 2.0 / points; // a monotonous curve is at most 2 long
        }

        void add(double toX, double toY) {
            if (waiting && Math.abs(toX - x) + Math.abs(toY - y) > apart) {
                put();
            }
            nextX = toX;
            nextY = toY;
            waiting = true;
        }

        private void put() {
            x = nextX;
            y = nextY;
            xs.add(Math.round(x * DIGITS) / DIGITS);
            ys.add(Math.round(y * DIGITS) / DIGITS);
            waiting = false;
        }

        void end() {
            if (waiting) {
                put();
            }
        }
    }
}
