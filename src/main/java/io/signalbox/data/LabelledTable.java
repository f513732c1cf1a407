package io.signalbox.data;

import io.signalbox.spec.DatasetOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The two columns of a CSV file that hold texts and their classes. */
final class LabelledTable {

    /** Takes a row. */
    interface Sink {

        /**
         * Takes a row.
         *
         * @param text as it stands
         * @return false to read no further
         */
        boolean row(long line, int fields, String text, String label);
    }

    private final CsvTable table;
    private final List<String> header;
    private final int text;
    private final int target;

    private LabelledTable(CsvTable table, List<String> header, int text, int target) {
        this.table = table;
        this.header = header;
        this.text = text;
        this.target = target;
    }

    /** @throws BadDataException where there are no such columns */
    static LabelledTable open(Path file, DatasetOptions.LabelledText options) throws IOException {
        CsvTable table = new CsvTable(file, options.separator().charAt(0));
        List<String> header = table.header(CsvInspection.MAX_COLUMNS);
        if (header.size() < 2 || header.size() > CsvInspection.MAX_COLUMNS) {
            throw Problems.single(
                    Problems.FILE,
                    "csv.header",
                    "the first line must name a column of texts and one of classes, it has " + header.size()
                            + " columns; is another separator in use? Name it in the option separator");
        }
        Problems problems = new Problems();
        int target = options.target() == null
                ? header.size() - 1
                : column("#/options/target", options.target(), header, problems);
        int text;
        if (options.text() != null) {
            text = column("#/options/text", options.text(), header, problems);
        } else if (header.size() == 2 && target >= 0) {
            text = 1 - target;
        } else {
            text = column("#/options/text", "text", header, problems);
        }
        if (text == target && text >= 0) {
            problems.add("#/options/text", "dataset.column", "is the column to predict; name another one");
        }
        problems.throwIfAny();
        return new LabelledTable(table, header, text, target);
    }

    private static int column(String pointer, String name, List<String> header, Problems problems) {
        int at = header.indexOf(name);
        if (at < 0) {
            problems.add(
                    pointer,
                    "dataset.column",
                    "there is no column \"" + Problems.echo(name) + "\"; there are "
                            + Problems.echo(String.join(", ", header)));
        }
        return at;
    }

    int columns() {
        return header.size();
    }

    void rows(Sink sink) throws IOException {
        table.rows(new CsvTable.RowVisitor() {
            private String textOf = "";
            private String labelOf = "";

            @Override
            public void field(long line, int column, char[] chars, int offset, int length) {
                if (column == text) {
                    textOf = new String(chars, offset, length);
                } else if (column == target) {
                    labelOf = new String(chars, offset, length).strip();
                }
            }

            @Override
            public boolean end(long line, int fields) {
                boolean goOn = sink.row(line, fields, textOf, labelOf);
                textOf = "";
                labelOf = "";
                return goOn;
            }
        });
    }
}
