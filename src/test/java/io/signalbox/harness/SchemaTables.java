package io.signalbox.harness;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Tables of parameters for the documentation, in Markdown, out of the schemas that the catalogue answers. */
public final class SchemaTables {

    private static final int MANY = 30;

    private SchemaTables() {}

    /**
     * A section on one entry of the catalogue.
     *
     * @param type its name, the heading
     * @param schema of its JSON
     */
    public static String of(String type, JsonNode schema) {
        String description = schema.path("description").asString("");
        String rows = schema.get("properties").properties().stream()
                .filter(parameter -> !parameter.getValue().has("const"))
                .map(parameter -> row(parameter, required(schema, parameter.getKey())))
                .collect(Collectors.joining());
        return "\n### " + type + "\n\n" + (description.isEmpty() ? "" : description + ".\n\n")
                + (rows.isEmpty()
                        ? "It has no parameters.\n"
                        : "| parameter | type | default | range | unit | meaning |\n| --- | --- | --- | --- | --- | --- |\n"
                                + rows);
    }

    private static boolean required(JsonNode schema, String name) {
        return schema.path("required")
                .valueStream()
                .anyMatch(node -> node.stringValue().equals(name));
    }

    private static String row(Map.Entry<String, JsonNode> parameter, boolean required) {
        JsonNode schema = parameter.getValue();
        String fallback = schema.has("default") ? code(schema.get("default").toString()) : required ? "required" : "";
        return "| `" + parameter.getKey() + "` | " + typeOf(schema) + " | " + fallback + " | " + rangeOf(schema) + " | "
                + schema.path("unit").asString("") + " | "
                + cell(schema.path("description").asString("")) + " |\n";
    }

    private static String typeOf(JsonNode schema) {
        if (schema.has("oneOf")) {
            List<String> types = schema.get("oneOf")
                    .valueStream()
                    .map(SchemaTables::typeOf)
                    .distinct()
                    .toList();
            return types.size() > MANY ? "object" : String.join(" or ", types);
        }
        JsonNode variant = schema.path("properties").path("type").path("const");
        if (variant.isString()) {
            return variant.stringValue();
        }
        if (schema.has("const")) {
            return code(schema.get("const").toString());
        }
        String type = schema.path("type").asString("any");
        return type.equals("array") ? "list of " + typeOf(schema.get("items")) : type;
    }

    private static String rangeOf(JsonNode schema) {
        if (schema.has("oneOf")) {
            return schema.get("oneOf")
                    .valueStream()
                    .filter(option -> !option.path("type").asString("").equals("object"))
                    .map(SchemaTables::rangeOf)
                    .filter(range -> !range.isEmpty())
                    .distinct()
                    .collect(Collectors.joining("; "));
        }
        if (schema.has("items")) {
            return rangeOf(schema.get("items"));
        }
        if (schema.has("enum")) {
            return schema.get("enum")
                    .valueStream()
                    .map(value -> code(value.toString()))
                    .collect(Collectors.joining(", "));
        }
        String least = bound(schema, "minimum", "≥ ") + bound(schema, "exclusiveMinimum", "> ");
        String most = bound(schema, "maximum", "≤ ") + bound(schema, "exclusiveMaximum", "< ");
        return least + (least.isEmpty() || most.isEmpty() ? "" : ", ") + most;
    }

    private static String bound(JsonNode schema, String keyword, String sign) {
        return schema.has(keyword) ? sign + schema.get(keyword).asString() : "";
    }

    private static String code(String text) {
        return "`" + cell(text) + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
