package io.signalbox.spec.schema;

import io.signalbox.spec.schema.RecordType.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns records into the JSON that {@link Reader} takes. */
final class Writer {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Writer() {}

    static ObjectNode object(Object record) {
        return fill(NODES.objectNode(), record);
    }

    static ObjectNode variant(Object record) {
        return fill(NODES.objectNode().put(Variants.TYPE, Variants.name(record.getClass())), record);
    }

    private static JsonNode variant(Object record, Class<?> sealed) {
        ObjectNode full = variant(record);
        OrText orText = sealed.getAnnotation(OrText.class);
        boolean text = orText != null && full.get(Variants.TYPE).stringValue().equals(orText.value());
        return text ? full.get(orText.value()) : full;
    }

    private static ObjectNode fill(ObjectNode node, Object record) {
        for (Field field : RecordType.of(record.getClass()).fields()) {
            Object value = RecordType.value(field, record);
            if (value != null) {
                node.set(field.name(), value(value, field.type(), field.param().orOne()));
            } else if (!field.param().orWord().isEmpty()) {
                node.put(field.name(), field.param().orWord());
            }
        }
        return node;
    }

    private static JsonNode value(Object value, Type type, boolean orOne) {
        if (type instanceof ParameterizedType listType) {
            List<?> list = (List<?>) value;
            Type element = listType.getActualTypeArguments()[0];
            return orOne && list.size() == 1 ? value(list.get(0), element, false) : list(list, element);
        }
        Class<?> raw = (Class<?>) type;
        if (raw.isSealed()) {
            return isNameEnough(value, raw) ? NODES.stringNode(Variants.name(value.getClass())) : variant(value, raw);
        }
        return raw.isRecord() ? object(value) : scalar(value);
    }

    private static ArrayNode list(List<?> list, Type element) {
        ArrayNode array = NODES.arrayNode(list.size());
        list.forEach(value -> array.add(value(value, element, false)));
        return array;
    }

    private static boolean isNameEnough(Object value, Class<?> sealed) {
        return sealed.isAnnotationPresent(OrName.class)
                && value.equals(new Reader(new Faults(new ArrayList<>()))
                        .object(NODES.stringNode(Variants.name(value.getClass())), sealed, "#"));
    }

    private static JsonNode scalar(Object value) {
        if (value instanceof Integer number) {
            return NODES.numberNode(number.intValue());
        }
        if (value instanceof Long number) {
            return NODES.numberNode(number.longValue());
        }
        if (value instanceof Double number) {
            return NODES.numberNode(number.doubleValue());
        }
        if (value instanceof Boolean flag) {
            return NODES.booleanNode(flag);
        }
        if (value instanceof Enum<?> constant) {
            return NODES.stringNode(constant.name().toLowerCase(Locale.ROOT));
        }
        return value instanceof JsonNode node ? node.deepCopy() : NODES.stringNode((String) value);
    }
}
