package io.signalbox.engine.metric;

import io.signalbox.spec.MetricSpec;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How often each class was told, was told rightly, and was there; precision, recall and F1 as scikit-learn has them. */
final class Confusion {

    private static final int RIGHT = 0;
    private static final int TOLD = 1;
    private static final int THERE = 2;
    private static final int COUNTS = 3;

    /** A share of nothing, scikit-learn's {@code zero_division}. */
    private static final double OF_NOTHING = 0;

    private final int classes;
    private final String average;
    private final Tally tally;

    /** @param average where none is asked for */
    private Confusion(int classes, String average, Tally.Rule rule) {
        this.classes = classes;
        this.average = average;
        this.tally = new Tally(classes * COUNTS, rule);
    }

    /** Of one class out of several a row. */
    static Confusion ofClasses(int classes) {
        return new Confusion(classes, classes == 2 ? MetricSpec.BINARY : MetricSpec.MACRO, (batch, numbers) -> {
            for (int row = 0; row < batch.rows(); row++) {
                count(numbers, batch.likeliest(row), (int) batch.targets()[row]);
            }
        });
    }

    /** Of one label a row, that applies or does not: two classes. */
    static Confusion ofLabel() {
        return new Confusion(2, MetricSpec.BINARY, (batch, numbers) -> {
            for (int row = 0; row < batch.rows(); row++) {
                count(numbers, applies(batch.output(row, 0)), holds(batch.target(row, 0)));
            }
        });
    }

    /** Of several labels a row. */
    static Confusion ofLabels(int labels) {
        return new Confusion(labels, MetricSpec.MACRO, (batch, numbers) -> {
            for (int row = 0; row < batch.rows(); row++) {
                for (int label = 0; label < labels; label++) {
                    int told = applies(batch.output(row, label));
                    int there = holds(batch.target(row, label));
                    numbers[label * COUNTS + TOLD] += told;
                    numbers[label * COUNTS + THERE] += there;
                    numbers[label * COUNTS + RIGHT] += told * there;
                }
            }
        });
    }

    private static void count(double[] numbers, int told, int there) {
        numbers[told * COUNTS + TOLD]++;
        numbers[there * COUNTS + THERE]++;
        if (told == there) {
            numbers[told * COUNTS + RIGHT]++;
        }
    }

    /** A logit of zero is a probability of one half. */
    private static int applies(double logit) {
        return logit >= 0 ? 1 : 0;
    }

    private static int holds(double target) {
        return target > 0.5 ? 1 : 0;
    }

    Tally tally() {
        return tally;
    }

    double precision(@Nullable String asked) {
        return average(asked, RIGHT, TOLD, c -> share(number(c, RIGHT), number(c, TOLD)));
    }

    double recall(@Nullable String asked) {
        return average(asked, RIGHT, THERE, c -> share(number(c, RIGHT), number(c, THERE)));
    }

    double f1(@Nullable String asked) {
        if (MetricSpec.MICRO.equals(asked)) {
            return share(2 * total(RIGHT), total(TOLD) + total(THERE));
        }
        return average(asked, RIGHT, TOLD, c -> share(2 * number(c, RIGHT), number(c, TOLD) + number(c, THERE)));
    }

    private double average(@Nullable String asked, int part, int whole, IntToDoubleFunction ofClass) {
        return switch (asked == null ? average : asked) {
            case MetricSpec.BINARY -> ofClass.applyAsDouble(1);
            case MetricSpec.MICRO -> share(total(part), total(whole));
            case MetricSpec.WEIGHTED -> {
                double sum = 0;
                for (int c = 0; c < classes; c++) {
                    sum += ofClass.applyAsDouble(c) * number(c, THERE);
                }
                yield share(sum, total(THERE));
            }
            default -> {
                double sum = 0;
                for (int c = 0; c < classes; c++) {
                    sum += ofClass.applyAsDouble(c);
                }
                yield sum / classes;
            }
        };
    }

    private double number(int c, int count) {
        return tally.numbers()[c * COUNTS + count];
    }

    private double total(int count) {
        double total = 0;
        for (int c = 0; c < classes; c++) {
            total += number(c, count);
        }
        return total;
    }

    private static double share(double part, double whole) {
        return whole == 0 ? OF_NOTHING : part / whole;
    }
}
