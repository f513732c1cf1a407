package io.signalbox.spec.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a record of a sealed interface: an object without {@code type} is of this type where it has a member named as the
 * type, which then stands for a component: {@code {residual: [...]}} for {@code {type: residual, layers: [...]}}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OrMember {

    /** The component that the member stands for. */
    String value();
}
