package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How often the kernel has killed for want of memory in this process' control group, which is that of its trainers too. */
final class OomKills {

    private static final List<Path> COUNTERS = List.of(
            Path.of("/sys/fs/cgroup/memory.events"), // version 2
            Path.of("/sys/fs/cgroup/memory/memory.oom_control")); // version 1

    private static final String COUNTER = "oom_kill ";

    private OomKills() {}

    /** 0 where the system does not tell. */
    static long count() {
        return COUNTERS.stream().mapToLong(OomKills::read).sum();
    }

    /** What such a file says. */
    static long read(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(COUNTER))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(COUNTER.length()).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
