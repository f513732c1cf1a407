package io.signalbox.spec.schema;

import io.signalbox.spec.Names;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

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

    static String name(Class<?> record) {
        return Names.snakeCase(record.getSimpleName());
    }
}
