package io.signalbox.engine.metric;

/** Errors of numbers, column by column, against the target's own spread. */
final class Errors {

    private static final int COUNT = 0;
    private static final int SQUARES = 1;
    private static final int MEAN = 2;
    /** Sum of the squared distances from the mean, by Welford's recurrence. */
    private static final int SPREAD = 3;

    private static final int NUMBERS = 4;

    private final int columns;
    private final Tally tally;

    Errors(int columns) {
        this.columns = columns;
        this.tally = new Tally(columns * NUMBERS, (batch, numbers) -> {
            for (int row = 0; row < batch.rows(); row++) {
                for (int column = 0; column < columns; column++) {
                    add(numbers, column * NUMBERS, batch.output(row, column), batch.target(row, column));
                }
            }
        });
    }

    private static void add(double[] numbers, int at, double output, double target) {
        double error = output - target;
        numbers[at + SQUARES] += error * error;
        numbers[at + COUNT]++;
        double distance = target - numbers[at + MEAN];
        numbers[at + MEAN] += distance / numbers[at + COUNT];
        numbers[at + SPREAD] += distance * (target - numbers[at + MEAN]);
    }

    Tally tally() {
        return tally;
    }

    double rmse() {
        double sum = 0;
        for (int column = 0; column < columns; column++) {
            sum += Math.sqrt(number(column, SQUARES) / number(column, COUNT));
        }
        return sum / columns;
    }

    /** A constant target is explained wholly (1) or not at all (0), as scikit-learn's {@code force_finite} has it. */
    double r2() {
        if (number(0, COUNT) < 2) {
            return Double.NaN;
        }
        double sum = 0;
        for (int column = 0; column < columns; column++) {
            double squares = number(column, SQUARES);
            double spread = number(column, SPREAD);
            sum += spread == 0 ? (squares == 0 ? 1 : 0) : 1 - squares / spread;
        }
        return sum / columns;
    }

    private double number(int column, int which) {
        return tally.numbers()[column * NUMBERS + which];
    }
}
