package io.signalbox.callback;

import org.jspecify.annotations.Nullable;

/** A callback that watches one metric and remembers its best value, as {@code keras.callbacks.MonitorCallback} is. */
public interface MonitorCallback extends Callback {

    /** The best value so far; null before there is one. */
    @Nullable
    Double best();
}
