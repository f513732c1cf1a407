package io.signalbox.link;

import io.signalbox.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The trainer's file of events, written ({@link JournalWriter}) before they are sent. */
public final class Journal {

    private Journal() {}

    /**
     * Events of a journal above {@code afterSeq}, in order, for a server that finds a trainer dead. A torn tail is left
     * out; what other damage took away is replaced by Log events, see {@link JournalReader}. At most {@code limit} at a
     * time; each call reads from the front, so for long journals take a {@link JournalReader}.
     *
     * @param afterSeq the last event of the job that is held already
     */
    public static List<Event> read(Path file, long afterSeq, int limit) throws IOException {
        try (JournalReader reader = new JournalReader(file, afterSeq)) {
            return reader.next(limit);
        }
    }
}
