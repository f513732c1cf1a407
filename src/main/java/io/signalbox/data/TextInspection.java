package io.signalbox.data;

import io.signalbox.data.DatasetInfo.Preview;
import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.spec.DatasetOptions;
import io.signalbox.spec.DatasetSchema;
import io.signalbox.spec.DatasetSchema.Level;
import io.signalbox.spec.DatasetSchema.Texts;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Finds out what a plain text holds. */
final class TextInspection {

    static final String FORMAT = "text";
    static final String TEXT = "text";
    static final String CHARACTER = "character";
    static final String BYTE = "byte";
    static final String ENCODING = "text.encoding";

    private static final int BYTES = 256;

    /** As token ids, of 8 bytes, it must fit into 2 GiB. */
    private static final long LARGEST = Integer.MAX_VALUE / Long.BYTES;

    private static final int PREVIEW_LINES = 10;
    private static final int PREVIEW_CHARACTERS = 200;
    private static final int SHORTEST = 3;

    private TextInspection() {}

    static DatasetInfo inspect(String name, ObjectNode options, List<Path> files) throws IOException {
        List<Problem> problems = new ArrayList<>();
        Binder.bind(options, DatasetOptions.None.class, "#/options", problems);
        if (files.size() != 1) {
            problems.add(new Problem(
                    Problems.FILE,
                    "dataset.files",
                    "text takes one file, got " + files.size() + "; put them together"));
        }
        if (!problems.isEmpty()) {
            throw new BadDataException(problems);
        }
        Path file = files.get(0);
        long bytes = Files.size(file);
        if (bytes > LARGEST) {
            throw Problems.single(
                    Problems.FILE, "dataset.too-large", "a text may have " + LARGEST + " bytes; leave some of it out");
        }
        String sha256 = TextScan.scan(file, ENCODING);
        Level characters = characters(file);
        if (characters.tokens() < SHORTEST) {
            throw Problems.single(
                    Problems.FILE,
                    "dataset.empty",
                    "a text needs " + SHORTEST + " characters, it has " + characters.tokens());
        }
        Map<String, Level> levels = new LinkedHashMap<>();
        levels.put(CHARACTER, characters);
        levels.put(BYTE, new Level(bytes, BYTES, (int) bytes));
        return new DatasetInfo(
                name,
                FORMAT,
                options,
                new DatasetSchema(characters.tokens(), 0, List.of(), null, List.of(), List.of(), new Texts(levels)),
                characters.tokens(),
                bytes,
                sha256,
                Map.of(),
                List.of(),
                preview(file),
                List.of(new StoredFile(TEXT, String.valueOf(file.getFileName()), bytes, sha256)));
    }

    private static Level characters(Path file) throws IOException {
        BitSet seen = new BitSet();
        long count = 0;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (int point = CodePoints.next(in); point >= 0; point = CodePoints.next(in)) {
                seen.set(point);
                count++;
            }
        }
        return new Level(count, seen.cardinality(), (int) count);
    }

    private static Preview preview(Path file) throws IOException {
        List<List<String>> lines = new ArrayList<>();
        char[] start = new char[PREVIEW_LINES * PREVIEW_CHARACTERS];
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            int length = Math.max(0, in.read(start));
            String[] all = new String(start, 0, length).split("\\R", -1);
            for (int i = 0; i < Math.min(all.length, PREVIEW_LINES); i++) {
                lines.add(List.of(all[i].substring(0, Math.min(all[i].length(), PREVIEW_CHARACTERS))));
            }
        }
        return new Preview(List.of("text"), lines, List.of());
    }
}
