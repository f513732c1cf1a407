package io.signalbox.server.ingest;

import io.signalbox.event.Event;
import java.util.List;

/** Events of one job were committed. Listeners must be quick: the trainer waits for its acknowledgement. */
public record EventsCommitted(long jobId, List<Event> events) {}
