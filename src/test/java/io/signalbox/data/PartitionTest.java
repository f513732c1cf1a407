package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.DataSpec;
import io.signalbox.spec.Folds;
import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class PartitionTest {

    @Property(tries = 200)
    void everyRowValidatesInJustOneFold(
            @ForAll @Size(min = 10, max = 60) List<@IntRange(min = 0, max = 3) Integer> classes,
            @ForAll @IntRange(min = 2, max = 10) int k,
            @ForAll boolean stratify) {
        double[] keys = keys(classes);
        int[] seen = new int[keys.length];
        List<Integer> sizes = new ArrayList<>();
        for (int fold = 0; fold < k; fold++) {
            Partition partition = Partition.of(folds(k, fold, stratify, null), keys.length, keys, fold);
            IntStream.range(0, keys.length).filter(partition::validates).forEach(row -> seen[row]++);
            sizes.add(partition.validation());
            assertThat(partition.validation()).isEqualTo(keys.length / k + (fold < keys.length % k ? 1 : 0));
        }

        assertThat(seen).containsOnly(1);
    }

    @Property(tries = 100)
    void stratifiedFoldsHoldAsManyOfEachClassOrOneMore(
            @ForAll @Size(min = 10, max = 60) List<@IntRange(min = 0, max = 3) Integer> classes,
            @ForAll @IntRange(min = 2, max = 10) int k) {
        double[] keys = keys(classes);
        for (int of : new HashSet<>(classes)) {
            List<Long> counts = new ArrayList<>();
            for (int fold = 0; fold < k; fold++) {
                Partition partition = Partition.of(folds(k, fold, true, null), keys.length, keys, 0);
                counts.add(IntStream.range(0, keys.length)
                        .filter(row -> partition.validates(row) && keys[row] == of)
                        .count());
            }
            assertThat(counts.stream().max(Long::compare).orElse(0L)
                            - counts.stream().min(Long::compare).orElse(0L))
                    .isLessThanOrEqualTo(1);
        }
    }

    @Example
    void foldsAreMixedAndTheSameForEveryJob() {
        List<Integer> first = validating(Partition.of(folds(5, 0, false, null), 100, new double[0], 1));

        assertThat(first).isEqualTo(validating(Partition.of(folds(5, 0, false, null), 100, new double[0], 2)));
        assertThat(first).isNotEqualTo(IntStream.range(0, 20).boxed().toList());
    }

    @Property(tries = 200)
    void noGroupIsInBothParts(
            @ForAll @Size(min = 6, max = 60) List<@IntRange(min = 0, max = 8) Integer> groups, @ForAll long seed) {
        double[] keys = keys(groups);
        int distinct = new HashSet<>(groups).size();
        if (distinct < 2) {
            return;
        }
        Partition split = Partition.of(spec(0.3, "group", null, null), keys.length, keys, seed);
        assertThat(split.validation()).isPositive();
        assertThat(split.training()).isPositive();
        assertApart(split, keys);

        int[] seen = new int[keys.length];
        for (int fold = 0; fold < distinct; fold++) {
            Partition partition = Partition.of(folds(distinct, fold, false, "group"), keys.length, keys, seed);
            assertApart(partition, keys);
            assertThat(partition.validation()).isPositive();
            IntStream.range(0, keys.length).filter(partition::validates).forEach(row -> seen[row]++);
        }
        assertThat(seen).containsOnly(1);
    }

    @Example
    void drawsTheGroupsThatValidateFromTheSeed() {
        double[] keys = IntStream.range(0, 100).mapToDouble(row -> row / 5).toArray();
        DataSpec spec = spec(0.2, "group", null, null);
        Set<List<Integer>> different = new HashSet<>();
        for (long seed = 0; seed < 10; seed++) {
            Partition partition = Partition.of(spec, 100, keys, seed);
            assertThat(partition.validation()).isEqualTo(20);
            assertThat(validating(partition)).isEqualTo(validating(Partition.of(spec, 100, keys, seed)));
            different.add(validating(partition));
        }
        assertThat(different).hasSizeGreaterThan(5);
    }

    @Example
    void validatesOnTheLatestRowsOfATime() {
        double[] times = {5, 1, 9, 3, 9, 2};

        assertThat(validating(Partition.of(spec(0.34, null, "time", null), 6, times, 0)))
                .containsExactly(0, 2, 4);
        assertThat(validating(Partition.of(spec(0.1, null, "time", null), 6, times, 0)))
                .containsExactly(4);
    }

    @Example
    void refusesGroupsThatCannotBeCut() {
        assertThat(Fixtures.refused(() -> Partition.of(spec(0.5, "group", null, null), 3, new double[] {1, 1, 1}, 0)))
                .extracting(Problem::pointer)
                .containsExactly("#/data/group");
        assertThat(Fixtures.refused(() -> Partition.of(folds(3, 0, false, "group"), 3, new double[] {1, 2, 1}, 0)))
                .extracting(Problem::pointer)
                .containsExactly("#/data/folds/k");
    }

    private static void assertApart(Partition partition, double[] keys) {
        Map<Double, Boolean> side = new HashMap<>();
        for (int row = 0; row < keys.length; row++) {
            boolean validates = partition.validates(row);
            Boolean before = side.put(keys[row], validates);
            assertThat(before == null || before == validates).isTrue();
        }
    }

    private static double[] keys(List<Integer> values) {
        return values.stream().mapToDouble(Integer::doubleValue).toArray();
    }

    private static List<Integer> validating(Partition partition) {
        return IntStream.range(0, partition.training() + partition.validation())
                .filter(partition::validates)
                .boxed()
                .toList();
    }

    private static DataSpec folds(int k, int fold, boolean stratify, @Nullable String group) {
        return new DataSpec(
                "d", null, null, null, null, stratify, true, "none", group, null, new Folds(k, fold), null, null);
    }

    private static DataSpec spec(double split, @Nullable String group, @Nullable String time, @Nullable Folds folds) {
        return new DataSpec("d", null, null, split, null, false, true, "none", group, time, folds, null, null);
    }
}
