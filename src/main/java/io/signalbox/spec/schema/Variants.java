package io.signalbox.spec.schema;

import io.signalbox.spec.Names;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of a sealed interface by their names on the wire. */
final class Variants {

    static final String TYPE = "type";

    private static final ClassValue<Map<String, Class<?>>> VARIANTS = new ClassValue<>() {
        @Override
        protected Map<String, Class<?>> computeValue(Class<?> sealed) {
            Map<String, Class<?>> variants = new LinkedHashMap<>();
            Arrays.stream(sealed.getPermittedSubclasses()).forEach(record -> variants.put(name(record), record));
            return variants;
        }
    };

    private Variants() {}

    static Map<String, Class<?>> of(Class<?> sealed) {
        return VARIANTS.get(sealed);
    }

    /** The record of that name, or that is also named so; null for none. */
    static @Nullable Class<?> find(Map<String, Class<?>> variants, String name) {
        Class<?> record = variants.get(name);
        return record != null
                ? record
                : variants.values().stream()
                        .filter(variant -> {
                            AlsoNamed also = variant.getAnnotation(AlsoNamed.class);
                            return also != null && also.value().equals(name);
                        })
                        .findFirst()
                        .orElse(null);
    }

    static String name(Class<?> record) {
        return Names.snakeCase(record.getSimpleName());
    }
}
