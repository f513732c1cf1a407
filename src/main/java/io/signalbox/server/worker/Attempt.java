package io.signalbox.server.worker;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that a trainer has now. Confined to the pool's thread but for its fields, which do not change.
 *
 * @param process the trainer's process; null for one found running that has not connected yet
 * @param own whether this server started it, so that its exit is seen at once; else its lock tells
 * @param oomKills {@link OomKills} until it began
 */
record Attempt(
        long jobId,
        int number,
        @Nullable ProcessHandle process,
        @Nullable Process own,
        Instant startedAt,
        long oomKills) {

    Attempt withProcess(ProcessHandle found) {
        return new Attempt(jobId, number, found, own, startedAt, oomKills);
    }
}
