package io.signalbox.data;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.DatasetOptions;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The binary files of CIFAR-10 and CIFAR-100 (A. Krizhevsky, 2009): records of a label (CIFAR-100: a coarse and a fine one) and
 * 3 × 32 × 32 bytes, red, green, blue. Files that end in {@code .txt} hold the names of the classes, one a line.
 */
final class CifarInspection {

    static final String FORMAT = "cifar";

    private static final List<Integer> SHAPE = List.of(3, 32, 32);
    private static final int PIXELS = 3 * 32 * 32;
    private static final int MOST_FILES = 64;
    private static final long LARGEST_NAMES = 1 << 16;
    private static final String LENGTH = "cifar.length";
    private static final String NAMES = "cifar.names";

    /** A kind of label: which byte of a record it is, and how many there are. */
    private record Labels(int place, int recordBytes, int classes, String names) {

        static final Labels TEN = new Labels(0, 1 + PIXELS, 10, "batches.meta");
        static final Labels COARSE = new Labels(0, 2 + PIXELS, 20, "coarse");
        static final Labels FINE = new Labels(1, 2 + PIXELS, 100, "fine");
    }

    private final Labels labels;
    private final List<Path> training = new ArrayList<>();
    private final List<Path> test = new ArrayList<>();

    private CifarInspection(Labels labels) {
        this.labels = labels;
    }

    static DatasetInfo inspect(Path folder, String name, ObjectNode options, List<Path> files) throws IOException {
        List<Problem> problems = new ArrayList<>();
        DatasetOptions.Cifar asked = Binder.bind(options, DatasetOptions.Cifar.class, "#/options", problems);
        if (asked == null) {
            throw new BadDataException(problems);
        }
        List<Path> records = files.stream()
                .filter(file -> !isText(file))
                .sorted(Comparator.comparing(CifarInspection::name))
                .toList();
        if (records.isEmpty() || files.size() > MOST_FILES) {
            throw refuse("dataset.files", "cifar takes the binary files, such as data_batch_1.bin and test_batch.bin");
        }
        CifarInspection inspection = new CifarInspection(labels(records, asked));
        records.forEach(file -> (isTest(file) ? inspection.test : inspection.training).add(file));
        return inspection.convert(folder, name, options, files);
    }

    /** By the sizes; where both fit, by the names. */
    private static Labels labels(List<Path> records, DatasetOptions.Cifar asked) throws IOException {
        boolean ten = true;
        boolean hundred = true;
        boolean named = true;
        for (Path file : records) {
            long size = Files.size(file);
            ten &= size > 0 && size % Labels.TEN.recordBytes == 0;
            hundred &= size > 0 && size % Labels.FINE.recordBytes == 0;
            named &= name(file).equals("train.bin") || name(file).equals("test.bin");
            if (!ten && !hundred) {
                throw refuse(
                        LENGTH,
                        "\"" + Problems.echo(name(file)) + "\" has " + size + " bytes; a file holds records of "
                                + Labels.TEN.recordBytes + " bytes (CIFAR-10) or " + Labels.FINE.recordBytes
                                + " (CIFAR-100), all files the same. Was the upload cut off?");
            }
        }
        if (ten && !(hundred && named)) {
            return Labels.TEN;
        }
        return asked.labels().equals("fine") ? Labels.FINE : Labels.COARSE;
    }

    private static boolean isTest(Path file) {
        return IdxParts.namedTest(name(file));
    }

    private static boolean isText(Path file) {
        return name(file).toLowerCase(Locale.ROOT).endsWith(".txt");
    }

    private DatasetInfo convert(Path folder, String name, ObjectNode options, List<Path> files) throws IOException {
        if (training.isEmpty()) {
            throw refuse("dataset.files", "all files are named as test parts; one to train on is needed");
        }
        List<String> classes =
                classes(files.stream().filter(CifarInspection::isText).toList());
        ArrayDataset dataset = new ArrayDataset(folder, SHAPE, ElementType.UINT8, classes);
        write(dataset, ArrayDataset.TRAIN, training);
        if (!test.isEmpty()) {
            write(dataset, ArrayDataset.TEST, test);
        }
        DatasetInfo info = dataset.describe(name, FORMAT, options);
        for (Path file : files) {
            Files.delete(file);
        }
        return info;
    }

    private void write(ArrayDataset dataset, String part, List<Path> files) throws IOException {
        long count = 0;
        for (Path file : files) {
            count += Files.size(file) / labels.recordBytes;
        }
        ArrayDataset.checkSize(count, SHAPE, ElementType.UINT8, Problems.FILE, "leave some of it out");
        long[] found = new long[(int) count];
        dataset.write(
                part,
                found,
                items -> {
                    int index = 0;
                    for (Path file : files) {
                        index = read(file, index, found, items);
                    }
                },
                (index, example) -> Png.of(example.array(), 3, 32, 32));
    }

    private int read(Path file, int from, long[] found, ArrayDataset.Items items) throws IOException {
        int index = from;
        byte[] record = new byte[labels.recordBytes];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            while (in.readNBytes(record, 0, record.length) == record.length) {
                int label = record[labels.place] & 0xFF;
                if (label >= labels.classes) {
                    throw refuse(
                            "cifar.label",
                            "\"" + Problems.echo(name(file)) + "\", record " + (index - from) + ": the label " + label
                                    + " is above " + (labels.classes - 1) + "; is this a file of CIFAR-"
                                    + (labels == Labels.TEN ? 10 : 100) + "?");
                }
                found[index] = label;
                items.put(index++, ByteBuffer.wrap(record, record.length - PIXELS, PIXELS));
            }
        }
        return index;
    }

    /** The names given, or the numbers. */
    private List<String> classes(List<Path> texts) throws IOException {
        List<String> names =
                IntStream.range(0, labels.classes).mapToObj(Integer::toString).toList();
        for (Path text : texts) {
            String name = name(text).toLowerCase(Locale.ROOT);
            boolean other = name.contains("coarse") || name.contains("fine");
            if (name.contains(labels.names) || (texts.size() == 1 && !other)) {
                names = names(text);
            }
        }
        return names;
    }

    private List<String> names(Path text) throws IOException {
        String which = "\"" + Problems.echo(name(text)) + "\" ";
        if (Files.size(text) > LARGEST_NAMES) {
            throw refuse(NAMES, which + "is too long for a list of class names");
        }
        List<String> names;
        try {
            names = Files.readAllLines(text, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (CharacterCodingException e) {
            throw refuse(NAMES, which + "is no text in UTF-8");
        }
        if (names.size() != labels.classes || new HashSet<>(names).size() < names.size()) {
            throw refuse(
                    NAMES, which + "has " + names.size() + " names, " + labels.classes + " different ones are needed");
        }
        return names;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static BadDataException refuse(String code, String what) {
        return Problems.single(Problems.FILE, code, what);
    }
}
