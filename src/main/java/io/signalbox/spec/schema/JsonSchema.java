package io.signalbox.spec.schema;

import io.signalbox.spec.schema.RecordType.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema (2020-12) of records. */
final class JsonSchema {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Types being described, so that one that holds itself ends. */
    private final Set<Class<?>> open = new HashSet<>();

    /** Of a record, or of a sealed interface as a choice. */
    ObjectNode type(Class<?> type) {
        if (!open.add(type)) {
            return NODES.objectNode().put("type", "object");
        }
        ObjectNode schema = type.isSealed() ? choice(type) : record(type);
        open.remove(type);
        return schema;
    }

    private ObjectNode choice(Class<?> sealed) {
        ObjectNode schema = NODES.objectNode();
        ArrayNode options = schema.putArray("oneOf");
        if (sealed.isAnnotationPresent(OrName.class)) {
            ObjectNode name = options.addObject().put("type", "string");
            name.set("enum", texts(Variants.of(sealed).keySet()));
        }
        OrText orText = sealed.getAnnotation(OrText.class);
        if (orText != null) {
            Class<?> record = Objects.requireNonNull(Variants.of(sealed).get(orText.value()), orText.value());
            options.add(record(record).get("properties").get(orText.value()));
        }
        Variants.of(sealed).values().forEach(record -> options.add(variant(record)));
        return schema;
    }

    /** Of a record of a sealed interface: with its {@code type}. */
    ObjectNode variant(Class<?> record) {
        ObjectNode schema = record(record);
        ObjectNode properties = NODES.objectNode();
        properties.putObject(Variants.TYPE).put("const", Variants.name(record));
        properties.setAll((ObjectNode) schema.get("properties"));
        schema.set("properties", properties);
        ArrayNode required = NODES.arrayNode().add(Variants.TYPE);
        if (schema.get("required") instanceof ArrayNode others) {
            required.addAll(others);
        }
        return (ObjectNode) schema.set("required", required);
    }

    private ObjectNode record(Class<?> record) {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        Described described = record.getAnnotation(Described.class);
        if (described != null) {
            schema.put("description", described.value());
        }
        ObjectNode properties = schema.putObject("properties");
        List<Field> fields = RecordType.of(record).fields();
        fields.forEach(field -> properties.set(field.name(), field(field)));
        List<String> required =
                fields.stream().filter(Field::required).map(Field::name).toList();
        if (!required.isEmpty()) {
            schema.set("required", texts(required));
        }
        return schema.put("additionalProperties", false);
    }

    private ObjectNode field(Field field) {
        ObjectNode schema = value(field.type(), field.param());
        String word = field.param().orWord();
        if (!word.isEmpty()) {
            ObjectNode either = NODES.objectNode().put("default", word);
            ArrayNode options = either.putArray("oneOf").add(NODES.objectNode().put("const", word));
            if (!field.param().wordForOne().isEmpty()) {
                options.addObject().put("const", field.param().wordForOne());
            }
            options.add(schema);
            schema = either;
        }
        schema.put("description", field.param().value());
        if (!field.param().unit().isEmpty()) {
            schema.put("unit", field.param().unit());
        }
        if (field.param().secret()) {
            schema.put("writeOnly", true);
        }
        if (field.fallback() != null) {
            schema.set("default", field.fallback().deepCopy());
        }
        return schema;
    }

    private ObjectNode value(Type type, Param param) {
        if (type instanceof ParameterizedType list) {
            return list(list.getActualTypeArguments()[0], param);
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isRecord() || raw.isSealed()) {
            return type(raw);
        }
        if (raw == JsonNode.class) {
            return NODES.objectNode();
        }
        if (raw == ObjectNode.class) {
            return NODES.objectNode().put("type", "object");
        }
        return scalar(raw, param);
    }

    private ObjectNode list(Type element, Param param) {
        ObjectNode schema = NODES.objectNode().put("type", "array");
        schema.set("items", value(element, param));
        if (param.minItems() > 0) {
            schema.put("minItems", param.minItems());
        }
        if (param.maxItems() < Integer.MAX_VALUE) {
            schema.put("maxItems", param.maxItems());
        }
        if (param.unique()) {
            schema.put("uniqueItems", true);
        }
        if (!param.orOne()) {
            return schema;
        }
        ObjectNode either = NODES.objectNode();
        either.putArray("oneOf").add(value(element, param)).add(schema);
        return either;
    }

    private static ObjectNode scalar(Class<?> type, Param param) {
        ObjectNode schema = NODES.objectNode();
        if (type == boolean.class || type == Boolean.class) {
            return schema.put("type", "boolean");
        }
        if (type.isEnum()) {
            return (ObjectNode) schema.put("type", "string").set("enum", texts(Scalars.names(type)));
        }
        if (type == String.class) {
            return text(schema.put("type", "string"), param);
        }
        boolean fractional = type == double.class || type == Double.class;
        bound(schema, param.exclusiveMin() ? "exclusiveMinimum" : "minimum", param.min());
        bound(schema, param.exclusiveMax() ? "exclusiveMaximum" : "maximum", param.max());
        return schema.put("type", fractional ? "number" : "integer");
    }

    private static ObjectNode text(ObjectNode schema, Param param) {
        if (param.oneOf().length > 0) {
            return (ObjectNode) schema.set("enum", texts(Arrays.asList(param.oneOf())));
        }
        if (!param.pattern().isEmpty()) {
            schema.put("pattern", "^(?:" + param.pattern() + ")$");
        }
        return schema.put("maxLength", param.maxLength());
    }

    private static void bound(ObjectNode schema, String keyword, double bound) {
        if (Double.isFinite(bound)) {
            boolean integral = bound == Math.rint(bound) && Math.abs(bound) < Long.MAX_VALUE;
            schema.set(
                    keyword, integral ? NODES.numberNode((long) bound) : NODES.numberNode(BigDecimal.valueOf(bound)));
        }
    }

    private static ArrayNode texts(Collection<String> texts) {
        ArrayNode array = NODES.arrayNode();
        texts.forEach(array::add);
        return array;
    }
}
