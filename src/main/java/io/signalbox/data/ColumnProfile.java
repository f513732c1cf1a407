package io.signalbox.data;

import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a column of a table turns out to hold. */
final class ColumnProfile {

    /** Words that stand for a missing value where numbers are expected; pandas' list without the rare ones. */
    private static final Set<String> MISSING =
            Set.of("na", "n/a", "nan", "null", "none", "?", "-", "#n/a", "<na>", "nil");

    private static final int LONGEST_MISSING = 4;

    /** A column with this share of numbers is meant to be numeric; what else it holds are mistakes. */
    private static final double MEANT_NUMERIC = 0.9;

    /** Fewer different numbers than this may be codes among other codes. */
    private static final int FEW = 20;

    private final String name;
    private final Moments moments = new Moments();
    private final IntegerCounts integers = new IntegerCounts();
    private final Map<String, long[]> texts = new TreeMap<>();
    private long words;
    private long missing;
    private long infinite;

    ColumnProfile(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void see(char[] text, int offset, int length) {
        double value = Numerals.parse(text, offset, length);
        if (Double.isNaN(value)) {
            if (isMissing(text, offset, length)) {
                missing++;
            } else {
                words++;
            }
        } else if (Double.isInfinite(value)) {
            infinite++;
        } else {
            moments.add(value);
            integers.add(value);
        }
    }

    /** Whether every value is a number. */
    boolean numeric() {
        return words + missing + infinite == 0;
    }

    /** Whether it is a column of numbers but for some values. */
    boolean spoilt() {
        long odd = words + missing + infinite;
        boolean onlyOdd = words == 0 && infinite + moments.count() > 0;
        boolean mostly = moments.count() >= MEANT_NUMERIC * (moments.count() + odd)
                && (integers.many() || integers.size() > FEW);
        return odd > 0 && (onlyOdd || mostly);
    }

    /** Says of a value of a spoilt column what is wrong with it, if anything. */
    void explain(long line, char[] text, int offset, int length, Problems problems) {
        double value = Numerals.parse(text, offset, length);
        if (Double.isFinite(value)) {
            return;
        }
        String found = Problems.echo(new String(text, offset, Math.min(length, 100)));
        String where = ", column \"" + Problems.echo(name) + "\": \"" + found + "\" ";
        if (isMissing(text, offset, length)) {
            problems.add(line, "csv.missing-value", where + "stands for a missing value; fill it in or drop the row");
        } else if (Double.isInfinite(value)) {
            problems.add(line, "csv.number", where + "is no finite 32-bit number");
        } else {
            problems.add(line, "csv.number", where + "is no number, as the rest of the column is; use a decimal point");
        }
    }

    /** Counts a value of a categorical column. Returns how many characters it made this keep. */
    int count(char[] text, int offset, int length) {
        String value = new String(text, offset, length);
        long[] seen = texts.get(value);
        if (seen != null) {
            seen[0]++;
            return 0;
        }
        texts.put(value, new long[] {1});
        return length;
    }

    int categories() {
        return texts.size();
    }

    Column column() {
        return new Column(name, numeric() ? Kind.NUMERIC : Kind.CATEGORICAL, new ArrayList<>(counts().keySet()));
    }

    /** Rows of each category, in the categories' order; empty for a column that has none. */
    Map<String, Long> counts() {
        if (numeric()) {
            return integers.byText();
        }
        Map<String, Long> all = new LinkedHashMap<>();
        texts.forEach((text, count) -> all.put(text, count[0]));
        return all;
    }

    DatasetInfo.ColumnStatistics statistics() {
        if (!numeric()) {
            return new DatasetInfo.ColumnStatistics(name, null, null, null, null, 0, texts.size());
        }
        return new DatasetInfo.ColumnStatistics(
                name,
                moments.min(),
                moments.max(),
                moments.mean(),
                moments.std(),
                0,
                integers.many() ? null : integers.size());
    }

    private static boolean isMissing(char[] text, int offset, int length) {
        return length <= LONGEST_MISSING && MISSING.contains(new String(text, offset, length).toLowerCase(Locale.ROOT));
    }

    static List<String> names(List<ColumnProfile> columns) {
        return columns.stream().map(ColumnProfile::name).toList();
    }
}
