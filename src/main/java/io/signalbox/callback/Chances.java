package io.signalbox.callback;

import io.signalbox.callback.Insight.Kind;
import io.signalbox.callback.Insight.Outputs;
import io.signalbox.callback.Insight.Target;

/** One row of what a network gave for its validation part, read as probabilities. */
final class Chances {

    private static final double SMALLEST = 1e-300;

    private final Target target;
    private final Outputs outputs;
    private final int row;

    Chances(Target target, Outputs outputs, int row) {
        this.target = target;
        this.outputs = outputs;
        this.row = row;
    }

    /** Classes or labels, or two for one label; of numbers as many as there are. */
    int count() {
        return oneLabel() ? 2 : outputs.width();
    }

    private boolean oneLabel() {
        return target.kind() == Kind.LABELS && outputs.width() == 1;
    }

    private double score(int i) {
        return outputs.scores()[row * outputs.width() + i];
    }

    /** The value that a number, or label, is to be. */
    double wanted(int i) {
        return outputs.targets()[row * outputs.width() + i];
    }

    /** The number that was predicted. */
    double predicted(int i) {
        return score(i);
    }

    /** The class, or of one label which of its two, that is right. */
    int trueClass() {
        return oneLabel() ? (wanted(0) > 0.5 ? 1 : 0) : (int) outputs.targets()[row];
    }

    /** Whether a class or label applies. */
    boolean holds(int i) {
        return target.kind() == Kind.CLASS || oneLabel() ? trueClass() == i : wanted(i) > 0.5;
    }

    /** The likeliest class; of two alike the first, but of one label the second, which counts from one half on. */
    int likeliest() {
        if (oneLabel()) {
            return score(0) >= 0 ? 1 : 0;
        }
        int best = 0;
        for (int i = 1; i < outputs.width(); i++) {
            if (score(i) > score(best)) {
                best = i;
            }
        }
        return best;
    }

    /** Whether every class or label was told as it is. */
    boolean right() {
        if (target.kind() == Kind.CLASS || oneLabel()) {
            return likeliest() == trueClass();
        }
        for (int i = 0; i < outputs.width(); i++) {
            if (score(i) >= 0 != holds(i)) {
                return false;
            }
        }
        return true;
    }

    /** log(p / (1 - p)) of a class or label. */
    double logOdds(int i) {
        if (target.kind() == Kind.LABELS) {
            return oneLabel() && i == 0 ? -score(0) : score(i);
        }
        double highest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < outputs.width(); j++) {
            highest = j == i ? highest : Math.max(highest, score(j));
        }
        double others = 0;
        for (int j = 0; j < outputs.width(); j++) {
            others += j == i ? 0 : Math.exp(score(j) - highest);
        }
        return score(i) - highest - Math.log(others);
    }

    double probability(int i) {
        return 1 / (1 + Math.exp(-logOdds(i)));
    }

    /** How wrong it was: cross entropy of classes and labels, the mean squared error of numbers; NaN counts as infinite. */
    double loss() {
        double loss = 0;
        if (target.kind() == Kind.CLASS) {
            loss = -Math.log(Math.max(SMALLEST, probability(trueClass())));
        } else {
            for (int i = 0; i < outputs.width(); i++) {
                double error = score(i) - wanted(i);
                double odds = holdsSign(i) * score(i);
                loss += target.kind() == Kind.NUMBERS ? error * error : Math.log1p(Math.exp(-odds));
            }
            loss /= outputs.width();
        }
        return Double.isNaN(loss) ? Double.POSITIVE_INFINITY : loss;
    }

    private int holdsSign(int i) {
        return wanted(i) > 0.5 ? 1 : -1;
    }
}
