package io.signalbox.spec;

import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/** What a trainer may use. */
public record Resources(
        @Param(value = "Threads that compute", defaultValue = "1", min = 1, max = 256)
        int cpus,

        @Param(value = "Graphics processors", defaultValue = "0", min = 0, max = 0)
        int gpus,

        @Param(value = "Memory, such as 2GiB", pattern = "[1-9][0-9]{0,9} ?(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)") @Nullable
        String memory,

        @Param(value = "Wall-clock time, such as 90s, 30m, 2h or 1d", pattern = "[1-9][0-9]{0,5} ?(s|m|h|d)") @Nullable
        String timeLimit) {}
