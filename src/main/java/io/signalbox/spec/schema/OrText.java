package io.signalbox.spec.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a sealed interface: a bare text may stand for the object of one of its types that has nothing but that text, in the
 * component named as the type.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OrText {

    /** The type, and the component of its record that holds the text. */
    String value();
}
