package io.signalbox.data;

import io.signalbox.data.DatasetInfo.Preview;
import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.spec.DatasetSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out what a CSV file holds, or what is wrong with it. Passes over the file: encoding and hash, shape and numbers, and
 * where there are columns of text, their categories. Nothing but the categories is kept of it.
 */
final class CsvInspection {

    static final String FORMAT = "csv";
    static final String TABLE = "table";

    static final int MAX_COLUMNS = 10_000;
    private static final int MAX_NAME = 256;
    private static final long MAX_CELLS = 50_000_000;
    private static final int MAX_CATEGORIES = 10_000;
    private static final long MAX_CATEGORY_CHARACTERS = 4_000_000;

    private final Path file;
    private final CsvTable table;
    private final Problems problems;
    private final List<ColumnProfile> columns = new ArrayList<>();
    private final CsvPreview preview = new CsvPreview();
    private long rows;
    private long kept;

    private CsvInspection(Path file, CsvOptions options, Problems problems) {
        this.file = file;
        this.table = new CsvTable(file, options.separator());
        this.problems = problems;
    }

    static DatasetInfo inspect(String name, ObjectNode options, List<Path> files) throws IOException {
        Problems problems = new Problems();
        CsvOptions asked = CsvOptions.of(options, problems);
        if (files.size() != 1) {
            problems.add("#/file", "dataset.files", "csv takes one file, got " + files.size());
        }
        problems.throwIfAny();
        return new CsvInspection(files.get(0), asked, problems).describe(name, options, asked.target());
    }

    private DatasetInfo describe(String name, ObjectNode options, List<String> asked) throws IOException {
        String sha256 = TextScan.scan(file);
        readHeader();
        List<String> target = target(asked);
        problems.throwIfAny();
        readValues();
        problems.throwIfAny();
        readCategories();
        problems.throwIfAny();
        long bytes = Files.size(file);
        DatasetSchema schema = new DatasetSchema(
                rows, 0, columns.stream().map(ColumnProfile::column).toList(), null, List.of(), target);
        Path fileName = file.getFileName();
        return new DatasetInfo(
                name,
                FORMAT,
                options,
                schema,
                rows,
                bytes,
                sha256,
                classCounts(target),
                columns.stream().map(ColumnProfile::statistics).toList(),
                new Preview(preview.columns(ColumnProfile.names(columns)), preview.rows(), List.of()),
                List.of(new StoredFile(TABLE, fileName == null ? "" : fileName.toString(), bytes, sha256)));
    }

    private void readHeader() throws IOException {
        List<String> names = table.header(MAX_COLUMNS);
        if (names.isEmpty()) {
            throw Problems.single(Problems.FILE, "csv.empty", "the file is empty; it needs a header line and rows");
        }
        if (names.size() > MAX_COLUMNS) {
            throw Problems.single(
                    Problems.FILE, "csv.too-large", "more than " + MAX_COLUMNS + " columns; drop some of them");
        }
        if (names.size() == 1) {
            throw Problems.single(
                    Problems.FILE,
                    "csv.header",
                    "the header has one column only, \"" + Problems.echo(names.get(0))
                            + "\"; is another separator in use? Name it in the option separator");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            checkName(i + 1, names.get(i), seen);
            columns.add(new ColumnProfile(names.get(i)));
        }
    }

    private void checkName(int position, String name, Set<String> seen) {
        String where = "header, column " + position + ": ";
        if (name.isBlank()) {
            problems.add(Problems.FILE, "csv.header", where + "has no name");
        } else if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            problems.add(
                    Problems.FILE,
                    "csv.header",
                    where + "\"" + Problems.echo(name) + "\" is longer than " + MAX_NAME
                            + " characters or spans lines; is the header line missing?");
        } else if (!seen.add(name)) {
            problems.add(Problems.FILE, "csv.header", where + "the name \"" + Problems.echo(name) + "\" is used twice");
        }
    }

    private List<String> target(List<String> asked) {
        List<String> names = ColumnProfile.names(columns);
        for (String column : asked) {
            if (!names.contains(column)) {
                problems.add(
                        "#/options/target",
                        "dataset.column",
                        "there is no column \"" + Problems.echo(column) + "\"; there are "
                                + Problems.echo(String.join(", ", names)));
            }
        }
        if (asked.size() >= names.size()) {
            problems.add("#/options/target", "dataset.column", "leaves no column to predict from");
        }
        return asked.isEmpty() ? List.of(names.get(names.size() - 1)) : asked;
    }

    private Map<String, Long> classCounts(List<String> target) {
        return target.size() > 1
                ? Map.of()
                : columns.get(ColumnProfile.names(columns).indexOf(target.get(0)))
                        .counts();
    }

    private void readValues() throws IOException {
        List<Integer> missing = new ArrayList<>();
        table.rows(new CsvTable.RowVisitor() {
            @Override
            public void field(long line, int column, char[] text, int offset, int length) {
                preview.field(column, text, offset, length);
                if (column >= columns.size()) {
                    return;
                }
                if (CsvTable.isBlank(text, offset, length)) {
                    missing.add(column);
                } else {
                    columns.get(column).see(text, offset, length);
                }
            }

            @Override
            public boolean end(long line, int fields) {
                rows++;
                preview.endRow();
                checkRow(line, fields, missing);
                missing.clear();
                return !problems.full() && withinCells();
            }
        });
        if (rows == 0) {
            problems.add(Problems.FILE, "csv.empty", "there is no row below the header");
        }
    }

    private void checkRow(long line, int fields, List<Integer> missing) {
        if (fields != columns.size()) {
            problems.add(line, "csv.ragged-row", ": has " + fields + " fields, the header has " + columns.size());
        } else {
            for (int column : missing) {
                problems.add(
                        line,
                        "csv.missing-value",
                        ", column \"" + Problems.echo(columns.get(column).name())
                                + "\": the value is missing; fill it in or drop the row");
            }
        }
    }

    private boolean withinCells() {
        if (rows * columns.size() <= MAX_CELLS) {
            return true;
        }
        problems.add(
                Problems.FILE, "csv.too-large", "more than " + MAX_CELLS + " cells; split the file or drop columns");
        return false;
    }

    private void readCategories() throws IOException {
        if (columns.stream().allMatch(ColumnProfile::numeric)) {
            return;
        }
        boolean[] spoilt = new boolean[columns.size()];
        boolean[] categorical = new boolean[columns.size()];
        for (int i = 0; i < spoilt.length; i++) {
            spoilt[i] = columns.get(i).spoilt();
            categorical[i] = !spoilt[i] && !columns.get(i).numeric();
        }
        table.rows(new CsvTable.RowVisitor() {
            @Override
            public void field(long line, int column, char[] text, int offset, int length) {
                if (spoilt[column]) {
                    columns.get(column).explain(line, text, offset, length, problems);
                } else if (categorical[column]) {
                    categorical[column] = keep(columns.get(column), text, offset, length);
                }
            }

            @Override
            public boolean end(long line, int fields) {
                return !problems.full();
            }
        });
    }

    /** Returns false once there are too many categories: that is told once. */
    private boolean keep(ColumnProfile column, char[] text, int offset, int length) {
        kept += column.count(text, offset, length);
        if (column.categories() <= MAX_CATEGORIES && kept <= MAX_CATEGORY_CHARACTERS) {
            return true;
        }
        problems.add(
                Problems.FILE,
                "csv.categories",
                "column \"" + Problems.echo(column.name()) + "\" holds more different texts (" + column.categories()
                        + ") than a column of categories may; drop it from the file");
        return false;
    }
}
