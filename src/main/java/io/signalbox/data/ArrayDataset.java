package io.signalbox.data;

import io.signalbox.data.DatasetInfo.ColumnStatistics;
import io.signalbox.data.DatasetInfo.Image;
import io.signalbox.data.DatasetInfo.Preview;
import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.DatasetSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Labelled arrays of one shape, kept as training sees them: of each part a file of the examples' elements one after the other,
 * and one of their class indices ({@code INT64}), both in the machine's byte order. Pictures and recordings are decoded into
 * such files once, when they are uploaded; training maps them into memory, so that what is cached of them is the system's page
 * cache, which gives way under pressure, and no training ever waits for decoding.
 */
final class ArrayDataset {

    /** Parts. */
    static final String TRAIN = "train";

    static final String TEST = "test";

    /** The format whose examples are not bytes. */
    static final String AUDIO = "audio_folder";

    private static final int PREVIEW = 16;
    private static final List<String> COLOURS = List.of("red", "green", "blue");

    private final Path folder;
    private final List<Integer> shape;
    private final ElementType type;
    private final List<String> classes;
    private final MessageDigest whole = Hashes.sha256();
    private final List<StoredFile> files = new ArrayList<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<Image> pictures = new ArrayList<>();
    private final PixelHistogram pixels;
    private final Moments values = new Moments();
    private long rows;
    private long testRows;

    /** Takes the examples of a part, in any order and from any thread. */
    interface Items {
        void put(int index, ByteBuffer example) throws IOException;
    }

    /** Gives the examples of a part, each once. */
    interface Filling {
        void fill(Items items) throws IOException;
    }

    /** Draws an example for people: a PNG, base64. */
    interface Drawing {
        String draw(int index, ByteBuffer example) throws IOException;
    }

    /**
     * A dataset without parts yet.
     *
     * @param shape of an example: {@code [channels, height, width]}
     * @param type {@code UINT8} or {@code FLOAT32}
     */
    ArrayDataset(Path folder, List<Integer> shape, ElementType type, List<String> classes) {
        this.folder = folder;
        this.shape = List.copyOf(shape);
        this.type = type;
        this.classes = classes;
        this.pixels = new PixelHistogram(shape.get(0));
        classes.forEach(name -> counts.put(name, 0L));
        shape.forEach(side -> whole.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, side)));
        whole.update((type + String.join("\0", classes)).getBytes(StandardCharsets.UTF_8));
    }

    /** What a dataset's arrays are made of. */
    static ElementType type(DatasetInfo info) {
        return info.format().equals(AUDIO) ? ElementType.FLOAT32 : ElementType.UINT8;
    }

    /**
     * Refuses a part that could not be mapped into memory.
     *
     * @param remedy what to do about it
     */
    static void checkSize(long count, List<Integer> shape, ElementType type, String pointer, String remedy) {
        long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        if (elements * type.bytes() > Integer.MAX_VALUE / Math.max(count, 1)) {
            throw Problems.single(
                    pointer,
                    "dataset.too-large",
                    count + " examples of shape " + shape + " are more than the 2 GiB that a part may have; " + remedy);
        }
    }

    /**
     * Writes a part.
     *
     * @param labels class index of each example
     */
    void write(String part, long[] labels, Filling filling, Drawing drawing) throws IOException {
        Path images = folder.resolve(part + "_images@" + type);
        try (FileChannel file = FileChannel.open(
                images, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            int bytes = exampleBytes();
            filling.fill((index, example) -> {
                long at = (long) index * bytes;
                while (example.hasRemaining()) {
                    at += file.write(example, at);
                }
            });
            file.force(true);
            see(part, file, labels, drawing);
        }
        Path classIndices = folder.resolve(part + "_labels@" + ElementType.INT64);
        ByteBuffer indices = ByteBuffer.allocate(Math.multiplyExact(labels.length, Long.BYTES))
                .order(ByteOrder.nativeOrder());
        indices.asLongBuffer().put(labels);
        try (FileChannel file =
                FileChannel.open(classIndices, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (indices.hasRemaining()) {
                file.write(indices);
            }
            file.force(true);
        }
        store(part + "_labels", classIndices, indices.flip());
    }

    private void see(String part, FileChannel file, long[] labels, Drawing drawing) throws IOException {
        ByteBuffer all = file.map(MapMode.READ_ONLY, 0, (long) labels.length * exampleBytes());
        Path path = folder.resolve(part + "_images@" + type);
        store(part + "_images", path, all.duplicate());
        if (part.equals(TEST)) {
            testRows = labels.length;
            return;
        }
        rows = labels.length;
        byte[] example = new byte[exampleBytes()];
        for (int i = 0; i < labels.length; i++) {
            all.get(i * example.length, example);
            String name = classes.get((int) labels[i]);
            counts.merge(name, 1L, Long::sum);
            learn(example);
            if (i < PREVIEW) {
                ByteBuffer elements = ByteBuffer.wrap(example).order(ByteOrder.nativeOrder());
                pictures.add(new Image(name, drawing.draw(i, elements)));
            }
        }
    }

    private void learn(byte[] example) {
        if (type == ElementType.UINT8) {
            pixels.add(example);
            return;
        }
        ByteBuffer floats = ByteBuffer.wrap(example).order(ByteOrder.nativeOrder());
        while (floats.hasRemaining()) {
            values.add(floats.getFloat());
        }
    }

    private void store(String role, Path file, ByteBuffer content) throws IOException {
        MessageDigest own = Hashes.sha256();
        own.update(content.duplicate());
        whole.update(content.duplicate());
        Path name = file.getFileName();
        files.add(new StoredFile(role, String.valueOf(name), Files.size(file), Hashes.hex(own)));
    }

    private int exampleBytes() {
        return shape.stream().reduce(type.bytes(), Math::multiplyExact);
    }

    /** What was written. */
    DatasetInfo describe(String name, String format, ObjectNode options) {
        return new DatasetInfo(
                name,
                format,
                options,
                new DatasetSchema(rows, testRows, List.of(), shape, classes, List.of()),
                rows,
                files.stream().mapToLong(StoredFile::bytes).sum(),
                Hashes.hex(whole),
                counts,
                statistics(),
                new Preview(List.of(), List.of(), pictures),
                files);
    }

    private List<ColumnStatistics> statistics() {
        if (type != ElementType.UINT8) {
            return List.of(
                    new ColumnStatistics("values", values.min(), values.max(), values.mean(), values.std(), 0, null));
        }
        List<ColumnStatistics> all = new ArrayList<>();
        for (int channel = 0; channel < pixels.channels(); channel++) {
            all.add(new ColumnStatistics(
                    pixels.channels() == 1 ? IdxInspection.PIXELS : COLOURS.get(channel),
                    pixels.min(channel),
                    pixels.max(channel),
                    pixels.mean(channel),
                    pixels.std(channel),
                    0,
                    null));
        }
        return all;
    }
}
