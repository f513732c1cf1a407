package io.signalbox.server.ingest;

import io.signalbox.server.ingest.EventStore.Stored;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of the jobs that told something last, so that those who read along need no database. Bounded;
 * thread-safe.
 */
final class RecentEvents {

    private static final int MOST_JOBS = 128;

    /** Of one job, in characters of JSON: a second or two of a trainer that tells every step. */
    private static final int MOST_CHARACTERS = 128 << 10;

    private final Map<Long, Newest> jobs = new LinkedHashMap<>(MOST_JOBS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Newest> eldest) {
            return size() > MOST_JOBS;
        }
    };

    /** @param events in order, none missing between them */
    synchronized void add(long jobId, List<Stored> events) {
        jobs.computeIfAbsent(jobId, id -> new Newest()).add(events);
    }

    /** Every event above {@code after}, in order; null where not all of them are held. */
    synchronized @Nullable List<Stored> after(long jobId, long after) {
        Newest newest = jobs.get(jobId);
        return newest == null ? null : newest.after(after);
    }

    private static final class Newest {

        private final Deque<Stored> events = new ArrayDeque<>();
        private int characters;

        void add(List<Stored> added) {
            for (Stored event : added) {
                if (!events.isEmpty() && events.getLast().seq() + 1 != event.seq()) {
                    events.clear();
                    characters = 0;
                }
                events.addLast(event);
                characters += event.body().length();
                while (characters > MOST_CHARACTERS) {
                    characters -= events.removeFirst().body().length();
                }
            }
        }

        @Nullable
        List<Stored> after(long after) {
            if (events.isEmpty() || after < events.getFirst().seq() - 1) {
                return null;
            }
            List<Stored> found = new ArrayList<>();
            Iterator<Stored> backwards = events.descendingIterator();
            while (backwards.hasNext()) {
                Stored event = backwards.next();
                if (event.seq() <= after) {
                    break;
                }
                found.add(event);
            }
            Collections.reverse(found);
            return found;
        }
    }
}
