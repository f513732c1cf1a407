package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.schedule.ScheduleSpec;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The parameter tables of {@code docs/callbacks.md} are those of the schemas that {@code GET /catalogue/callbacks} answers.
 * To write them anew: {@code ./mvnw -DskipFrontend -Dtest=CallbackDocsTest -Ddocs.write test}.
 */
class CallbackDocsTest {

    private static final Path FILE = Path.of("docs", "callbacks.md");
    private static final String BEGIN = "<!-- generated: begin";
    private static final String END = "<!-- generated: end -->";

    private final Callbacks callbacks = new Callbacks();

    @Test
    void tellsEveryParameterAsTheCatalogueDoes() throws IOException {
        String page = Files.readString(FILE);
        int begin = page.indexOf('\n', page.indexOf(BEGIN)) + 1;
        int end = page.indexOf(END);
        if (System.getProperty("docs.write") != null) {
            Files.writeString(FILE, page.substring(0, begin) + tables() + page.substring(end));
            return;
        }

        assertThat(page.substring(begin, end))
                .as("docs/callbacks.md is out of date; write it anew with -Dtest=CallbackDocsTest -Ddocs.write")
                .isEqualTo(tables());
    }

    private String tables() {
        return callbacks.types().stream()
                        .sorted()
                        .map(type -> table(type, Binder.schema(Objects.requireNonNull(callbacks.parameters(type)))))
                        .collect(Collectors.joining())
                + "\n## Every schedule\n"
                + Binder.variantSchemas(ScheduleSpec.class).entrySet().stream()
                        .map(schedule -> table(schedule.getKey(), schedule.getValue()))
                        .collect(Collectors.joining());
    }

    private static String table(String type, JsonNode schema) {
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
            return schema.get("oneOf")
                    .valueStream()
                    .map(CallbackDocsTest::typeOf)
                    .distinct()
                    .collect(Collectors.joining(" or "));
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
                    .map(CallbackDocsTest::rangeOf)
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
