package io.signalbox.data;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random numbers for generated data: the same on every machine and Java version, for that they are made from the generator's
 * bits by operations that round the same everywhere.
 */
final class Dice {

    private static final int MANTISSA_SHIFT = 11;
    private static final double UNIT = 0x1.0p-53;

    /** Sum of this many uniform numbers: near enough to a normal distribution, without long tails. */
    private static final int SUMMANDS = 12;

    private final SplittableRandom bits;

    Dice(long seed) {
        this.bits = new SplittableRandom(seed);
    }

    double uniform(double from, double to) {
        return from + (to - from) * (bits.nextLong() >>> MANTISSA_SHIFT) * UNIT;
    }

    /** Mean 0, standard deviation 1, never beyond 6. */
    double normal() {
        double sum = -SUMMANDS / 2.0;
        for (int i = 0; i < SUMMANDS; i++) {
            sum += uniform(0, 1);
        }
        return sum;
    }

    boolean chance(double probability) {
        return uniform(0, 1) < probability;
    }

    int below(int bound) {
        return (int) uniform(0, bound);
    }

    /** Fisher and Yates. */
    void shuffle(List<?> list) {
        for (int place = list.size() - 1; place > 0; place--) {
            Collections.swap(list, place, below(place + 1));
        }
    }
}
