package io.signalbox.spec.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one parameter, a component of a record, to users: its JSON Schema, its range, its default. On the wire the
 * component's name is in snake case. A component without default that is not {@code @Nullable} is required.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Param {

    /** What it does, in a sentence, with its unit. */
    String value();

    /** Its name on the wire where a Java name cannot be that; empty for the component's own. */
    String name() default "";

    /** What it counts, for people: {@code epochs}, {@code batches}, {@code seconds}; empty for what has no unit. */
    String unit() default "";

    /** The default as JSON text ({@code "\"val_loss\""}, {@code "0.1"}); empty for none. */
    String defaultValue() default "";

    /** Smallest value allowed; of a list, of each element. */
    double min() default Double.NEGATIVE_INFINITY;

    /** Largest value allowed; of a list, of each element. */
    double max() default Double.POSITIVE_INFINITY;

    /** Whether {@link #min} itself is not allowed. */
    boolean exclusiveMin() default false;

    /** Whether {@link #max} itself is not allowed. */
    boolean exclusiveMax() default false;

    /** Allowed values of a text; empty for any. */
    String[] oneOf() default {};

    /** A regular expression that a text must match whole; empty for any. */
    String pattern() default "";

    /** Fewest elements of a list. */
    int minItems() default 0;

    /** Most elements of a list. */
    int maxItems() default Integer.MAX_VALUE;

    /** Longest text, in characters. */
    int maxLength() default 1024;

    /** Whether no two elements of a list may be equal. */
    boolean unique() default false;

    /** Whether one element may stand for a list of one. */
    boolean orOne() default false;

    /** Whether the value is a secret: shown to nobody once it was given. */
    boolean secret() default false;

    /** A text that may stand for the absence of an optional value, and does so on the wire; empty for none. */
    String orWord() default "";

    /** With {@link #orWord}: a text that may stand for 1; empty for none. On the wire it is the number. */
    String wordForOne() default "";
}
