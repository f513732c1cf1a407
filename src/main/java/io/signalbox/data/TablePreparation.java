package io.signalbox.data;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import io.signalbox.spec.Problem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How rows of a table become features.
 *
 * @param normalize as the spec names it
 * @param scales of the inputs, one each
 * @param classes of the target; empty where there are several, or numbers
 */
record TablePreparation(String normalize, TableColumns columns, Normalization scales, List<String> classes)
        implements Preparation {

    static final String KIND = "table";

    @Override
    public List<Integer> shape() {
        return List.of(columns.inputWidth());
    }

    @Override
    public ElementType type() {
        return ElementType.FLOAT32;
    }

    @Override
    public List<String> targets() {
        return columns.targets().stream().map(Column::name).toList();
    }

    @Override
    public ByteBuffer apply(ArrayNode inputs, String pointer) {
        Problems problems = new Problems();
        ByteBuffer features = Buffers.allocate(inputs.size(), columns.inputWidth(), type());
        List<String> names = columns.features().stream().map(Column::name).toList();
        RowEncoder rows = new RowEncoder(
                names,
                new TableColumns(columns.features(), List.of(), columns.inputWidth()),
                false,
                (index, values, targets) -> scales.apply(values, features::putFloat),
                problems,
                (row, column, code, what) -> new Problem(Problem.member(pointer + "/" + row, column), code, what));
        for (int row = 0; row < inputs.size() && !problems.full(); row++) {
            List<@Nullable String> texts = texts(inputs.get(row), names, pointer + "/" + row, problems);
            for (int column = 0; column < texts.size(); column++) {
                String text = texts.get(column);
                if (text != null) {
                    rows.field(row, column, text.toCharArray(), 0, text.length());
                }
            }
            rows.end(row, texts.size());
        }
        problems.throwIfAny();
        return features.flip();
    }

    /** What an input says of each feature, as a CSV file would have it; null where it says nothing that can be. */
    private static List<@Nullable String> texts(JsonNode row, List<String> names, String pointer, Problems problems) {
        List<@Nullable String> texts = new ArrayList<>();
        if (row.isArray() && row.size() != names.size()) {
            problems.add(pointer, "count", "must have " + names.size() + " values, had " + row.size());
        } else if (row.isArray() || row.isObject()) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                String at = row.isArray() ? pointer + "/" + i : Problem.member(pointer, name);
                texts.add(text(row.isArray() ? row.get(i) : row.get(name), at, problems));
            }
            for (String name : row.propertyNames()) {
                if (!names.contains(name)) {
                    problems.add(Problem.member(pointer, name), "unknown-field", "is no feature; leave it out");
                }
            }
        } else {
            problems.add(pointer, "type.object", "must be an object of features, or a list of them in order");
        }
        return texts;
    }

    private static @Nullable String text(@Nullable JsonNode value, String pointer, Problems problems) {
        if (value == null || value.isNull()) {
            problems.add(pointer, "required", "is required");
        } else if (!value.isNumber() && !value.isString()) {
            problems.add(pointer, "type.number", "must be a number or a text");
        } else {
            return value.asString();
        }
        return null;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode fitted = DatasetJson.object();
        fitted.put("kind", KIND).put("normalize", normalize);
        ArrayNode features = fitted.putArray("features");
        int at = 0;
        for (Column feature : columns.features()) {
            ObjectNode one = describe(features.addObject(), feature);
            if (feature.kind() == Kind.NUMERIC) {
                one.put("shift", scales.shift()[at]).put("factor", scales.factor()[at]);
            }
            at += TableColumns.width(feature);
        }
        ArrayNode targets = fitted.putArray("target");
        columns.targets().forEach(target -> describe(targets.addObject(), target));
        ArrayNode names = fitted.putArray("classes");
        classes.forEach(names::add);
        return fitted;
    }

    private static ObjectNode describe(ObjectNode node, Column column) {
        node.put("column", column.name()).put("type", column.kind().name().toLowerCase(Locale.ROOT));
        if (column.kind() == Kind.CATEGORICAL) {
            ArrayNode categories = node.putArray("categories");
            column.categories().forEach(categories::add);
        }
        return node;
    }

    static TablePreparation of(JsonNode json) {
        List<Column> features = columns(json.path("features"));
        TableColumns columns = TableColumns.of(features, columns(json.path("target")));
        Normalization scales = Normalization.identity(columns.inputWidth());
        int at = 0;
        for (int i = 0; i < features.size(); i++) {
            if (features.get(i).kind() == Kind.NUMERIC) {
                JsonNode one = json.path("features").get(i);
                scales.shift()[at] = one.get("shift").doubleValue();
                scales.factor()[at] = one.get("factor").doubleValue();
            }
            at += TableColumns.width(features.get(i));
        }
        return new TablePreparation(json.path("normalize").asString(), columns, scales, texts(json.path("classes")));
    }

    private static List<Column> columns(JsonNode described) {
        List<Column> columns = new ArrayList<>();
        for (JsonNode one : described) {
            Kind kind = Kind.valueOf(one.get("type").asString().toUpperCase(Locale.ROOT));
            columns.add(new Column(one.get("column").asString(), kind, texts(one.path("categories"))));
        }
        return columns;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asString()));
        return texts;
    }
}
