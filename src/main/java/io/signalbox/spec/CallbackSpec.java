package io.signalbox.spec;

import io.signalbox.spec.schema.Param;
import tools.jackson.databind.node.ObjectNode;

/**
 * A callback as the spec names it. What parameters a type has is the callback engine's knowledge: see {@link CallbackTypes}.
 *
 * @param type Keras' class name
 * @param name addresses it in commands; unique in a job; by default the type in snake case, {@code _2}, {@code _3} … for
 *     more of one type
 * @param params its parameters, every default filled in, without {@code type} and {@code name}
 */
public record CallbackSpec(
        @Param(value = "Keras' class name", maxLength = 128) String type,

        @Param(value = "Addresses it in commands; unique in a job", maxLength = 64, pattern = Names.FILE)
        String name,

        @Param("Its parameters, as the type has them") ObjectNode params) {}
