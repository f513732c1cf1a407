package io.signalbox.spec.schema;

import io.signalbox.spec.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Binds JSON to records whose components carry {@link Param}, collecting every fault. */
public final class Binder {

    private Binder() {}

    /**
     * Binds an object.
     *
     * @param pointer where it stands, for the problems: {@code #/callbacks/0}
     * @param problems what is found is added here
     * @return the record, or null if there was a problem in it
     */
    public static <R extends Record> @Nullable R bind(
            ObjectNode node, Class<R> type, String pointer, List<Problem> problems) {
        throw new UnsupportedOperationException();
    }

    /** The record as JSON, every default in it, absent optional components left out. */
    public static ObjectNode toJson(Record record) {
        throw new UnsupportedOperationException();
    }

    /** The JSON Schema (2020-12) of a record, with descriptions, defaults and ranges. */
    public static ObjectNode schema(Class<? extends Record> type) {
        throw new UnsupportedOperationException();
    }
}
