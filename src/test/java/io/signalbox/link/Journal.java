package io.signalbox.link;

import io.signalbox.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A whole journal at once, for tests to look at. */
public final class Journal {

    private Journal() {}

    /** At most {@code limit} events above {@code afterSeq}, as {@link JournalReader} reads them. */
    public static List<Event> read(Path file, long afterSeq, int limit) throws IOException {
        try (JournalReader reader = new JournalReader(file, afterSeq)) {
            return reader.next(limit);
        }
    }
}
