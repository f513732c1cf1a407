package io.signalbox.server;

/** The disk of the home folder. */
@FunctionalInterface
public interface DiskSpace {

    /** Bytes that can still be written. */
    long usable();
}
