package io.signalbox.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Datasets that the service makes for itself, so that there is something to train on from the first minute. */
public final class SampleDatasets {

    /** Three conditions of a machine part from 8 numeric and 2 categorical columns; 2,000 rows. */
    public static final String TABULAR = "sample-tabular";

    /** A number from 6 others; 2,000 rows. */
    public static final String REGRESSION = "sample-regression";

    /** Pictures of digits, 28 by 28; 6,000 to train on and 1,000 to test. */
    public static final String DIGITS = "sample-digits";

    /** All of them. */
    public static final List<String> NAMES = List.of(TABULAR, REGRESSION, DIGITS);

    private SampleDatasets() {}

    /**
     * Makes those that are not there yet, each complete or not at all.
     *
     * @param datasetsRoot folder that holds a folder per dataset
     * @return what all of them hold, in the order of {@link #NAMES}
     */
    public static List<DatasetInfo> write(Path datasetsRoot) throws IOException {
        Files.createDirectories(datasetsRoot);
        List<DatasetInfo> all = new ArrayList<>();
        for (String name : NAMES) {
            Path folder = datasetsRoot.resolve(name);
            if (!Files.exists(folder)) {
                make(name, datasetsRoot, folder);
            }
            all.add(DatasetFolder.read(folder));
        }
        return all;
    }

    /**
     * Generates one of them: the same content at every call, on every machine.
     *
     * @param folder an empty folder
     */
    public static DatasetInfo generate(String name, Path folder) throws IOException {
        return switch (name) {
            case TABULAR -> table(name, folder, SampleTables.bearings(), "class");
            case REGRESSION -> table(name, folder, SampleTables.friedman(), "y");
            case DIGITS -> DatasetFolder.create(folder, name, "idx", DatasetJson.object(), SampleDigits.write(folder));
            default ->
                throw new IllegalArgumentException("no sample dataset is named " + name + ", there are " + NAMES);
        };
    }

    private static DatasetInfo table(String name, Path folder, byte[] content, String target) throws IOException {
        Path file = Files.write(folder.resolve(name + ".csv"), content);
        return DatasetFolder.create(folder, name, "csv", DatasetJson.object().put("target", target), List.of(file));
    }

    private static void make(String name, Path root, Path folder) throws IOException {
        Path unfinished = Files.createTempDirectory(root, "." + name + "-");
        try {
            generate(name, unfinished);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(unfinished);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
