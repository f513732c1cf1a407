package io.signalbox.spec;

import io.signalbox.spec.schema.Binder;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The callbacks there are, as far as a spec must know them. The callback engine implements it. */
public interface CallbackTypes {

    /** Every type's name. */
    Set<String> types();

    /** The record, annotated with {@link io.signalbox.spec.schema.Param}, of a type's parameters; null for no such type. */
    @Nullable
    Class<? extends Record> parameters(String type);

    /** The JSON Schema of a type's parameters; null for no such type. */
    default @Nullable ObjectNode schema(String type) {
        Class<? extends Record> parameters = parameters(type);
        return parameters == null ? null : Binder.schema(parameters);
    }

    /**
     * Checks the parameters of a type that there is.
     *
     * @param pointer where they stand
     * @param problems what is found is added here
     * @return them with every default filled in, or null if there was a problem
     */
    default @Nullable ObjectNode bind(String type, ObjectNode given, String pointer, List<Problem> problems) {
        Class<? extends Record> parameters = parameters(type);
        Record bound = parameters == null ? null : Binder.bind(given, parameters, pointer, problems);
        return bound == null ? null : Binder.toJson(bound);
    }

    /** Why there may be fewer types than were meant to be: a sentence for each plugin that could not be loaded. */
    default List<String> faults() {
        return List.of();
    }
}
