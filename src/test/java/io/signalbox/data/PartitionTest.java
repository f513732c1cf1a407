package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PartitionTest {

    @Property
    void keepsTheLastRowsAsKerasCountsThem(
            @ForAll @IntRange(min = 1, max = 500) int rows, @ForAll @DoubleRange(min = 0.01, max = 0.99) double split) {
        Partition partition = Partition.last(rows, split);

        int training = (int) Math.floor(rows * (1.0 - split));
        assertThat(partition.training()).isEqualTo(training);
        assertThat(partition.training() + partition.validation()).isEqualTo(rows);
        assertThat(IntStream.range(0, rows)).allMatch(row -> partition.validates(row) == (row >= training));
    }

    @Property
    void splitsEachClassAlikeAndAsManyRowsInAll(
            @ForAll @Size(min = 1, max = 300) List<@IntRange(min = 0, max = 5) Integer> classes,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double split) {
        double[] values = classes.stream().mapToDouble(Integer::doubleValue).toArray();

        Partition partition = Partition.stratified(values, split);

        assertThat(partition.training())
                .isEqualTo(Partition.last(values.length, split).training());
        Map<Integer, List<Integer>> rowsOf =
                IntStream.range(0, values.length).boxed().collect(Collectors.groupingBy(classes::get));
        rowsOf.forEach((label, rows) -> {
            long training =
                    rows.stream().filter(row -> !partition.validates(row)).count();
            double share = rows.size() * (1.0 - split);
            assertThat((double) training).isBetween(Math.floor(share), Math.floor(share) + 1);
            assertThat(rows.stream().skip(training)).allMatch(partition::validates);
        });
    }
}
