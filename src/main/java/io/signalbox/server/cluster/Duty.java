package io.signalbox.server.cluster;

import org.springframework.context.SmartLifecycle;

/**
 * What one server at a time does: the one that leads. Started when this server begins to lead, by {@code @Order}; stopped, in
 * the opposite order, when it leads no more, and perhaps started again later.
 */
public interface Duty extends SmartLifecycle {

    /** {@link Leadership} starts it. */
    @Override
    default boolean isAutoStartup() {
        return false;
    }
}
