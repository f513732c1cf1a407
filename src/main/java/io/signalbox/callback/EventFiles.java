package io.signalbox.callback;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * TensorBoard's files of one series, in a folder of its own: one file for each time that training went on. Going on cuts
 * off what was written after the checkpoint and begins a new file, so that no point is there twice and a TensorBoard that is
 * reading goes on to the new file.
 */
final class EventFiles {

    private static final String PREFIX = "events.out.tfevents.";

    private final String folder;
    private final String suffix;
    private int number;
    private long length;
    private boolean open;

    /**
     * @param folder in the job's
     * @param suffix tells these files from those of another writer
     */
    EventFiles(String folder, String suffix) {
        this.folder = folder;
        this.suffix = "." + suffix;
    }

    /** Begins with nothing. */
    void reset() {
        number = 0;
        length = 0;
        open = false;
    }

    /** Adds records of {@link SummaryEvent}. */
    void write(Path job, Instant at, byte[] records) throws IOException {
        Path directory = job.resolve(folder);
        if (!open) {
            begin(directory, at);
        }
        // A write that fails may leave half a record: the next cuts it off.
        open = false;
        append(directory, records);
        open = true;
    }

    private void begin(Path directory, Instant at) throws IOException {
        Files.createDirectories(directory);
        for (Path file : own(directory)) {
            int found = numberOf(file);
            if (found > number) {
                Files.delete(file);
            } else if (found == number) {
                cut(file);
            }
        }
        number++;
        length = 0;
        append(directory, SummaryEvent.version(at));
    }

    private List<Path> own(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, PREFIX + "*" + suffix)) {
            all.forEach(files::add);
        }
        files.removeIf(file -> !middle(file).matches("[0-9]{9}"));
        return files;
    }

    private String middle(Path file) {
        String name = file.getFileName().toString();
        return name.substring(PREFIX.length(), Math.max(PREFIX.length(), name.length() - suffix.length()));
    }

    private int numberOf(Path file) {
        return Integer.parseInt(middle(file));
    }

    private void cut(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    /** TensorBoard reads files in the order of their names. */
    private void append(Path directory, byte[] record) throws IOException {
        Path file = directory.resolve(String.format(Locale.ROOT, "%s%09d%s", PREFIX, number, suffix));
        Files.write(file, record, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        length += record.length;
    }

    /** How far these files go now. */
    void keep(ObjectNode state) {
        state.put("number", number).put("length", length);
    }

    /** Goes on after what {@link #keep} told; the next write begins a new file. */
    void restore(ObjectNode state) {
        number = state.get("number").asInt();
        length = state.get("length").asLong();
        open = false;
    }
}
