package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import java.util.List;

/** Something kept up to date from the event stream, in the transaction that stores the events. */
public interface Projection {

    /** Takes in events of one job, new and in order. Throwing rolls all of it back. */
    void apply(long jobId, List<Event> events);

    /**
     * Whatever of that job is kept in memory is void: the transaction of an {@link #apply} was rolled back, or another server
     * takes events of it in.
     */
    default void forget(long jobId) {}
}
