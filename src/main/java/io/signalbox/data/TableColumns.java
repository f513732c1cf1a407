package io.signalbox.data;

import io.signalbox.spec.DataSpec;
import io.signalbox.spec.DatasetSchema;
import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Which columns of a table are features and which are targets, as a spec asks.
 *
 * @param inputWidth numbers that the network sees of a row: one of a numeric column, one per category of a categorical one
 */
record TableColumns(List<Column> features, List<Column> targets, int inputWidth) {

    private static final String TARGET = "#/data/target";

    static TableColumns of(DatasetSchema schema, DataSpec spec, boolean classIndices) {
        Problems problems = new Problems();
        Map<String, Column> byName = new HashMap<>();
        schema.columns().forEach(column -> byName.put(column.name(), column));
        List<String> targetNames = spec.target() == null ? schema.target() : spec.target();
        List<Column> targets = find(targetNames, TARGET, byName, problems);
        List<Column> features = spec.features() == null
                ? schema.columns().stream()
                        .filter(column -> !targetNames.contains(column.name()))
                        .filter(column -> !spec.cuttingColumns().contains(column.name()))
                        .toList()
                : find(spec.features(), "#/data/features", byName, problems);
        checkTargets(targets, classIndices, problems);
        if (features.stream().anyMatch(targets::contains)) {
            problems.add("#/data/features", "dataset.column", "a column to predict cannot be a feature as well");
        }
        if (features.isEmpty() || targets.isEmpty()) {
            problems.add("#/data", "dataset.column", "at least one feature and one target are needed");
        }
        problems.throwIfAny();
        return of(features, targets);
    }

    static TableColumns of(List<Column> features, List<Column> targets) {
        long width = features.stream().mapToLong(TableColumns::width).sum();
        return new TableColumns(features, targets, Math.toIntExact(width));
    }

    static int width(Column feature) {
        return feature.kind() == Kind.NUMERIC ? 1 : feature.categories().size();
    }

    private static List<Column> find(
            List<String> names, String pointer, Map<String, Column> byName, Problems problems) {
        List<Column> found = new ArrayList<>();
        if (new HashSet<>(names).size() < names.size()) {
            problems.add(pointer, "dataset.column", "a column is named twice");
        }
        for (String name : names) {
            Column column = byName.get(name);
            if (column == null) {
                problems.add(pointer, "dataset.column", "there is no column \"" + Problems.echo(name) + "\"");
            } else {
                found.add(column);
            }
        }
        return found;
    }

    private static void checkTargets(List<Column> targets, boolean classIndices, Problems problems) {
        if (classIndices && targets.size() > 1) {
            problems.add(TARGET, "target.classes", "classes can be predicted of one column only");
        }
        for (Column target : targets) {
            String name = "column \"" + Problems.echo(target.name()) + "\" ";
            if (classIndices && target.categories().isEmpty()) {
                problems.add(TARGET, "target.classes", name + "holds no classes; use a loss for values, such as mse");
            } else if (!classIndices
                    && target.kind() == Kind.CATEGORICAL
                    && target.categories().size() != 2) {
                problems.add(
                        TARGET,
                        "target.values",
                        name + "has " + target.categories().size()
                                + " categories; only two can stand for 0 and 1. Use cross_entropy");
            }
        }
    }
}
