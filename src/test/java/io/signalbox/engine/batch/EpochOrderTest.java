package io.signalbox.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.LongBuffer;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class EpochOrderTest {

    @Property(tries = 100)
    void everyExampleComesOnceAndTheOrderIsAFunctionOfSeedAndEpoch(
            @ForAll long seed,
            @ForAll @IntRange(max = 1000) int epoch,
            @ForAll @IntRange(min = 1, max = 300) int count) {
        long[] order = order(seed, epoch, count);

        assertThat(order).containsExactlyInAnyOrder(LongStream.range(0, count).toArray());
        assertThat(order(seed, epoch, count)).isEqualTo(order);
        if (count > 20) {
            assertThat(order(seed, epoch + 1, count)).isNotEqualTo(order);
            assertThat(order(seed + 1, epoch, count)).isNotEqualTo(order);
        }
    }

    private static long[] order(long seed, int epoch, int count) {
        LongBuffer buffer = LongBuffer.allocate(count);
        EpochOrder.shuffle(buffer, seed, epoch);
        return buffer.array();
    }
}
