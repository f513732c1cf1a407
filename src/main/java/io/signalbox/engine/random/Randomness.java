package io.signalbox.engine.random;

/**
 * SplitMix64 (Steele, Lea and Flood, 2014) on a state that stems from a run's seed, what the numbers are for, and an index
 * such as the epoch. What was drawn for anything else has no influence, which is what makes resuming exact.
 */
public final class Randomness {

    /** What numbers are drawn for. The order is part of what a seed means: add at the end. */
    public enum Purpose {
        /** A tensor of the network; the index is the tensor's place in it. */
        WEIGHTS,
        /** The order of the examples; the index is the epoch. */
        ORDER,
        /** All that an update draws, such as dropout; the index is the step. */
        STEP,
        /** What a batch draws that is not the last of its update; the index is made of the step and the batch. */
        PART,
        /** What the pass that estimates statistics draws; the index is the batch. */
        STATISTICS,
        /** How an example is augmented; the index is made of the epoch and the example. */
        AUGMENT,
        /** The tokens of a text that is generated. */
        SAMPLE
    }

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final int FLOAT_BITS = 24;
    private static final int DOUBLE_BITS = 53;

    /** PyTorch's generator takes any seed; a double, by which it travels to the program, holds integers of 53 bits. */
    private static final int SEED_BITS = 53;

    private long state;

    private Randomness(long state) {
        this.state = state;
    }

    public static Randomness of(long seed, Purpose purpose, long index) {
        long forPurpose = mix(seed + GOLDEN_GAMMA * (purpose.ordinal() + 1L));
        return new Randomness(mix(forPurpose + GOLDEN_GAMMA * (index + 1)));
    }

    /** A seed for PyTorch's generator: not negative, exact as a double. */
    public static long torchSeed(long seed, Purpose purpose, long index) {
        return of(seed, purpose, index).next() >>> (Long.SIZE - SEED_BITS);
    }

    public long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform in {@code [0, bound)}, by Lemire's multiplication; its bias, below 2^-32 of a share, is of no matter here. */
    public int below(int bound) {
        return (int) (((next() >>> Integer.SIZE) * bound) >>> Integer.SIZE);
    }

    /** Uniform in {@code [-bound, bound)}. */
    public float within(float bound) {
        float unit = (next() >>> (Long.SIZE - FLOAT_BITS)) * 0x1p-24f;
        return (2 * unit - 1) * bound;
    }

    /** Uniform in {@code [0, 1)}. */
    public double unit() {
        return (next() >>> (Long.SIZE - DOUBLE_BITS)) * 0x1p-53;
    }

    /** Normal with mean 0 and deviation 1, by Box and Muller; in {@code StrictMath}, so that it is the same everywhere. */
    public double gaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - unit()));
        return radius * StrictMath.cos(2 * Math.PI * unit());
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
