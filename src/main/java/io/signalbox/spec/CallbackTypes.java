package io.signalbox.spec;

import io.signalbox.spec.schema.Binder;
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
}
