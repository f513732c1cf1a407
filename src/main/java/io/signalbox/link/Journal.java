package io.signalbox.link;

import io.signalbox.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The trainer's file of events, written before they are sent. */
public final class Journal {

    private Journal() {}

    /**
     * Events of a journal above {@code afterSeq}, in order, for a server that finds a trainer dead. A torn tail is left
     * out; at most {@code limit} at a time.
     */
    public static List<Event> read(Path file, long afterSeq, int limit) throws IOException {
        throw new UnsupportedOperationException();
    }
}
