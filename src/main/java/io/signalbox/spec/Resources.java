package io.signalbox.spec;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Param;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a trainer may use. */
public record Resources(
        @Param(value = "Threads that compute", defaultValue = "1", min = 1, max = 256)
        int cpus,

        @Param(value = "Graphics processors that compute in place of the cpus", defaultValue = "0", min = 0, max = 1)
        int gpus,

        @Param(value = "Memory, such as 2GiB", pattern = SIZE) @Nullable
        String memory,

        @Param(value = "Wall-clock time, such as 90s, 30m, 2h or 1d", pattern = TIME) @Nullable
        String timeLimit)
        implements Constrained {

    /** What {@link #bytes} reads. */
    public static final String SIZE = "[1-9][0-9]{0,5} ?(KiB|MiB|GiB|TiB|kB|MB|GB|TB)";

    /** What {@link #duration} reads. */
    public static final String TIME = "[1-9][0-9]{0,5} ?(s|m|h|d)";

    private static final long MIN_MEMORY_BYTES = 128L << 20;
    private static final Map<String, Long> BYTES = Map.of(
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "TiB",
            1L << 40,
            "kB",
            1_000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L,
            "TB",
            1_000_000_000_000L);
    private static final Map<String, Duration> TIMES = Map.of(
            "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));

    /** {@link #memory} in bytes; null for no bound. */
    public @Nullable Long memoryBytes() {
        return memory == null ? null : (Long) bytes(memory);
    }

    /** {@link #timeLimit} as a duration; null for none. */
    public @Nullable Duration timeLimitDuration() {
        return timeLimit == null ? null : duration(timeLimit);
    }

    /** A {@link #SIZE} in bytes. */
    public static long bytes(String size) {
        return Math.multiplyExact(number(size), BYTES.getOrDefault(unit(size), 1L));
    }

    /** A {@link #TIME} as a duration. */
    public static Duration duration(String time) {
        return TIMES.getOrDefault(unit(time), Duration.ZERO).multipliedBy(number(time));
    }

    private static long number(String quantity) {
        return Long.parseLong(quantity.replaceAll("[^0-9]", ""));
    }

    private static String unit(String quantity) {
        return quantity.replaceAll("[0-9 ]", "");
    }

    @Override
    public void check(Rules rules) {
        Long bytes = memoryBytes();
        if (bytes != null && bytes < MIN_MEMORY_BYTES) {
            rules.broken("memory", "resource.memory", "must be 128MiB or more, was " + memory);
        }
    }
}
