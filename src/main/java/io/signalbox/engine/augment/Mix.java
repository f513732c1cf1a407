package io.signalbox.engine.augment;

import io.signalbox.engine.random.Randomness;
import java.util.List;

/** Says with which example another is blended and how much of itself it keeps; {@link Augmentation#mixing} does it. */
record Mix(double alpha, int examples) implements Operation {

    private static final double LN_4 = StrictMath.log(4);
    private static final double ONE_AND_LN_5 = 1 + StrictMath.log(5);

    @Override
    public int columns() {
        return 2;
    }

    @Override
    public void draw(Randomness random, double[] row, int at) {
        row[at] = random.below(examples);
        row[at + 1] = beta(random);
    }

    /** A number from a beta distribution whose parameters are both {@code alpha}. */
    private double beta(Randomness random) {
        return alpha <= 1 ? johnk(random) : cheng(random);
    }

    /** Jöhnk (1964), by logarithms: powers of small parameters are too small for doubles. */
    private double johnk(Randomness random) {
        while (true) {
            double a = StrictMath.log(1 - random.unit()) / alpha;
            double b = StrictMath.log(1 - random.unit()) / alpha;
            if (StrictMath.exp(a) + StrictMath.exp(b) <= 1) {
                return 1 / (1 + StrictMath.exp(b - a));
            }
        }
    }

    /** Cheng (1978), algorithm BB. */
    private double cheng(Randomness random) {
        double sum = 2 * alpha;
        double slope = StrictMath.sqrt((sum - 2) / (2 * alpha * alpha - sum));
        double shape = alpha + 1 / slope;
        while (true) {
            double first = 1 - random.unit();
            double second = 1 - random.unit();
            double v = slope * StrictMath.log(first / Math.max(1 - first, Double.MIN_NORMAL));
            double w = alpha * StrictMath.exp(v);
            double z = first * first * second;
            double r = shape * v - LN_4;
            double s = alpha + r - w;
            if (s + ONE_AND_LN_5 >= 5 * z
                    || s >= StrictMath.log(z)
                    || r + sum * StrictMath.log(sum / (alpha + w)) >= StrictMath.log(z)) {
                return Double.isInfinite(w) ? 1 : w / (alpha + w);
            }
        }
    }

    @Override
    public List<String> code(int at) {
        return List.of();
    }

    /** How much of it is the other one's. */
    @Override
    public Double extent(double[] row, int at) {
        return 1 - row[at + 1];
    }
}
