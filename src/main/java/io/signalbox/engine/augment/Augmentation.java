package io.signalbox.engine.augment;

import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.engine.random.Randomness;
import io.signalbox.engine.random.Randomness.Purpose;
import io.signalbox.spec.AugmentSpec;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is done to training examples. All that is random is drawn here, as a function of seed, epoch and example alone: not of
 * the batch that an example is in, nor of what was drawn before. The program does it, before features are scaled.
 */
public final class Augmentation {

    private static final String PREFIX = "augment_";

    /** Room for as many examples as an epoch may have. */
    private static final int EXAMPLE_BITS = 32;

    /** Makes the operation of one kind of spec. */
    private interface Maker<S extends AugmentSpec> {
        Operation make(S spec, Examples examples, boolean bytes);
    }

    private static final Map<Class<? extends AugmentSpec>, Maker<AugmentSpec>> KINDS = new HashMap<>();

    private static final int ROWS = 2;
    private static final int COLUMNS = 3;

    static {
        kind(AugmentSpec.RandomHorizontalFlip.class, (spec, of, bytes) -> new Flip(COLUMNS, spec.p()));
        kind(AugmentSpec.RandomVerticalFlip.class, (spec, of, bytes) -> new Flip(ROWS, spec.p()));
        kind(
                AugmentSpec.RandomCrop.class,
                (spec, of, bytes) -> new Crop(of.shape(), spec.padding(), spec.paddingMode()));
        kind(
                AugmentSpec.RandomRotation.class,
                (spec, of, bytes) -> new Rotation(
                        of.shape(), spec.degrees(), spec.interpolation().equals("bilinear")));
        kind(
                AugmentSpec.ColorJitter.class,
                (spec, of, bytes) -> new Jitter(of.shape().get(0), bytes, spec));
        kind(AugmentSpec.Cutout.class, (spec, of, bytes) -> Holes.of(of.shape(), bytes, spec));
        kind(AugmentSpec.SpecAugment.class, (spec, of, bytes) -> Holes.of(of.shape(), spec));
        kind(AugmentSpec.GaussianNoise.class, (spec, of, bytes) -> new Noise(spec.sigma(), bytes));
        kind(AugmentSpec.Mixup.class, (spec, of, bytes) -> new Mix(spec.alpha(), of.count()));
    }

    private static <S extends AugmentSpec> void kind(Class<S> type, Maker<S> maker) {
        KINDS.put(type, (spec, examples, bytes) -> maker.make(type.cast(spec), examples, bytes));
    }

    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final int batchSize;
    private final int examples;
    private final int rank;
    private final long seed;
    private final int width;
    private final @Nullable Mix mix;
    private final double[] row;

    private Augmentation(List<AugmentSpec> specs, Examples training, int batchSize, long seed) {
        boolean bytes = training.type() == ElementType.UINT8;
        for (AugmentSpec spec : specs) {
            Maker<AugmentSpec> maker = KINDS.get(spec.getClass());
            if (maker == null) {
                throw new IllegalArgumentException("the engine has no augmentation of kind "
                        + spec.getClass().getSimpleName());
            }
            operations.put(freeName(spec.wireName(), operations.keySet()), maker.make(spec, training, bytes));
        }
        this.batchSize = batchSize;
        this.examples = training.count();
        this.rank = training.shape().size();
        this.seed = seed;
        this.width = operations.values().stream().mapToInt(Operation::columns).sum();
        List<Operation> all = List.copyOf(operations.values());
        this.mix = all.get(all.size() - 1) instanceof Mix last ? last : null;
        this.row = new double[width];
    }

    private static String freeName(String name, Set<String> taken) {
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    /**
     * What a spec asks for.
     *
     * @param specs in order; mixup, if any, is the last
     * @return null where it asks for nothing
     */
    public static @Nullable Augmentation of(
            @Nullable List<AugmentSpec> specs, Examples training, int batchSize, long seed) {
        return specs == null || specs.isEmpty() ? null : new Augmentation(specs, training, batchSize, seed);
    }

    /** Rows of numbers that a batch needs room for: one for each example, and for each that one is blended with. */
    public int rows() {
        return mix == null ? batchSize : 2 * batchSize;
    }

    /** Numbers in a row. */
    public int columns() {
        return width;
    }

    /** Whether examples are blended, and so are twice as many as the batch. */
    public boolean mixes() {
        return mix != null;
    }

    /**
     * Draws for a batch.
     *
     * @param items numbers of its examples; behind them come those that they are blended with
     * @param count examples of the batch
     * @param draws a row for each item
     */
    public void draw(int epoch, LongBuffer items, int count, DoubleBuffer draws) {
        draws.clear();
        for (int i = 0; i < count; i++) {
            draw(epoch, items.get(i));
            draws.put(row);
            if (mix != null) {
                items.put(count + i, (long) row[width - mix.columns()]);
            }
        }
        for (int i = count; mix != null && i < 2 * count; i++) {
            draw(epoch, items.get(i));
            draws.put(row);
        }
    }

    private void draw(int epoch, long item) {
        Randomness random = Randomness.of(seed, Purpose.AUGMENT, ((long) epoch << EXAMPLE_BITS) + item);
        int at = 0;
        for (Operation operation : operations.values()) {
            for (int i = at; i < at + operation.columns(); i++) {
                row[i] = 0;
            }
            operation.draw(random, row, at);
            at += operation.columns();
        }
    }

    /** Lines that change the batch {@code x} by the draws {@code d}. */
    public List<String> code() {
        List<String> code = new ArrayList<>();
        int at = 0;
        for (Operation operation : operations.values()) {
            code.addAll(operation.code(at));
            at += operation.columns();
        }
        return code;
    }

    /**
     * Lines that blend examples of {@code x} with those that come behind them, so that {@code count} are left; targets stay
     * {@code y}, those of the others are {@code u}, and {@code share} is how much each keeps, {@code [count, 1]}.
     */
    public List<String> mixing() {
        if (mix == null) {
            return List.of();
        }
        String meeting = "[-1" + ", 1".repeat(rank) + "]";
        return List.of(
                "share = torch.reshape(torch.to(" + Operation.column(width - 1) + ", 6), " + meeting + ")",
                "share = torch.narrow(share, 0, 0, count)",
                "x = torch.add(torch.mul(share, torch.narrow(x, 0, 0, count)), torch.mul(torch.rsub(share, 1),"
                        + " torch.narrow(x, 0, count, count)))",
                "share = torch.reshape(share, [-1, 1])",
                "u = torch.narrow(y, 0, count, count)",
                "y = torch.narrow(y, 0, 0, count)");
    }

    /** Means of how much was done to the examples of an epoch, by name: {@code augment_random_horizontal_flip} … */
    public Map<String, Double> extents(int epoch) {
        Map<String, Double> sums = new LinkedHashMap<>();
        for (int item = 0; item < examples; item++) {
            draw(epoch, item);
            int at = 0;
            for (Map.Entry<String, Operation> operation : operations.entrySet()) {
                Double extent = operation.getValue().extent(row, at);
                if (extent != null) {
                    sums.merge(PREFIX + operation.getKey(), extent, Double::sum);
                }
                at += operation.getValue().columns();
            }
        }
        sums.replaceAll((name, sum) -> sum / examples);
        return sums;
    }
}
