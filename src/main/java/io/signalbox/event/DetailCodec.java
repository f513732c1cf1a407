package io.signalbox.event;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.JsonNode;

/** Writes and reads one kind of {@link EventDetail}: its record's components are its fields, in order, in snake case. */
final class DetailCodec {

    /** @param written the name, escaped and encoded once and for all */
    private record Field(String name, SerializableString written, FieldKind kind, boolean nullable, Method accessor) {}

    private final List<Field> fields;
    private final Constructor<?> constructor;

    DetailCodec(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        fields = Arrays.stream(components).map(DetailCodec::field).toList();
        try {
            constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field field(RecordComponent component) {
        String name = snakeCase(component.getName());
        return new Field(
                name,
                new SerializedString(name),
                FieldKind.of(component.getGenericType()),
                component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                component.getAccessor());
    }

    static String snakeCase(String camelCase) {
        return camelCase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    void write(JsonGenerator json, EventDetail detail) {
        for (Field field : fields) {
            json.writeName(field.written());
            Object value = value(field, detail);
            if (value == null) {
                json.writeNull();
            } else {
                field.kind().write(json, value);
            }
        }
    }

    private static @Nullable Object value(Field field, EventDetail detail) {
        try {
            return field.accessor().invoke(detail);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    EventDetail read(JsonNode json) {
        @Nullable Object[] values = new @Nullable Object[fields.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = read(fields.get(i), json.get(fields.get(i).name()));
        }
        try {
            return (EventDetail) constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static @Nullable Object read(Field field, @Nullable JsonNode json) {
        if (json == null || json.isNull()) {
            if (field.nullable()) {
                return null;
            }
            throw new IllegalArgumentException(field.name() + ": is missing");
        }
        try {
            return field.kind().read(json);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field.name() + ": " + e.getMessage(), e);
        }
    }
}
