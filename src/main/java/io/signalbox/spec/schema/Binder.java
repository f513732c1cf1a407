package io.signalbox.spec.schema;

import io.signalbox.spec.Problem;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Binds JSON to records whose components carry {@link Param}, collecting every fault. Nothing is coerced: {@code "10"} is
 * no integer ({@code 1.0} is one). An explicit null stands for absent where a component is {@code @Nullable}.
 *
 * <p>Components may be int, long, double, boolean, String, enums, {@code List} of these, records, sealed interfaces of
 * records (an object whose {@code type} names the record in snake case), boxed and {@code @Nullable} ones, and
 * {@code ObjectNode} for an object taken as it is, {@code JsonNode} for anything. Records that are {@link Constrained} are asked for their own rules.
 */
public final class Binder {

    private Binder() {}

    /**
     * Binds an object.
     *
     * @param pointer where it stands, for the problems: {@code #/callbacks/0}
     * @param problems what is found is added here, at most {@link Problem#MAX_REPORTED} in all
     * @return the record, or null if there was a problem in it
     */
    public static <R extends Record> @Nullable R bind(
            ObjectNode node, Class<R> type, String pointer, List<Problem> problems) {
        return type.cast(new Reader(new Faults(problems)).object(node, type, pointer));
    }

    /** Binds an object with a {@code type} to that record of a sealed interface, as {@link #bind} does. */
    public static <S> @Nullable S bindVariant(JsonNode node, Class<S> sealed, String pointer, List<Problem> problems) {
        return sealed.cast(new Reader(new Faults(problems)).object(node, sealed, pointer));
    }

    /** The record as JSON, every default in it, absent optional components left out. */
    public static ObjectNode toJson(Record record) {
        return Writer.object(record);
    }

    /** A record of a sealed interface as JSON, its {@code type} first. */
    public static ObjectNode variantToJson(Record record) {
        return Writer.variant(record);
    }

    /** The JSON Schema (2020-12) of a record, with descriptions, defaults and ranges. */
    public static ObjectNode schema(Class<? extends Record> type) {
        return new JsonSchema().type(type);
    }

    /** The JSON Schema of each record of a sealed interface, its {@code type} included, by that type. */
    public static Map<String, ObjectNode> variantSchemas(Class<?> sealed) {
        Map<String, ObjectNode> schemas = new LinkedHashMap<>();
        Variants.of(sealed).forEach((name, record) -> schemas.put(name, new JsonSchema().variant(record)));
        return Collections.unmodifiableMap(schemas);
    }

    /** What {@code type} may be for a sealed interface. */
    public static Set<String> variantNames(Class<?> sealed) {
        return Collections.unmodifiableSet(Variants.of(sealed).keySet());
    }

    /** The {@code type} of a record of a sealed interface. */
    public static String variantName(Record record) {
        return Variants.name(record.getClass());
    }
}
