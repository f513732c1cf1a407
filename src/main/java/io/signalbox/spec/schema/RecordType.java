package io.signalbox.spec.schema;

import io.signalbox.spec.Names;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What reflection knows of a record, once for each.
 *
 * @param constructor the canonical one
 */
record RecordType(Class<?> type, List<Field> fields, Constructor<?> constructor) {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final ClassValue<RecordType> TYPES = new ClassValue<>() {
        @Override
        protected RecordType computeValue(Class<?> type) {
            return inspect(type);
        }
    };

    /**
     * A component.
     *
     * @param name on the wire
     * @param fallback what is bound where it is absent; null for none
     */
    record Field(
            String name,
            Type type,
            Param param,
            boolean nullable,
            @Nullable JsonNode fallback,
            Method accessor) {

        boolean required() {
            return fallback == null && !nullable;
        }
    }

    static RecordType of(Class<?> type) {
        return TYPES.get(type);
    }

    private static RecordType inspect(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            List<Field> fields =
                    Arrays.stream(components).map(RecordType::field).toList();
            return new RecordType(type, fields, constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException("Not a record: " + type.getName(), e);
        }
    }

    private static Field field(RecordComponent component) {
        Param param = component.getAnnotation(Param.class);
        if (param == null) {
            throw new IllegalArgumentException("Component without @Param: " + component);
        }
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        JsonNode fallback = param.defaultValue().isEmpty() ? null : MAPPER.readTree(param.defaultValue());
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        String name = param.name().isEmpty() ? Names.snakeCase(component.getName()) : param.name();
        return new Field(name, component.getGenericType(), param, nullable, fallback, accessor);
    }

    Object create(@Nullable Object[] values) {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("The constructor of " + type.getName() + " failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot create a " + type.getName(), e);
        }
    }

    static @Nullable Object value(Field field, Object record) {
        try {
            return field.accessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot read " + field.name() + " of " + record, e);
        }
    }
}
