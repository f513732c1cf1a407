package io.signalbox.data;

import io.signalbox.spec.DataSpec;
import io.signalbox.spec.Folds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which rows train and which validate. Both parts keep the file's order. */
final class Partition {

    private static final long FOLD_SEED = 0;

    private final int size;
    private final BitSet validation;

    private Partition(int size, BitSet validation) {
        this.size = size;
        this.validation = validation;
    }

    /** What rows are cut by, if not by their place. */
    enum Key {
        NONE,
        CLASS,
        GROUP,
        TIME;

        static Key of(DataSpec spec) {
            if (!spec.splits()) {
                return NONE;
            }
            return spec.stratify() ? CLASS : spec.group() != null ? GROUP : spec.time() != null ? TIME : NONE;
        }
    }

    /**
     * As a spec asks.
     *
     * @param keys of each row, equal ones for rows of one class or group, times in order; unused without a {@link Key}
     * @param seed which groups validate is drawn from it
     * @throws BadDataException for a cut that leaves nothing to train on or to validate
     */
    static Partition of(DataSpec spec, int size, double[] keys, long seed) {
        Key key = Key.of(spec);
        Folds folds = spec.folds();
        if (folds != null) {
            return key == Key.GROUP ? groupFolds(keys, folds) : folds(size, key == Key.CLASS ? keys : null, folds);
        }
        if (!spec.splits()) {
            return allTraining(size);
        }
        double split = Objects.requireNonNull(spec.validationSplit());
        return (switch (key) {
                    case NONE -> last(size, split);
                    case CLASS -> stratified(keys, split);
                    case GROUP -> groups(keys, split, seed);
                    case TIME -> latest(keys, split);
                })
                .checked();
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

    /** The latest rows validate, as many as {@link #last} would take; of rows of one time the later in the file. */
    private static Partition latest(double[] times, double split) {
        BitSet validation = new BitSet(times.length);
        IntStream.range(0, times.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> times[row]))
                .skip(trainingRows(times.length, split))
                .forEach(validation::set);
        return new Partition(times.length, validation);
    }

    /** Groups in an order drawn from the seed validate until they hold about as many rows as {@link #last} would take. */
    private static Partition groups(double[] groups, double split, long seed) {
        Map<Double, List<Integer>> rows = byKey(groups);
        if (rows.size() < 2) {
            throw Problems.single("#/data/group", "split.empty", "holds one group only, which cannot be cut");
        }
        List<List<Integer>> drawn = new ArrayList<>(rows.values());
        new Dice(seed).shuffle(drawn);
        int wanted = groups.length - trainingRows(groups.length, split);
        BitSet validation = new BitSet(groups.length);
        int taken = 0;
        // The last one drawn trains whatever comes.
        for (List<Integer> group : drawn.subList(0, drawn.size() - 1)) {
            int with = taken + group.size();
            if (taken == 0 || Math.abs(with - wanted) < Math.abs(taken - wanted)) {
                group.forEach(validation::set);
                taken = with;
            }
        }
        return new Partition(groups.length, validation);
    }

    private static Map<Double, List<Integer>> byKey(double[] keys) {
        Map<Double, List<Integer>> rows = new TreeMap<>();
        for (int row = 0; row < keys.length; row++) {
            rows.computeIfAbsent(keys[row], key -> new ArrayList<>()).add(row);
        }
        return rows;
    }

    /** Rows in an order that hangs on their number alone are dealt to the folds like cards, of each class in turn. */
    private static Partition folds(int size, double @Nullable [] classes, Folds folds) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        new Dice(FOLD_SEED).shuffle(order);
        if (classes != null) {
            order.sort(Comparator.comparingDouble(row -> classes[row]));
        }
        BitSet validation = new BitSet(size);
        for (int place = folds.fold(); place < size; place += folds.k()) {
            validation.set(order.get(place));
        }
        return new Partition(size, validation);
    }

    /** Groups, the largest first, each go to the fold that has fewest rows: scikit-learn's {@code GroupKFold}. */
    private static Partition groupFolds(double[] groups, Folds folds) {
        List<List<Integer>> bySize = new ArrayList<>(byKey(groups).values());
        if (bySize.size() < folds.k()) {
            throw Problems.single(
                    "#/data/folds/k", "split.empty", "is more than the " + bySize.size() + " groups; make it smaller");
        }
        bySize.sort(Comparator.comparingInt(rows -> -rows.size()));
        int[] sizes = new int[folds.k()];
        BitSet validation = new BitSet(groups.length);
        for (List<Integer> rows : bySize) {
            int lightest = IntStream.range(0, sizes.length)
                    .boxed()
                    .min(Comparator.comparingInt(fold -> sizes[fold]))
                    .orElseThrow();
            sizes[lightest] += rows.size();
            if (lightest == folds.fold()) {
                rows.forEach(validation::set);
            }
        }
        return new Partition(groups.length, validation);
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
