package io.signalbox.callback;

/**
 * A type of callback that specs can name. A plugin is a jar with implementations of this that {@code
 * META-INF/services/io.signalbox.callback.CallbackType} names, each with a public constructor without parameters.
 *
 * @param <P> the parameters: a public record whose components carry {@link io.signalbox.spec.schema.Param}
 */
public interface CallbackType<P extends Record> {

    /** What stands as {@code type} in a spec: {@code EarlyStopping}. */
    String name();

    /** The parameters. */
    Class<P> params();

    /**
     * A callback of this type.
     *
     * @param name addresses it in commands and events; unique within a run
     * @param params checked
     */
    Callback create(String name, P params);
}
