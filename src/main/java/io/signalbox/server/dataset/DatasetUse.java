package io.signalbox.server.dataset;

/** Knows which datasets cannot be deleted now. */
@FunctionalInterface
public interface DatasetUse {

    /** Whether a job that has not ended trains on, or validates with, that dataset. */
    boolean inUse(String dataset);
}
