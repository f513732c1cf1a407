package io.signalbox.spec;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The callbacks there are, as far as a spec must know them. The callback engine implements it. */
public interface CallbackTypes {

    /** Every type's name. */
    Set<String> types();

    /** The record, annotated with {@link io.signalbox.spec.schema.Param}, of a type's parameters; null for no such type. */
    @Nullable
    Class<? extends Record> parameters(String type);
}
