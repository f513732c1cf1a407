package io.signalbox.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Which rows train and which validate. Both parts keep the file's order. */
final class Partition {

    private final int size;
    private final BitSet validation;

    private Partition(int size, BitSet validation) {
        this.size = size;
        this.validation = validation;
    }

    static Partition allTraining(int size) {
        return new Partition(size, new BitSet());
    }

    /** The last rows validate: Keras' {@code validation_split}. */
    static Partition last(int size, double split) {
        BitSet validation = new BitSet(size);
        validation.set(trainingRows(size, split), size);
        return new Partition(size, validation);
    }

    /** The last rows of each class validate; as many in all as {@link #last} would take. */
    static Partition stratified(double[] classes, double split) {
        TreeMap<Double, Stratum> strata = new TreeMap<>();
        for (double value : classes) {
            strata.computeIfAbsent(value, key -> new Stratum()).rows++;
        }
        int open = trainingRows(classes.length, split);
        for (Stratum stratum : strata.values()) {
            stratum.training = trainingRows(stratum.rows, split);
            stratum.fraction = stratum.rows * (1.0 - split) - stratum.training;
            open -= stratum.training;
        }
        List<Stratum> byFraction = new ArrayList<>(strata.values());
        byFraction.sort(Comparator.comparingDouble(stratum -> -stratum.fraction));
        for (int i = 0; i < open; i++) {
            byFraction.get(i).training++;
        }
        BitSet validation = new BitSet(classes.length);
        for (int row = 0; row < classes.length; row++) {
            Stratum stratum = strata.get(classes[row]);
            validation.set(row, stratum != null && stratum.training-- <= 0);
        }
        return new Partition(classes.length, validation);
    }

    /** Keras: {@code floor(rows * (1 - split))}. */
    private static int trainingRows(int rows, double split) {
        return (int) Math.floor(rows * (1.0 - split));
    }

    boolean validates(int row) {
        return validation.get(row);
    }

    int training() {
        return size - validation();
    }

    int validation() {
        return validation.cardinality();
    }

    /** Refuses a split that leaves nothing to train on. */
    Partition checked() {
        if (training() == 0) {
            throw Problems.single(
                    "#/data/validation_split",
                    "split.empty",
                    "leaves none of the " + size + " rows to train on; make it smaller");
        }
        return this;
    }

    /** Rows of one class. */
    private static final class Stratum {
        private int rows;
        private int training;
        private double fraction;
    }
}
