package io.signalbox.server.worker;

import io.signalbox.event.JobState;
import io.signalbox.server.Uptime;
import io.signalbox.spec.Resources;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether trainers keep to the memory and the time that their jobs may take. A trainer watches itself and stops in order, with
 * a checkpoint; this is for one that does not come to it. Used by one thread.
 */
final class Limits {

    /** So long a trainer may hold more memory than its job may, to write a checkpoint and end by itself. */
    private static final Duration MEMORY_GRACE = Duration.ofSeconds(30);

    /** So many times what it may, and it is ended at once, before the whole machine suffers. */
    private static final double FAR_OVER = 1.5;

    /** So much longer than it may a trainer may take, to come to a boundary and write a checkpoint. */
    private static final Duration TIME_GRACE = Duration.ofMinutes(2);

    /** Between two looks no more than this is counted: the machine may have slept, where the clock goes on then. */
    private static final Duration LONGEST_LAP = Duration.ofSeconds(5);

    private final JsonMapper json;
    private final Uptime uptime;
    private final LongFunction<@Nullable Long> resident;
    private final Map<Long, Watched> watched = new HashMap<>();

    /** {@code resident} tells the bytes that a process holds, by its pid; null where the system does not say. */
    Limits(JsonMapper json, Uptime uptime, LongFunction<@Nullable Long> resident) {
        this.json = json;
        this.uptime = uptime;
        this.resident = resident;
    }

    /** An attempt, as far as it was seen to run. */
    private static final class Watched {
        final @Nullable Long memory;
        final @Nullable Duration time;
        Duration trained = Duration.ZERO;
        Duration seen;

        @Nullable
        Duration overMemorySince;

        Watched(JsonNode resources, Duration now) {
            String size = resources.path("memory").asString("");
            String limit = resources.path("time_limit").asString("");
            memory = size.isEmpty() ? null : (Long) Resources.bytes(size);
            time = limit.isEmpty() ? null : Resources.duration(limit);
            seen = now;
        }
    }

    /**
     * Looks at an attempt whose process lives, which is to be done every second or so.
     *
     * @param process where it runs on this machine, else null: what it takes elsewhere is its launcher's to bound
     * @param spec of its job, JSON; asked for when the attempt is first looked at
     * @return why the process is to be ended now; null if it is not
     */
    @Nullable
    CauseOfDeath broken(Attempt attempt, @Nullable ProcessHandle process, JobState state, Supplier<String> spec) {
        Duration now = uptime.now();
        Watched one = watched.computeIfAbsent(
                attempt.jobId(), id -> new Watched(json.readTree(spec.get()).path("resources"), now));
        Duration lap = now.minus(one.seen);
        one.seen = now;
        if (state == JobState.RUNNING) {
            one.trained = one.trained.plus(lap.compareTo(LONGEST_LAP) < 0 ? lap : LONGEST_LAP);
        }
        if (one.time != null && one.trained.compareTo(one.time.plus(TIME_GRACE)) > 0) {
            return CauseOfDeath.overTime(one.time);
        }
        return memory(process, one, now);
    }

    private @Nullable CauseOfDeath memory(@Nullable ProcessHandle process, Watched one, Duration now) {
        Long limit = one.memory;
        Long held = limit == null || process == null ? null : resident.apply(process.pid());
        if (limit == null || held == null || held <= limit) {
            one.overMemorySince = null;
            return null;
        }
        Duration since = one.overMemorySince == null ? now : one.overMemorySince;
        one.overMemorySince = since;
        boolean over = held > limit * FAR_OVER || now.compareTo(since.plus(MEMORY_GRACE)) > 0;
        return over ? CauseOfDeath.overMemory(held, limit) : null;
    }

    /** The attempt of a job is over. */
    void forget(long jobId) {
        watched.remove(jobId);
    }
}
