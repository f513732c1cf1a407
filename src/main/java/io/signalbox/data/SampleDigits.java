package io.signalbox.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Generated pictures of digits in the files of the MNIST family. */
final class SampleDigits {

    private static final int TRAINING = 6_000;
    private static final int TEST = 1_000;
    private static final long TRAINING_SEED = 60_000;
    private static final long TEST_SEED = 10_000;
    private static final int IMAGES_MAGIC = 2051;
    private static final int LABELS_MAGIC = 2049;

    private SampleDigits() {}

    static List<Path> write(Path folder) throws IOException {
        Path trainImages = folder.resolve("train-images-idx3-ubyte.gz");
        Path trainLabels = folder.resolve("train-labels-idx1-ubyte.gz");
        Path testImages = folder.resolve("t10k-images-idx3-ubyte.gz");
        Path testLabels = folder.resolve("t10k-labels-idx1-ubyte.gz");
        write(trainImages, trainLabels, TRAINING, TRAINING_SEED);
        write(testImages, testLabels, TEST, TEST_SEED);
        return List.of(trainImages, trainLabels, testImages, testLabels);
    }

    private static void write(Path images, Path labels, int count, long seed) throws IOException {
        Dice dice = new Dice(seed);
        Handwriting hand = new Handwriting(dice);
        byte[] pixels = new byte[Handwriting.SIZE * Handwriting.SIZE];
        try (DataOutputStream imagesOut = packed(images);
                DataOutputStream labelsOut = packed(labels)) {
            imagesOut.writeInt(IMAGES_MAGIC);
            imagesOut.writeInt(count);
            imagesOut.writeInt(Handwriting.SIZE);
            imagesOut.writeInt(Handwriting.SIZE);
            labelsOut.writeInt(LABELS_MAGIC);
            labelsOut.writeInt(count);
            for (int i = 0; i < count; i++) {
                int digit = dice.below(Glyphs.DIGITS);
                hand.write(digit, pixels);
                imagesOut.write(pixels);
                labelsOut.writeByte(digit);
            }
        }
    }

    private static DataOutputStream packed(Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return new DataOutputStream(new BufferedOutputStream(new GZIPOutputStream(out, 1 << 16), 1 << 16));
    }
}
