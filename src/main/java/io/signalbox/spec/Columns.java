package io.signalbox.spec;

import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import io.signalbox.spec.model.Input;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a spec takes of a dataset: its inputs, and the columns to predict. The labels of images are one categorical column.
 *
 * @param input what one example is: of a table numeric columns count 1, categorical ones as many as they have categories
 * @param targets empty where they could not be found
 * @param positions classes to predict for each example: 1, or the length of a sequence that has one at each place
 */
record Columns(Input input, List<Column> targets, int positions) {

    private static final String CODE = "dataset.column";
    private static final String TARGET = "#/data/target";
    private static final String FEATURES = "#/data/features";

    static Columns of(DataSpec data, DatasetSchema schema, @Nullable Tokenized texts, Faults faults) {
        if (texts != null) {
            return texts.columns(schema);
        }
        List<Integer> imageShape = schema.imageShape();
        return imageShape == null ? table(data, schema, faults) : images(data, schema, imageShape, faults);
    }

    private static Columns images(DataSpec data, DatasetSchema schema, List<Integer> shape, Faults faults) {
        if (data.target() != null) {
            faults.add(TARGET, CODE, "images have no columns, their label is the target; leave it out");
        }
        if (data.features() != null) {
            faults.add(FEATURES, CODE, "images have no columns; leave it out");
        }
        if (data.group() != null) {
            faults.add("#/data/group", CODE, "images have no columns; leave it out");
        }
        if (data.time() != null) {
            faults.add("#/data/time", CODE, "images have no columns; leave it out");
        }
        Input input = Input.numbers(shape);
        return new Columns(input, List.of(new Column("label", Kind.CATEGORICAL, schema.classes())), 1);
    }

    private static Columns table(DataSpec data, DatasetSchema schema, Faults faults) {
        Map<String, Column> columns = new LinkedHashMap<>();
        schema.columns().forEach(column -> columns.put(column.name(), column));
        List<String> names = data.target() == null ? schema.target() : data.target();
        if (names.isEmpty()) {
            String there = Faults.list(List.copyOf(columns.keySet()));
            faults.add(TARGET, CODE, "the dataset declares no target; name one of its columns: " + there);
        }
        List<Column> targets = find(names, columns, TARGET, data.target() != null && names.size() > 1, faults);
        Set<String> predicted = new HashSet<>(names);
        cut(data.group(), "#/data/group", columns, predicted, faults);
        cut(data.time(), "#/data/time", columns, predicted, faults);
        List<Column> features = data.features() == null
                ? columns.values().stream()
                        .filter(column -> !predicted.contains(column.name()))
                        .filter(column -> !data.cuttingColumns().contains(column.name()))
                        .toList()
                : find(data.features(), columns, FEATURES, true, faults);
        checkFeatures(data, features, predicted, faults);
        int width = features.stream().mapToInt(Columns::width).sum();
        return new Columns(Input.numbers(Math.max(width, 1)), targets, 1);
    }

    private static void cut(
            @Nullable String name, String pointer, Map<String, Column> columns, Set<String> predicted, Faults faults) {
        if (name == null) {
            return;
        }
        List<Column> found = find(List.of(name), columns, pointer, false, faults);
        if (!found.isEmpty() && predicted.contains(name)) {
            faults.add(pointer, "target-leak", "is the dataset's target; choose another column");
        }
        if (pointer.endsWith("group")
                && !found.isEmpty()
                && found.get(0).categories().size() == 1) {
            faults.add(pointer, "split.empty", "holds one group only, which cannot be cut");
        }
    }

    private static List<Column> find(
            List<String> names, Map<String, Column> columns, String pointer, boolean indexed, Faults faults) {
        List<Column> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Column column = columns.get(names.get(i));
            if (column == null) {
                String there = Faults.list(List.copyOf(columns.keySet()));
                faults.add(
                        indexed ? pointer + "/" + i : pointer,
                        CODE,
                        "there is no column \"" + Problem.echo(names.get(i)) + "\"; there are " + there);
            } else {
                found.add(column);
            }
        }
        return found.size() == names.size() ? found : List.of();
    }

    private static void checkFeatures(DataSpec data, List<Column> features, Set<String> predicted, Faults faults) {
        if (features.isEmpty() && faults.none()) {
            faults.add(FEATURES, CODE, "no column is left to predict from");
        }
        if (data.features() != null && data.target() == null) {
            features.stream()
                    .filter(column -> predicted.contains(column.name()))
                    .forEach(column -> {
                        String detail = "holds the dataset's target " + Problem.echo(column.name()) + "; leave it out";
                        faults.add(FEATURES, "target-leak", detail);
                    });
        }
    }

    private static int width(Column feature) {
        return feature.kind() == Kind.NUMERIC ? 1 : feature.categories().size();
    }

    /** Checks that another dataset can be validated on: the same columns, and no category that training does not know. */
    static void checkValidation(DataSpec data, DatasetSchema training, DatasetSchema validation, Faults faults) {
        String pointer = "#/data/validation_dataset";
        List<Integer> shape = training.imageShape();
        if (training.texts() != null || validation.texts() != null) {
            checkTexts(training, validation, faults);
            return;
        }
        if (shape != null || validation.imageShape() != null) {
            if (shape == null || !shape.equals(validation.imageShape())) {
                String detail = "holds " + held(validation) + ", training is on " + held(training);
                faults.add(pointer, "shape.mismatch", detail);
            } else if (validation.classes().size() > training.classes().size()) {
                String detail = "has " + validation.classes().size() + " classes, training knows "
                        + training.classes().size();
                faults.add(pointer, CODE, detail);
            }
            return;
        }
        Map<String, Column> there = new LinkedHashMap<>();
        validation.columns().forEach(column -> there.put(column.name(), column));
        for (Column column : used(data, training)) {
            String fault = misfit(column, there.get(column.name()));
            if (fault != null) {
                faults.add(pointer, CODE, "column \"" + Problem.echo(column.name()) + "\" " + fault);
            }
        }
    }

    private static void checkTexts(DatasetSchema training, DatasetSchema validation, Faults faults) {
        String pointer = "#/data/validation_dataset";
        boolean bothLabelled =
                training.classes().isEmpty() == validation.classes().isEmpty();
        if (training.texts() == null || validation.texts() == null || !bothLabelled) {
            faults.add(pointer, "shape.mismatch", "holds " + held(validation) + ", training is on " + held(training));
        }
        validation.classes().stream()
                .filter(name -> !training.classes().contains(name))
                .findFirst()
                .ifPresent(name -> faults.add(
                        pointer,
                        CODE,
                        "has the class \"" + Problem.echo(name) + "\", which the training data does not"));
    }

    private static List<Column> used(DataSpec data, DatasetSchema training) {
        List<String> features = data.features();
        if (features == null) {
            return training.columns();
        }
        Set<String> names = new HashSet<>(features);
        names.addAll(data.target() == null ? training.target() : data.target());
        return training.columns().stream()
                .filter(column -> names.contains(column.name()))
                .toList();
    }

    private static @Nullable String misfit(Column training, @Nullable Column validation) {
        if (validation == null) {
            return "is missing";
        }
        if (training.kind() != validation.kind()) {
            return training.kind() == Kind.NUMERIC ? "must be numeric" : "must be categorical";
        }
        Set<String> known = new HashSet<>(training.categories());
        return validation.categories().stream()
                .filter(category -> training.kind() == Kind.CATEGORICAL && !known.contains(category))
                .findFirst()
                .map(category -> "holds \"" + Problem.echo(category) + "\", which the training data does not")
                .orElse(null);
    }

    private static String held(DatasetSchema schema) {
        if (schema.texts() != null) {
            return schema.classes().isEmpty() ? "a text" : "labelled texts";
        }
        return schema.imageShape() == null ? "a table" : "images " + schema.imageShape();
    }
}
