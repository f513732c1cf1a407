package io.signalbox.server.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says of the {@link SpecBody} that a method takes what it holds, for the OpenAPI document, and how long it may be. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface BodyOf {

    /** The record that the body is bound to. */
    Class<? extends Record> value();

    /** Most bytes. YAML may have no more than {@link SpecBody#LONGEST}. */
    int longest() default SpecBody.LONGEST;
}
