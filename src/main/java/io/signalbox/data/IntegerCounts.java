package io.signalbox.data;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often each integer of a column occurs, as long as all are integers and few of them differ. */
final class IntegerCounts {

    /** Most different integers that still count as classes. */
    static final int LIMIT = 1_000;

    private static final int FIRST_CAPACITY = 8;

    private long[] values = new long[FIRST_CAPACITY];
    private long[] counts = new long[FIRST_CAPACITY];
    private int size;
    private boolean many;

    void add(double value) {
        if (many) {
            return;
        }
        if (!Numerals.isInteger(value)) {
            giveUp();
            return;
        }
        int at = Arrays.binarySearch(values, 0, size, (long) value);
        if (at < 0) {
            at = -at - 1;
            insert(at, (long) value);
        }
        if (!many) {
            counts[at]++;
        }
    }

    /** Whether there are too many, or one that is no integer. */
    boolean many() {
        return many;
    }

    int size() {
        return size;
    }

    /** Counts by integer, ascending; empty when there are too many. */
    Map<String, Long> byText() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            all.put(Long.toString(values[i]), counts[i]);
        }
        return all;
    }

    private void insert(int at, long value) {
        if (size == LIMIT) {
            giveUp();
            return;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        System.arraycopy(values, at, values, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        values[at] = value;
        counts[at] = 0;
        size++;
    }

    private void giveUp() {
        many = true;
        size = 0;
        values = new long[0];
        counts = new long[0];
    }
}
