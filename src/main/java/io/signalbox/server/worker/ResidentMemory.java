package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What Linux says a process holds in memory. */
final class ResidentMemory {

    private static final long BYTES_PER_KIB = 1024;

    private ResidentMemory() {}

    /** Resident bytes of a process; null where the system does not tell. */
    static @Nullable Long of(long pid) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * BYTES_PER_KIB)
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }
}
