package io.signalbox.data;

import io.signalbox.data.DatasetInfo.Preview;
import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.spec.DatasetOptions;
import io.signalbox.spec.DatasetSchema;
import io.signalbox.spec.DatasetSchema.Level;
import io.signalbox.spec.DatasetSchema.Texts;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** Finds out what a CSV file of texts and their classes holds, or what is wrong with it. */
final class LabelledTextInspection {

    static final String FORMAT = "labelled_text";

    private static final int MOST_ROWS = 20_000_000;
    private static final int MOST_CLASSES = 1_000;
    private static final int LONGEST_LABEL = 256;
    private static final int PREVIEW_ROWS = 10;
    private static final int PREVIEW_CHARACTERS = 200;

    private final Problems problems = new Problems();
    private final Map<Tokenizer, Seen> seen = new LinkedHashMap<>();
    private final TreeMap<String, Long> labels = new TreeMap<>();
    private final List<List<String>> preview = new ArrayList<>();
    private long rows;

    /** Tokens of one kind. */
    private static final class Seen {

        /** A vocabulary cannot be larger. */
        private static final int MOST = 200_000;

        /** Hashes of 64 bits: nobody is harmed when two tokens in billions share one. */
        private final Set<Long> distinct = new HashSet<>();

        private long tokens;
        private int longest;

        void add(Tokenizer tokenizer, String text) {
            long before = tokens;
            tokenizer.split(text, token -> {
                tokens++;
                if (distinct.size() < MOST) {
                    distinct.add(hash(token));
                }
            });
            longest = (int) Math.max(longest, tokens - before);
        }

        /** FNV-1a. */
        private static long hash(String token) {
            long hash = 0xcbf29ce484222325L;
            for (int i = 0; i < token.length(); i++) {
                hash = (hash ^ token.charAt(i)) * 0x100000001b3L;
            }
            return hash;
        }

        Level level() {
            return new Level(tokens, distinct.size(), longest);
        }
    }

    private LabelledTextInspection() {
        seen.put(Tokenizer.WORD, new Seen());
        seen.put(Tokenizer.CHARACTER, new Seen());
    }

    static DatasetInfo inspect(String name, ObjectNode options, List<Path> files) throws IOException {
        List<Problem> problems = new ArrayList<>();
        DatasetOptions.LabelledText asked =
                Binder.bind(options, DatasetOptions.LabelledText.class, "#/options", problems);
        if (files.size() != 1) {
            problems.add(new Problem(
                    Problems.FILE, "dataset.files", "labelled_text takes one CSV file, got " + files.size()));
        }
        if (asked == null || !problems.isEmpty()) {
            throw new BadDataException(problems);
        }
        return new LabelledTextInspection().describe(name, asked, files.get(0));
    }

    private DatasetInfo describe(String name, DatasetOptions.LabelledText options, Path file) throws IOException {
        String sha256 = TextScan.scan(file);
        LabelledTable table = LabelledTable.open(file, options);
        table.rows((line, fields, text, label) -> {
            see(line, fields, table.columns(), text, label);
            return !problems.full();
        });
        if (rows == 0) {
            problems.add(Problems.FILE, "csv.empty", "there is no row below the header");
        }
        problems.throwIfAny();
        long bytes = Files.size(file);
        Map<String, Level> levels = new LinkedHashMap<>();
        seen.forEach((tokenizer, tokens) -> levels.put(tokenizer.level(), tokens.level()));
        return new DatasetInfo(
                name,
                FORMAT,
                Binder.toJson(options),
                new DatasetSchema(rows, 0, List.of(), null, List.copyOf(labels.keySet()), List.of(), new Texts(levels)),
                rows,
                bytes,
                sha256,
                new LinkedHashMap<>(labels),
                List.of(),
                new Preview(List.of("text", "label"), preview, List.of()),
                List.of(new StoredFile(CsvInspection.TABLE, String.valueOf(file.getFileName()), bytes, sha256)));
    }

    private void see(long line, int fields, int columns, String text, String label) {
        rows++;
        if (fields != columns) {
            problems.add(line, "csv.ragged-row", ": has " + fields + " fields, the header has " + columns);
        } else if (text.isBlank() || label.isBlank()) {
            String what = text.isBlank() ? "text" : "class";
            problems.add(line, "csv.missing-value", ": the " + what + " is missing; fill it in or drop the row");
        } else if (label.length() > LONGEST_LABEL) {
            problems.add(line, "csv.categories", ": a class's name may have " + LONGEST_LABEL + " characters");
        } else {
            labels.merge(label, 1L, Long::sum);
            seen.forEach((tokenizer, tokens) -> tokens.add(tokenizer, text));
            if (preview.size() < PREVIEW_ROWS) {
                preview.add(List.of(text.substring(0, Math.min(text.length(), PREVIEW_CHARACTERS)), label));
            }
        }
        if (labels.size() > MOST_CLASSES || rows > MOST_ROWS) {
            throw Problems.single(
                    Problems.FILE,
                    "csv.too-large",
                    "there may be " + MOST_CLASSES + " classes and " + MOST_ROWS
                            + " rows; is the option target the column of classes?");
        }
    }
}
