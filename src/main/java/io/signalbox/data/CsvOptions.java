package io.signalbox.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a CSV file is to be read.
 *
 * @param separator between fields
 * @param target columns to predict; empty for the last one
 */
record CsvOptions(char separator, List<String> target) {

    private static final String SEPARATORS = ",;\t";

    /** Reads options that {@link #of} once accepted. */
    static CsvOptions accepted(ObjectNode options) {
        Problems problems = new Problems();
        CsvOptions accepted = of(options, problems);
        problems.throwIfAny();
        return accepted;
    }

    static CsvOptions of(ObjectNode options, Problems problems) {
        char separator = ',';
        List<String> target = List.of();
        for (Map.Entry<String, JsonNode> option : options.properties()) {
            switch (option.getKey()) {
                case "separator" -> separator = separator(option.getValue(), problems);
                case "target" -> target = target(option.getValue(), problems);
                default ->
                    problems.add(
                            "#/options/" + Problems.echo(option.getKey()),
                            "unknown-field",
                            "csv takes the options target and separator");
            }
        }
        return new CsvOptions(separator, target);
    }

    private static char separator(JsonNode value, Problems problems) {
        String text = value.isString() ? value.stringValue() : "";
        if (text.length() == 1 && SEPARATORS.contains(text)) {
            return text.charAt(0);
        }
        problems.add("#/options/separator", "enum", "must be \",\", \";\" or a tab");
        return ',';
    }

    private static List<String> target(JsonNode value, Problems problems) {
        List<String> columns = new ArrayList<>();
        if (value.isString()) {
            columns.add(value.stringValue());
        } else if (value.isArray()) {
            for (JsonNode column : value) {
                columns.add(column.isString() ? column.stringValue() : "");
            }
        }
        if (columns.isEmpty()
                || columns.contains("")
                || columns.stream().distinct().count() < columns.size()) {
            problems.add("#/options/target", "type", "must be a column's name or a list of different ones");
            return List.of();
        }
        return columns;
    }
}
