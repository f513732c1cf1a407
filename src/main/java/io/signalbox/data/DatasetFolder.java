package io.signalbox.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** A dataset's folder: its files, and {@code dataset.json} that says what is in them. */
public final class DatasetFolder {

    /** Those that there are. */
    public static final List<String> FORMATS = List.of(
            CsvInspection.FORMAT,
            IdxInspection.FORMAT,
            CifarInspection.FORMAT,
            ImageFolderInspection.FORMAT,
            TextInspection.FORMAT,
            LabelledTextInspection.FORMAT,
            AudioFolderInspection.FORMAT);

    private static final String DESCRIPTION = "dataset.json";

    private DatasetFolder() {}

    /**
     * Inspects uploaded files from first to last byte and writes the folder's {@code dataset.json}: under a temporary name,
     * forced to disk, renamed. Where it throws, no {@code dataset.json} is there; the files are left to the caller.
     *
     * @param folder the dataset's own folder
     * @param format one of {@link #FORMATS}
     * @param options of the format: for {@code csv} {@code target} (a column or a list of them; by default the last column)
     *     and {@code separator} ({@code ","}, {@code ";"} or a tab)
     *     ; of the others see {@link io.signalbox.spec.DatasetOptions}
     * @param files directly in the folder; of {@code idx} 2 (images and labels) or 4 (also those of the test part), told
     *     apart by content and by names such as {@code train-…}, {@code t10k-…}, {@code test-…}; those of {@code cifar},
     *     {@code image_folder} and {@code audio_folder} are converted, and deleted
     * @throws BadDataException with every fault found, 50 at most
     */
    public static DatasetInfo create(Path folder, String name, String format, ObjectNode options, List<Path> files)
            throws IOException {
        for (Path file : files) {
            if (!folder.equals(file.getParent()) || !Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + " is not a file in " + folder);
            }
        }
        DatasetInfo info = switch (format) {
            case CsvInspection.FORMAT -> CsvInspection.inspect(name, options, files);
            case IdxInspection.FORMAT -> IdxInspection.inspect(name, options, files);
            case CifarInspection.FORMAT -> CifarInspection.inspect(folder, name, options, files);
            case ImageFolderInspection.FORMAT -> ImageFolderInspection.inspect(folder, name, options, files);
            case TextInspection.FORMAT -> TextInspection.inspect(name, options, files);
            case LabelledTextInspection.FORMAT -> LabelledTextInspection.inspect(name, options, files);
            case AudioFolderInspection.FORMAT -> AudioFolderInspection.inspect(folder, name, options, files);
            default ->
                throw Problems.single(
                        "#/format",
                        "dataset.format",
                        "must be one of " + String.join(", ", FORMATS) + ", was \"" + Problems.echo(format) + "\"");
        };
        write(folder, DatasetJson.toBytes(info));
        return info;
    }

    /**
     * What was found when the dataset was made.
     *
     * @throws java.nio.file.NoSuchFileException for a folder that holds no dataset
     * @throws IOException also for a description that cannot be understood
     */
    public static DatasetInfo read(Path folder) throws IOException {
        Path description = folder.resolve(DESCRIPTION);
        try {
            return DatasetJson.fromBytes(Files.readAllBytes(description));
        } catch (JacksonException e) {
            throw new IOException(description + " is damaged; upload the dataset again", e);
        }
    }

    private static void write(Path folder, byte[] json) throws IOException {
        Path temporary = folder.resolve(DESCRIPTION + ".tmp");
        try (FileChannel out = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(
                temporary,
                folder.resolve(DESCRIPTION),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
