package io.signalbox.server;

import java.time.Duration;

/**
 * How long this server has been up, by a clock that nobody can set. Whatever waits for a while, or bounds what something may take,
 * measures by this: {@link java.time.Clock} tells people when something was, and may jump by days either way.
 */
@FunctionalInterface
public interface Uptime {

    /** From some moment near the start on; without the time that the machine slept, where the system tells. */
    Duration now();

    /** Counts from now on. */
    static Uptime fromNow() {
        long begin = System.nanoTime();
        return () -> Duration.ofNanos(System.nanoTime() - begin);
    }
}
