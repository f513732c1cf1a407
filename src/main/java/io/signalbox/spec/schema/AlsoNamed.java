package io.signalbox.spec.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a record of a sealed interface: another {@code type} by which it may be given. On the wire it has its own. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface AlsoNamed {

    /** The other type. */
    String value();
}
