package io.signalbox.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Data as users have it, the same at every call. */
public final class Fixtures {

    public static final int CORNERS = 4;
    private static final int SIDE = 28;
    private static final int UNSIGNED_BYTES = 0x08;

    private Fixtures() {}

    /** 150 flowers of three species that two measures tell apart; one column is words, one name is quoted. */
    public static byte[] flowersCsv() {
        String[] species = {"setosa", "versicolor", "virginica, wild"};
        String[] soils = {"chalk", "clay", "sand"};
        Random random = new Random(7);
        StringBuilder csv = new StringBuilder("petal_length,petal_width,sepal_length,soil,species\n");
        for (int row = 0; row < 150; row++) {
            int kind = random.nextInt(species.length);
            csv.append(String.format(
                    Locale.ROOT,
                    "%.2f,%.2f,%.2f,%s,\"%s\"\n",
                    1.5 + 2 * kind + 0.3 * random.nextGaussian(),
                    0.3 + 0.8 * kind + 0.2 * random.nextGaussian(),
                    5 + 0.5 * kind + 0.6 * random.nextGaussian(),
                    soils[random.nextInt(soils.length)],
                    species[kind]));
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Pictures of 28x28: a bright square in one of four corners, in noise. The label is the corner. */
    public static byte[] cornerImages(int count, long seed) {
        ByteBuffer idx = ByteBuffer.allocate(16 + count * SIDE * SIDE);
        idx.putInt(UNSIGNED_BYTES << 8 | 3).putInt(count).putInt(SIDE).putInt(SIDE);
        Random random = new Random(seed);
        byte[] labels = cornerLabels(count, seed);
        for (int image = 0; image < count; image++) {
            int corner = labels[8 + image];
            int top = corner / 2 * 12 + random.nextInt(6);
            int left = corner % 2 * 12 + random.nextInt(6);
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    boolean inside = y >= top && y < top + 8 && x >= left && x < left + 8;
                    idx.put((byte) (random.nextInt(90) + (inside ? 120 : 0)));
                }
            }
        }
        return idx.array();
    }

    /** The labels of {@link #cornerImages}. */
    public static byte[] cornerLabels(int count, long seed) {
        ByteBuffer idx = ByteBuffer.allocate(8 + count);
        idx.putInt(UNSIGNED_BYTES << 8 | 1).putInt(count);
        Random random = new Random(seed + 1);
        for (int image = 0; image < count; image++) {
            idx.put((byte) random.nextInt(CORNERS));
        }
        return idx.array();
    }

    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Uploads the flowers as dataset {@code flowers}. */
    public static Answer uploadFlowers(Api api) {
        return api.upload(
                "/datasets",
                new Multipart()
                        .field("name", "flowers")
                        .field("format", "csv")
                        .field("options", "{\"target\": \"species\"}")
                        .file("flowers.csv", flowersCsv()));
    }

    /** Uploads pictures as dataset {@code corners}: training images (gzipped) and labels. */
    public static Answer uploadCorners(Api api, int count) {
        return api.upload(
                "/datasets",
                new Multipart()
                        .field("name", "corners")
                        .field("format", "idx")
                        .file("train-images-idx3-ubyte.gz", gzip(cornerImages(count, 11)))
                        .file("train-labels-idx1-ubyte", cornerLabels(count, 11)));
    }

    /** A job on the flowers that ends by itself in a few seconds. */
    public static String flowersJob(int epochs) {
        return """
                name: flowers
                experiment: meadow
                tags: [quick, e2e]
                seed: 5
                epochs: %d
                batch_size: 16
                data: {dataset: flowers, validation_split: 0.2, normalize: standard}
                model: {type: mlp, hidden: [16]}
                optimizer: {type: adam, learning_rate: 0.01}
                callbacks:
                  - {type: ModelCheckpoint, monitor: val_loss, save_best_only: true}
                  - {type: EarlyStopping, monitor: val_loss, patience: 1000}
                log_every: 1
                """.formatted(epochs);
    }

    /** A job on pictures whose epochs take about half a second, so that it can be met while it runs. */
    public static String cornersJob(int epochs) {
        return """
                name: corners
                seed: 3
                epochs: %d
                batch_size: 32
                data: {dataset: corners, validation_split: 0.1}
                model: {type: lenet}
                optimizer: {type: adam, learning_rate: 0.0005}
                log_every: 1
                """.formatted(epochs);
    }
}
