package io.signalbox.data;

import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import io.signalbox.spec.Problem;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns rows of a table into numbers. */
final class RowEncoder implements CsvTable.RowVisitor {

    /** Takes the rows; the arrays are used again for the next one. */
    interface RowSink {
        void row(int index, double[] inputs, double[] targets);
    }

    /** Says where a value stands that cannot be. */
    interface Misfit {
        Problem problem(long line, String column, String code, String what);
    }

    private final List<@Nullable Slot> byPosition;
    private final double[] inputs;
    private final double[] targets;
    private final RowSink sink;
    private final Misfit misfit;
    private final Problems problems;
    private int index;

    /**
     * @param problems what does not fit is added here
     * @param header the file's columns; those that are neither feature nor target are passed over
     * @throws BadDataException where one is missing
     */
    RowEncoder(
            List<String> header,
            TableColumns columns,
            boolean classIndices,
            RowSink sink,
            Problems problems,
            Misfit misfit) {
        this.problems = problems;
        this.sink = sink;
        this.misfit = misfit;
        this.inputs = new double[columns.inputWidth()];
        this.targets = new double[columns.targets().size()];
        Slot[] slots = new Slot[header.size()];
        int offset = 0;
        for (Column feature : columns.features()) {
            place(slots, header, new Slot(feature, offset, false, feature.kind() == Kind.CATEGORICAL));
            offset += TableColumns.width(feature);
        }
        for (int i = 0; i < targets.length; i++) {
            Column target = columns.targets().get(i);
            place(slots, header, new Slot(target, i, true, classIndices || target.kind() == Kind.CATEGORICAL));
        }
        problems.throwIfAny();
        this.byPosition = Arrays.asList(slots);
    }

    private void place(Slot[] slots, List<String> header, Slot slot) {
        int position = header.indexOf(slot.name);
        if (position < 0) {
            problems.add(
                    "#/data/validation_dataset",
                    "dataset.column",
                    "has no column \"" + Problems.echo(slot.name) + "\", which the dataset to train on has");
        } else {
            slots[position] = slot;
        }
    }

    @Override
    public void field(long line, int column, char[] text, int offset, int length) {
        Slot slot = byPosition.get(column);
        if (slot == null) {
            return;
        }
        double value =
                slot.categories == null ? Numerals.parse(text, offset, length) : slot.category(text, offset, length);
        if (slot.target) {
            targets[slot.offset] = value;
        } else if (slot.categories == null) {
            inputs[slot.offset] = value;
        } else if (value >= 0) {
            inputs[slot.offset + (int) value] = 1;
            return;
        }
        if (!Double.isFinite(value) || (slot.target && value < 0 && slot.categories != null)) {
            refuse(line, slot, new String(text, offset, Math.min(length, 100)));
        }
    }

    private void refuse(long line, Slot slot, String found) {
        problems.add(misfit.problem(
                line,
                slot.name,
                slot.target ? "dataset.label" : "dataset.number",
                "\"" + Problems.echo(found) + "\" is "
                        + (slot.categories == null ? "no number" : "none of the classes that are trained on")));
    }

    @Override
    public boolean end(long line, int fields) {
        sink.row(index++, inputs, targets);
        Arrays.fill(inputs, 0);
        return !problems.full();
    }

    /** What becomes of a column. */
    private static final class Slot {

        private final String name;
        private final int offset;
        private final boolean target;
        private final @Nullable Map<String, Integer> categories;
        private final boolean integers;

        Slot(Column column, int offset, boolean target, boolean asCategory) {
            this.name = column.name();
            this.offset = offset;
            this.target = target;
            this.integers = column.kind() == Kind.NUMERIC;
            this.categories = asCategory ? index(column.categories()) : null;
        }

        private static Map<String, Integer> index(List<String> categories) {
            Map<String, Integer> index = new HashMap<>();
            categories.forEach(category -> index.put(category, index.size()));
            return index;
        }

        /** The category's index, -1 for one that is not known. */
        double category(char[] text, int offset, int length) {
            if (categories == null) {
                return -1;
            }
            double number = integers ? Numerals.parse(text, offset, length) : 0;
            String key = integers
                    ? (Numerals.isInteger(number) ? Long.toString((long) number) : "")
                    : new String(text, offset, length);
            return categories.getOrDefault(key, -1);
        }
    }
}
