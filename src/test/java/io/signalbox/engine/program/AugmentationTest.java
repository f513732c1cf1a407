package io.signalbox.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.engine.augment.Augmentation;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.AugmentSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {

    private static final int COUNT = 24;
    private static final int HEIGHT = 5;
    private static final int WIDTH = 7;
    private static final long SEED = 9;
    private static final float SHIFT = 30;

    /** What a program made of examples, and the numbers that were drawn for them. */
    private record Batch(float[][] x, double[][] draws, long[] items) {}

    private static final int[] ALL = IntStream.range(0, COUNT).toArray();

    @Test
    void flipsAboutEveryOtherImage() {
        Examples images = images(1);
        Batch across = batch(images, List.of(new AugmentSpec.RandomHorizontalFlip(0.5)), 0, ALL);
        Batch down = batch(images, List.of(new AugmentSpec.RandomVerticalFlip(0.5)), 0, ALL);

        for (int i = 0; i < COUNT; i++) {
            float[] image = pixels(images, i);
            boolean flipped = across.draws[i][0] == 1;
            boolean turned = down.draws[i][0] == 1;
            assertThat(across.x[i]).isEqualTo(moved(image, 1, (y, x) -> new int[] {y, flipped ? WIDTH - 1 - x : x}));
            assertThat(down.x[i]).isEqualTo(moved(image, 1, (y, x) -> new int[] {turned ? HEIGHT - 1 - y : y, x}));
        }
        assertThat(Arrays.stream(across.draws).mapToDouble(row -> row[0]).sum()).isBetween(6.0, 18.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "edge", "reflect"})
    void cropsOutOfThePaddedImage(String mode) {
        Examples images = images(3);
        Batch batch = batch(images, List.of(new AugmentSpec.RandomCrop(3, mode)), 0, ALL);

        for (int i = 0; i < COUNT; i++) {
            int down = (int) batch.draws[i][0];
            int across = (int) batch.draws[i][1];
            assertThat(batch.x[i]).isEqualTo(moved(pixels(images, i), 3, (y, x) ->
                    new int[] {padded(y + down, HEIGHT, mode), padded(x + across, WIDTH, mode)}));
        }
        assertThat(Arrays.stream(batch.draws)
                        .flatMapToDouble(Arrays::stream)
                        .distinct()
                        .sorted()
                        .toArray())
                .containsExactly(-3, -2, -1, 0, 1, 2, 3);
    }

    private static int padded(int at, int side, String mode) {
        return switch (mode) {
            case "edge" -> Math.max(0, Math.min(side - 1, at));
            case "reflect" -> at < 0 ? -at : at >= side ? 2 * (side - 1) - at : at;
            default -> at < 0 || at >= side ? -1 : at;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"nearest", "bilinear"})
    void turnsImagesAboutTheirMiddle(String interpolation) {
        Examples images = images(1);
        Batch batch = batch(images, List.of(new AugmentSpec.RandomRotation(60, interpolation)), 0, ALL);

        for (int i = 0; i < COUNT; i++) {
            double angle = Math.toRadians(batch.draws[i][0]);
            float[] image = pixels(images, i);
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    double right = x - (WIDTH - 1) / 2.0;
                    double up = (HEIGHT - 1) / 2.0 - y;
                    // Where the pixel was before it was turned counter-clockwise.
                    double fromX = right * Math.cos(angle) + up * Math.sin(angle) + (WIDTH - 1) / 2.0;
                    double fromY = (HEIGHT - 1) / 2.0 - (up * Math.cos(angle) - right * Math.sin(angle));
                    float found = batch.x[i][y * WIDTH + x];
                    if (interpolation.equals("bilinear")) {
                        assertThat((double) found).isCloseTo(bilinear(image, fromY, fromX), within(0.01));
                    } else if (!isTie(fromX) && !isTie(fromY)) {
                        assertThat(found).isEqualTo(at(image, (int) Math.rint(fromY), (int) Math.rint(fromX)));
                    }
                }
            }
        }
    }

    private static boolean isTie(double place) {
        return Math.abs(Math.abs(place - Math.floor(place)) - 0.5) < 1e-3;
    }

    private static double bilinear(float[] image, double y, double x) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double down = y - top;
        double across = x - left;
        return (1 - down) * ((1 - across) * at(image, top, left) + across * at(image, top, left + 1))
                + down * ((1 - across) * at(image, top + 1, left) + across * at(image, top + 1, left + 1));
    }

    private static float at(float[] image, int y, int x) {
        return y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH ? 0 : image[y * WIDTH + x];
    }

    @Test
    void jittersColours() {
        Examples images = images(3);
        Batch batch = batch(images, List.of(new AugmentSpec.ColorJitter(0.5, 2, 0.9)), 0, ALL);

        for (int i = 0; i < COUNT; i++) {
            double[] factors = batch.draws[i];
            double[] image = new double[3 * HEIGHT * WIDTH];
            float[] before = pixels(images, i);
            Arrays.setAll(image, pixel -> clamp(before[pixel] * factors[0]));
            double mean = IntStream.range(0, HEIGHT * WIDTH)
                    .mapToDouble(pixel -> grey(image, pixel))
                    .average()
                    .orElseThrow();
            Arrays.setAll(image, pixel -> clamp(factors[1] * image[pixel] + (1 - factors[1]) * mean));
            double[] grey = IntStream.range(0, HEIGHT * WIDTH)
                    .mapToDouble(pixel -> grey(image, pixel))
                    .toArray();
            Arrays.setAll(
                    image,
                    pixel -> clamp(factors[2] * image[pixel] + (1 - factors[2]) * grey[pixel % (HEIGHT * WIDTH)]));
            assertThat(doubles(batch.x[i])).containsExactly(image, within(0.01));
            assertThat(factors[0]).isBetween(0.5, 1.5);
            assertThat(factors[1]).isBetween(0.0, 3.0);
        }
    }

    private static double clamp(double value) {
        return Math.max(0, Math.min(255, value));
    }

    private static double grey(double[] image, int pixel) {
        int size = HEIGHT * WIDTH;
        return 0.2989 * image[pixel] + 0.587 * image[pixel + size] + 0.114 * image[pixel + 2 * size];
    }

    @Test
    void cutsASquareOutThatBecomesZeroToTheNetwork() {
        Examples images = images(3);
        Batch batch = batch(images, List.of(new AugmentSpec.Cutout(3, 0.7)), 0, ALL);

        int cut = 0;
        for (int i = 0; i < COUNT; i++) {
            double[] edges = batch.draws[i];
            assertThat(batch.x[i]).isEqualTo(blanked(pixels(images, i), edges, SHIFT));
            cut += edges[1] > edges[0] ? 1 : 0;
        }
        assertThat(cut).isBetween(10, 23);
    }

    @Test
    void masksBandsOfSpectrogramsByTheirMean() {
        Examples spectrograms = floats(1);
        Batch batch = batch(spectrograms, List.of(new AugmentSpec.SpecAugment(2, 4, 1, 3, 1)), 0, ALL);

        for (int i = 0; i < COUNT; i++) {
            float[] expected = pixels(spectrograms, i);
            float mean = (float) IntStream.range(0, expected.length)
                    .mapToDouble(pixel -> expected[pixel])
                    .average()
                    .orElseThrow();
            for (int mask = 0; mask < 3; mask++) {
                float[] masked = blanked(expected, Arrays.copyOfRange(batch.draws[i], mask * 4, mask * 4 + 4), mean);
                System.arraycopy(masked, 0, expected, 0, masked.length);
            }
            assertThat(batch.x[i]).containsExactly(expected, within(1e-5f));
            assertThat(batch.draws[i][3] - batch.draws[i][2]).isLessThan(4);
            assertThat(batch.draws[i][9] - batch.draws[i][8]).isLessThan(3);
        }
    }

    private static float[] blanked(float[] image, double[] edges, float fill) {
        float[] blanked = image.clone();
        for (int pixel = 0; pixel < image.length; pixel++) {
            int y = pixel / WIDTH % HEIGHT;
            int x = pixel % WIDTH;
            if (y >= edges[0] && y < edges[1] && x >= edges[2] && x < edges[3]) {
                blanked[pixel] = fill;
            }
        }
        return blanked;
    }

    @Test
    void addsNormalNoise() {
        Examples rows = rows(400, 25);
        int[] all = IntStream.range(0, 400).toArray();
        Batch batch = batch(rows, List.of(new AugmentSpec.GaussianNoise(0.3)), 0, all);

        double[] noise = IntStream.range(0, 400 * 25)
                .mapToDouble(i -> batch.x[i / 25][i % 25] - pixels(rows, i / 25)[i % 25])
                .toArray();
        assertThat(Arrays.stream(noise).average().orElseThrow()).isCloseTo(0, within(0.01));
        assertThat(Math.sqrt(Arrays.stream(noise)
                        .map(value -> value * value)
                        .average()
                        .orElseThrow()))
                .isCloseTo(0.3, within(0.01));
        assertThat(Arrays.stream(noise)
                        .map(value -> Math.rint(value * 1e6))
                        .distinct()
                        .count())
                .isGreaterThan(9_900);
    }

    @Test
    void measuresTheNoiseOfImagesByTheirWhite() {
        Examples images = images(1);
        Batch batch = batch(images, List.of(new AugmentSpec.GaussianNoise(0.02)), 0, ALL);

        double squares = 0;
        for (int i = 0; i < COUNT; i++) {
            float[] before = pixels(images, i);
            for (int pixel = 0; pixel < before.length; pixel++) {
                assertThat(batch.x[i][pixel]).isBetween(0f, 255f);
                squares += Math.pow(batch.x[i][pixel] - before[pixel], 2);
            }
        }
        assertThat(Math.sqrt(squares / COUNT / HEIGHT / WIDTH)).isCloseTo(5.1, within(0.6));
    }

    @Test
    void blendsWithAnotherExampleAsThatOneIsAugmented() {
        Examples images = images(1);
        AugmentSpec flip = new AugmentSpec.RandomHorizontalFlip(0.5);
        Batch alone = batch(images, List.of(flip), 3, ALL);
        Batch mixed = batch(images, List.of(flip, new AugmentSpec.Mixup(0.4)), 3, ALL);

        for (int i = 0; i < COUNT; i++) {
            float share = (float) mixed.draws[i][2];
            int other = (int) mixed.draws[i][1];
            assertThat(mixed.items[COUNT + i]).isEqualTo(other);
            float[] expected = new float[HEIGHT * WIDTH];
            for (int pixel = 0; pixel < expected.length; pixel++) {
                expected[pixel] = share * alone.x[i][pixel] + (1 - share) * alone.x[other][pixel];
            }
            assertThat(mixed.x[i]).containsExactly(expected, within(0.001f));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.4, 1, 3, 50})
    void drawsSharesFromABetaDistribution(double alpha) {
        Examples rows = rows(20_000, 1);
        Map<String, Double> extents = Augmentation.of(List.of(new AugmentSpec.Mixup(alpha)), rows, 10, SEED)
                .extents(0);
        double[] shares = Arrays.stream(draw(
                                rows,
                                List.of(new AugmentSpec.Mixup(alpha)),
                                0,
                                IntStream.range(0, 20_000).toArray())
                        .draws)
                .limit(20_000)
                .mapToDouble(row -> row[1])
                .toArray();

        double variance = Arrays.stream(shares)
                .map(share -> (share - 0.5) * (share - 0.5))
                .average()
                .orElseThrow();
        assertThat(extents.get("augment_mixup")).isCloseTo(0.5, within(0.015));
        assertThat(variance).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.005));
        assertThat(Arrays.stream(shares).allMatch(share -> share >= 0 && share <= 1))
                .isTrue();
    }

    private static final List<AugmentSpec> EVERYTHING = List.of(
            new AugmentSpec.RandomHorizontalFlip(0.5),
            new AugmentSpec.RandomVerticalFlip(0.5),
            new AugmentSpec.RandomCrop(2, "reflect"),
            new AugmentSpec.RandomRotation(30, "bilinear"),
            new AugmentSpec.ColorJitter(0.3, 0.3, 0.3),
            new AugmentSpec.Cutout(3, 0.5),
            new AugmentSpec.GaussianNoise(0.1),
            new AugmentSpec.Mixup(0.2));

    @Test
    void givesAnExampleTheSameWhateverBatchItIsIn() {
        Examples images = images(3);
        Batch all = batch(images, EVERYTHING, 5, ALL);

        for (int i = 0; i < COUNT; i++) {
            assertThat(batch(images, EVERYTHING, 5, i).x[0]).isEqualTo(all.x[i]);
        }
        Batch some = batch(images, EVERYTHING, 5, 20, 3, 11);
        assertThat(some.x).isDeepEqualTo(new float[][] {all.x[20], all.x[3], all.x[11]});
    }

    @Test
    void drawsAnewInEveryEpochAndForEveryExample() {
        Examples images = images(3);

        List<List<Double>> rows = new ArrayList<>();
        for (int epoch = 0; epoch < 3; epoch++) {
            for (double[] row : draw(images, EVERYTHING, epoch, ALL).draws) {
                rows.add(Arrays.stream(row).boxed().toList());
            }
        }
        rows.subList(0, COUNT)
                .forEach(row -> assertThat(rows.stream().distinct()).contains(row));
        assertThat(rows.stream().map(row -> row.get(4)).distinct().count()).isEqualTo(3L * COUNT);
    }

    @Test
    void tellsHowMuchWasDone() {
        Examples images = images(3);
        List<AugmentSpec> twice = List.of(
                new AugmentSpec.RandomHorizontalFlip(1),
                new AugmentSpec.RandomHorizontalFlip(0),
                new AugmentSpec.GaussianNoise(0.1),
                new AugmentSpec.Cutout(100, 1));

        assertThat(Augmentation.of(twice, images, 4, SEED).extents(0))
                .isEqualTo(Map.of(
                        "augment_random_horizontal_flip", 1.0,
                        "augment_random_horizontal_flip_2", 0.0,
                        "augment_cutout", 1.0));
    }

    private interface Where {
        int[] from(int y, int x);
    }

    /** An image whose pixels come from elsewhere in it; those from nowhere are black. */
    private static float[] moved(float[] image, int channels, Where where) {
        float[] moved = new float[image.length];
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int[] from = where.from(y, x);
                    boolean there = from[0] >= 0 && from[1] >= 0;
                    int start = channel * HEIGHT * WIDTH;
                    moved[start + y * WIDTH + x] = there ? image[start + from[0] * WIDTH + from[1]] : 0;
                }
            }
        }
        return moved;
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static float[] pixels(Examples examples, int item) {
        int size = examples.shape().stream().reduce(1, (a, b) -> a * b);
        float[] pixels = new float[size];
        for (int i = 0; i < size; i++) {
            int at = item * size + i;
            pixels[i] = examples.type() == ElementType.UINT8
                    ? examples.features().get(at) & 0xFF
                    : examples.features().getFloat(at * Float.BYTES);
        }
        return pixels;
    }

    private static Examples images(int channels) {
        return examples(COUNT, List.of(channels, HEIGHT, WIDTH), ElementType.UINT8);
    }

    private static Examples floats(int channels) {
        return examples(COUNT, List.of(channels, HEIGHT, WIDTH), ElementType.FLOAT32);
    }

    private static Examples rows(int count, int width) {
        return examples(count, List.of(width), ElementType.FLOAT32);
    }

    private static Examples examples(int count, List<Integer> shape, ElementType type) {
        SplittableRandom random = new SplittableRandom(1);
        int elements = shape.stream().reduce(count, (a, b) -> a * b);
        boolean bytes = type == ElementType.UINT8;
        ByteBuffer features = direct(elements * (bytes ? 1 : Float.BYTES));
        for (int i = 0; i < elements; i++) {
            if (bytes) {
                features.put((byte) random.nextInt(40, 216));
            } else {
                features.putFloat((float) random.nextDouble(-1, 1));
            }
        }
        return new Examples(count, shape, type, features.rewind(), ElementType.INT64, 1, direct(count * Long.BYTES));
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static Batch draw(Examples examples, List<AugmentSpec> specs, int epoch, int... items) {
        return run(examples, specs, epoch, false, items);
    }

    /** The examples as the network would see them, but for the scale. */
    private static Batch batch(Examples examples, List<AugmentSpec> specs, int epoch, int... items) {
        return run(examples, specs, epoch, true, items);
    }

    private static Batch run(Examples examples, List<AugmentSpec> specs, int epoch, boolean compute, int... items) {
        Augmentation augmentation = Augmentation.of(specs, examples, items.length, SEED);
        int size = examples.shape().stream().reduce(1, (a, b) -> a * b);
        try (PtNDManager manager = Torch.open(1)) {
            HostTensor drawn = HostTensor.zeros(manager, DataType.INT64, augmentation.rows());
            HostTensor draws = HostTensor.zeros(manager, DataType.FLOAT64, augmentation.rows(), augmentation.columns());
            for (int i = 0; i < items.length; i++) {
                drawn.memory().asLongBuffer().put(i, items[i]);
            }
            augmentation.draw(
                    epoch,
                    drawn.memory().asLongBuffer(),
                    items.length,
                    draws.memory().asDoubleBuffer());
            float[][] x = new float[items.length][size];
            if (compute) {
                x = compute(manager, examples, augmentation, drawn, draws, x);
            }
            double[][] rows = new double[augmentation.rows()][augmentation.columns()];
            for (int row = 0; row < rows.length; row++) {
                draws.memory().asDoubleBuffer().get(row * rows[row].length, rows[row]);
            }
            long[] all = new long[augmentation.rows()];
            drawn.memory().asLongBuffer().get(all);
            return new Batch(x, rows, all);
        }
    }

    private static float[][] compute(
            PtNDManager manager,
            Examples examples,
            Augmentation augmentation,
            HostTensor drawn,
            HostTensor draws,
            float[][] into) {
        ExampleTensors tensors = ExampleTensors.of(examples, manager);
        HostTensor out = HostTensor.zeros(manager, DataType.FLOAT32, into.length, into[0].length);
        HostTensor control = HostTensor.zeros(manager, DataType.FLOAT64, ProgramSource.CONTROLS);
        control.memory().putDouble(ProgramSource.COUNT * Double.BYTES, into.length);
        long[] meeting = examples.shape().stream().mapToLong(side -> 1).toArray();
        String source = new Source()
                .method("batch")
                .lines(Batches.augmented("training_part", tensors, augmentation, false, true))
                .line("torch.copy_(self.out[0], torch.flatten(x, 1))")
                .end()
                .toString();
        Map<String, List<HostTensor>> lists = Map.of(
                "training_part", List.of(tensors.features(), tensors.target()),
                "drawn", List.of(drawn, draws),
                "scale", List.of(HostTensor.of(manager, new float[] {SHIFT}, meeting)),
                "out", List.of(out));
        try (Script script = Script.load(manager, lists, source, control)) {
            script.method("batch", false).call();
        }
        for (float[] row : into) {
            Arrays.fill(row, 0);
        }
        for (int i = 0; i < into.length; i++) {
            out.memory().asFloatBuffer().get(i * into[i].length, into[i]);
        }
        return into;
    }
}
