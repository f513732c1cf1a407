package io.signalbox.callback;

import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a row of metrics after every epoch, as {@code keras.callbacks.CSVLogger} does: {@code epoch}, then the metrics of
 * the first epoch sorted by name, numbers as Python writes them, {@code NA} for one that was not logged. Rows of epochs that
 * are trained again, after a crash, are dropped: no epoch is there twice. A file that cannot be written is a warning.
 */
final class CSVLogger implements Callback {

    /** Keras' arguments. */
    @Described("Writes a row of metrics to a file after every epoch")
    record Params(
            @Param(
                    value = "Name of the file in the job's folder",
                    defaultValue = "\"history.csv\"",
                    pattern = "[A-Za-z0-9][A-Za-z0-9_-]{0,60}\\.(csv|tsv|txt|log)")
            String filename,

            @Param(
                    value = "Character between two columns",
                    defaultValue = "\",\"",
                    oneOf = {",", ";", "\t", "|", " "})
            String separator,

            @Param(
                    value = "Taken as Keras takes it; a job that goes on always goes on with its file",
                    defaultValue = "false")
            boolean append) {}

    private static final String MISSING = "NA";
    private static final String END_OF_ROW = "\r\n";

    private final String name;
    private final Params params;
    private @Nullable List<String> columns;

    CSVLogger(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        columns = null;
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        try {
            write(epoch, logs, run.directory().resolve(params.filename()));
        } catch (IOException e) {
            columns = null; // a row may be there in part: the next one looks at the file anew
            run.emit(
                    new CallbackActed(name, "warning", params.filename() + " could not be written: " + e.getMessage()));
        }
    }

    @Override
    public String explain(Run run) {
        return "writes a row after every epoch to " + params.filename();
    }

    private void write(int epoch, Logs logs, Path file) throws IOException {
        if (columns == null) {
            columns = begin(epoch, logs, file);
        }
        List<String> cells = new ArrayList<>();
        cells.add(Integer.toString(epoch));
        for (String column : columns) {
            cells.add(
                    logs.get(column).isPresent() ? Numbers.repr(logs.get(column).getAsDouble()) : MISSING);
        }
        append(file, row(cells));
    }

    /** Makes the file ready for its next row and answers the columns after {@code epoch}. */
    private List<String> begin(int epoch, Logs logs, Path file) throws IOException {
        // At the first epoch there is nothing to go on with: what is there is of an attempt that was given up.
        List<String> lines = epoch > 0 && Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
        List<String> found = lines.isEmpty() ? List.of() : cells(lines.get(0));
        List<String> kept = new ArrayList<>();
        if (found.isEmpty() || !found.get(0).equals("epoch")) {
            found = new ArrayList<>(List.of("epoch"));
            found.addAll(logs.names().stream().sorted().toList());
            kept.add(String.join(params.separator(), found));
        } else {
            kept.add(lines.get(0));
            int width = found.size();
            lines.stream()
                    .skip(1)
                    .filter(line -> cells(line).size() == width
                            && isBefore(epoch, cells(line).get(0)))
                    .forEach(kept::add);
        }
        replace(file, String.join(END_OF_ROW, kept) + END_OF_ROW);
        return List.copyOf(found.subList(1, found.size()));
    }

    private static boolean isBefore(int epoch, String cell) {
        return cell.matches("[0-9]{1,9}") && Integer.parseInt(cell) < epoch;
    }

    /** Metric names and numbers need no quotes. */
    private List<String> cells(String line) {
        return List.of(line.split(Pattern.quote(params.separator()), -1));
    }

    private String row(List<String> cells) {
        return String.join(params.separator(), cells) + END_OF_ROW;
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(next, text, StandardCharsets.UTF_8);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
