package io.signalbox.spec.schema;

import io.signalbox.spec.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks an object against the JSON Schema of a record, where the record itself is not at hand: types, ranges, lengths,
 * patterns, choices, what is required and what is unknown, and fills defaults in. It knows what {@link Binder#schema}
 * writes. Rules of the record's own ({@link Constrained}) stay for whoever has it.
 */
public final class SchemaReader {

    private final Faults faults;

    private SchemaReader(Faults faults) {
        this.faults = faults;
    }

    /**
     * Checks an object.
     *
     * @param pointer where it stands
     * @param problems what is found is added here
     * @return it with every default in it, or null if there was a problem
     */
    public static @Nullable ObjectNode read(ObjectNode given, JsonNode schema, String pointer, List<Problem> problems) {
        Faults faults = new Faults(problems);
        int before = faults.count();
        ObjectNode read = new SchemaReader(faults).object(given, schema, pointer);
        return faults.count() > before ? null : read;
    }

    private ObjectNode object(ObjectNode given, JsonNode schema, String pointer) {
        ObjectNode read = JsonNodeFactory.instance.objectNode();
        JsonNode properties = schema.path("properties");
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asString()));
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            JsonNode value = given.get(property.getKey());
            String at = Problem.member(pointer, property.getKey());
            if (value == null || value.isNull()) {
                if (required.contains(property.getKey())) {
                    faults.add(at, "required", "is required");
                }
                value = property.getValue().get("default");
            }
            if (value != null) {
                check(value, property.getValue(), at);
                read.set(property.getKey(), value);
            }
        }
        for (String name : given.propertyNames()) {
            if (!properties.has(name) && !schema.path("additionalProperties").asBoolean(true)) {
                String hint = Suggestion.hint(name, properties.propertyNames());
                faults.add(
                        Problem.member(pointer, name),
                        "unknown-field",
                        "there is no " + Problem.echo(name) + " here" + hint);
            } else if (!properties.has(name)) {
                read.set(name, given.get(name));
            }
        }
        return read;
    }

    private void check(JsonNode value, JsonNode schema, String pointer) {
        if (schema.has("oneOf")) {
            oneOf(value, schema, pointer);
        } else if (schema.has("const")) {
            choice(value, JsonNodeFactory.instance.arrayNode().add(schema.get("const")), pointer);
        } else if (schema.has("enum")) {
            choice(value, (ArrayNode) schema.get("enum"), pointer);
        } else {
            typed(value, schema, pointer);
        }
    }

    /** The faults told are those of the last alternative: a word that may stand for a value comes first. */
    private void oneOf(JsonNode value, JsonNode schema, String pointer) {
        JsonNode last = schema;
        for (JsonNode alternative : schema.get("oneOf")) {
            List<Problem> problems = new ArrayList<>();
            new SchemaReader(new Faults(problems)).check(value, alternative, pointer);
            if (problems.isEmpty()) {
                return;
            }
            last = alternative;
        }
        check(value, last, pointer);
    }

    private void choice(JsonNode value, ArrayNode allowed, String pointer) {
        for (JsonNode one : allowed) {
            if (one.equals(value)) {
                return;
            }
        }
        List<String> names = new ArrayList<>();
        allowed.forEach(one -> names.add(one.asString()));
        faults.add(pointer, "enum", "must be one of " + String.join(", ", names) + "; was " + Scalars.shown(value));
    }

    private void typed(JsonNode value, JsonNode schema, String pointer) {
        String type = schema.path("type").asString("");
        boolean fits = switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "number" -> value.isNumber();
            case "integer" -> value.isNumber() && isWhole(value);
            default -> true;
        };
        if (!fits) {
            faults.add(pointer, "type." + type, "must be of type " + type + ", was " + Scalars.shown(value));
        } else if (value instanceof ObjectNode object) {
            object(object, schema, pointer);
        } else if (value instanceof ArrayNode list) {
            list(list, schema, pointer);
        } else if (value.isNumber()) {
            number(value.decimalValue(), schema, pointer);
        } else if (value.isString()) {
            text(value.stringValue(), schema, pointer);
        }
    }

    private static boolean isWhole(JsonNode value) {
        return Double.isFinite(value.doubleValue())
                && value.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    private void list(ArrayNode list, JsonNode schema, String pointer) {
        if (list.size() < schema.path("minItems").asInt(0)
                || list.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
            faults.add(pointer, "count", "must not have " + list.size() + " elements");
        }
        for (int i = 0; i < list.size() && !faults.full(); i++) {
            check(list.get(i), schema.path("items"), pointer + "/" + i);
        }
    }

    private void number(BigDecimal value, JsonNode schema, String pointer) {
        JsonNode least = schema.path("minimum");
        JsonNode above = schema.path("exclusiveMinimum");
        JsonNode most = schema.path("maximum");
        JsonNode below = schema.path("exclusiveMaximum");
        if (least.isNumber() && value.compareTo(least.decimalValue()) < 0) {
            faults.add(pointer, "range.min", "must be " + least + " or more, was " + value);
        } else if (above.isNumber() && value.compareTo(above.decimalValue()) <= 0) {
            faults.add(pointer, "range.min", "must be more than " + above + ", was " + value);
        } else if (most.isNumber() && value.compareTo(most.decimalValue()) > 0) {
            faults.add(pointer, "range.max", "must be at most " + most + ", was " + value);
        } else if (below.isNumber() && value.compareTo(below.decimalValue()) >= 0) {
            faults.add(pointer, "range.max", "must be less than " + below + ", was " + value);
        }
    }

    private void text(String value, JsonNode schema, String pointer) {
        int length = value.codePointCount(0, value.length());
        if (length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
            faults.add(
                    pointer, "length", "must have at most " + schema.get("maxLength") + " characters, had " + length);
        } else if (schema.has("pattern")
                && !Pattern.compile(schema.get("pattern").asString())
                        .matcher(value)
                        .find()) {
            faults.add(
                    pointer, "format", "must look like " + schema.get("pattern").asString());
        }
    }
}
