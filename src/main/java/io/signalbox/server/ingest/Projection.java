package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import java.util.List;
import java.util.Map;

/** Something kept up to date from the event stream, in the transaction that stores the events. */
public interface Projection {

    /** Takes in what jobs told, in one transaction: of each one or more events, new and in order. Throwing rolls all of it back. */
    void apply(Map<Long, List<Event>> events);

    /**
     * Whatever of that job is kept in memory is void: the transaction of an {@link #apply} was rolled back, or another server
     * takes events of it in.
     */
    default void forget(long jobId) {}
}
