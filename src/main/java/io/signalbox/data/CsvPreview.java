package io.signalbox.data;

import java.util.ArrayList;
import java.util.List;

/** Keeps the first rows of a table, as texts. */
final class CsvPreview {

    private static final int ROWS = 10;
    private static final int COLUMNS = 100;
    private static final int CHARACTERS = 200;

    private final List<List<String>> rows = new ArrayList<>();
    private List<String> row = new ArrayList<>();

    void field(int column, char[] text, int offset, int length) {
        if (rows.size() < ROWS && column < COLUMNS) {
            row.add(new String(text, offset, Math.min(length, CHARACTERS)));
        }
    }

    void endRow() {
        if (rows.size() < ROWS) {
            rows.add(row);
            row = new ArrayList<>();
        }
    }

    List<String> columns(List<String> names) {
        return List.copyOf(names.subList(0, Math.min(names.size(), COLUMNS)));
    }

    List<List<String>> rows() {
        return rows;
    }
}
