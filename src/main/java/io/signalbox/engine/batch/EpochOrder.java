package io.signalbox.engine.batch;

import io.signalbox.engine.random.Randomness;
import io.signalbox.engine.random.Randomness.Purpose;
import java.nio.LongBuffer;

/** The order in which an epoch goes through the training examples: a function of seed and epoch alone. */
public final class EpochOrder {

    private EpochOrder() {}

    /** Fills {@code order} with a permutation of {@code 0 .. capacity - 1}: Fisher and Yates, by Durstenfeld. */
    public static void shuffle(LongBuffer order, long seed, int epoch) {
        Randomness random = Randomness.of(seed, Purpose.ORDER, epoch);
        // "Inside-out": each place is drawn among those filled so far, so that no second pass is needed.
        for (int place = 0; place < order.capacity(); place++) {
            int other = random.below(place + 1);
            order.put(place, order.get(other));
            order.put(other, place);
        }
    }
}
