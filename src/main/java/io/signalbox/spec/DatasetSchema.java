package io.signalbox.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a dataset offers, as far as a spec is checked against it.
 *
 * @param rows training rows
 * @param testRows rows of the test part that came with it; 0 for none
 * @param columns of a table, in file order; empty for all else
 * @param imageShape {@code [channels, height, width]} of images and spectrograms; null for all else
 * @param classes names of the classes of images, recordings and labelled texts, in order of their index; empty for a table (a
 *     column has its own)
 * @param target the target columns that the dataset declares; empty for all else, whose target is
 *     the label or the next token
 * @param texts where examples are texts; null where they are numbers
 */
public record DatasetSchema(
        long rows,
        long testRows,
        List<Column> columns,
        @Nullable List<Integer> imageShape,
        List<String> classes,
        List<String> target,
        @Nullable Texts texts) {

    /** Of numbers. */
    public DatasetSchema(
            long rows,
            long testRows,
            List<Column> columns,
            @Nullable List<Integer> imageShape,
            List<String> classes,
            List<String> target) {
        this(rows, testRows, columns, imageShape, classes, target, null);
    }

    /**
     * Of texts, labelled (there are classes) or one long text to go on with.
     *
     * @param levels what its tokens can be, the usual first, by name
     */
    public record Texts(Map<String, Level> levels) {}

    /**
     * A text in tokens of one kind.
     *
     * @param tokens in all
     * @param distinct different ones, at most 200,000
     * @param longest tokens of the longest text
     */
    public record Level(long tokens, int distinct, int longest) {}

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
