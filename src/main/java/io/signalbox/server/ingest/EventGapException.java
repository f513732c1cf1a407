package io.signalbox.server.ingest;

/** A trainer sent an event before those that come first; it sends on from there on a new connection. */
public final class EventGapException extends RuntimeException {

    EventGapException(long jobId, long expected, long found) {
        super("job " + jobId + ": expected event " + expected + ", got " + found
                + "; the trainer sends on from the gap after it reconnects");
    }
}
