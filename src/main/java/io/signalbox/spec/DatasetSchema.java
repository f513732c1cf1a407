package io.signalbox.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a dataset offers, as far as a spec is checked against it.
 *
 * @param rows training rows
 * @param testRows rows of the test part that came with it; 0 for none
 * @param columns of a table, in file order; empty for images
 * @param imageShape {@code [channels, height, width]} of images; null for a table
 * @param classes names of the classes of images, in order of their index; empty for a table (a column has its own)
 * @param target the target columns that the dataset declares; empty for images, whose target is the label
 * @param vocabulary how many tokens there are where examples are token ids; 0 where they are numbers
 */
public record DatasetSchema(
        long rows,
        long testRows,
        List<Column> columns,
        @Nullable List<Integer> imageShape,
        List<String> classes,
        List<String> target,
        int vocabulary) {

    /** Of numbers. */
    public DatasetSchema(
            long rows,
            long testRows,
            List<Column> columns,
            @Nullable List<Integer> imageShape,
            List<String> classes,
            List<String> target) {
        this(rows, testRows, columns, imageShape, classes, target, 0);
    }

    /**
     * A column of a table.
     *
     * @param categories distinct values, sorted, of a categorical column; of a numeric one that holds only integers from
     *     a set of at most 1,000, those as texts in numeric order (so that it can be a class label); else empty
     */
    public record Column(String name, Kind kind, List<String> categories) {}

    /** What a column holds. */
    public enum Kind {
        NUMERIC,
        CATEGORICAL
    }
}
