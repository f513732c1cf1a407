package io.signalbox.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/**
 * The clock of a server's processes, which can be set while they run: a library in front of the system's own adds the seconds that
 * a file holds. The monotonic clock stays as it is, as it does when somebody sets a machine's clock. A test is skipped where there
 * is no C compiler, or no Linux.
 */
public final class SettableClock {

    private static final String SOURCE = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <fcntl.h>
            #include <stdlib.h>
            #include <time.h>
            #include <unistd.h>

            int clock_gettime(clockid_t clock, struct timespec *time) {
              static int (*real)(clockid_t, struct timespec *);
              static const char *name;
              if (!real) {
                name = getenv("CLOCK_OFFSET");
                real = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
              }
              int result = real(clock, time);
              int file = clock == CLOCK_REALTIME && name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
              if (file >= 0) {
                char text[32] = {0};
                if (read(file, text, sizeof text - 1) > 0) time->tv_sec += atoll(text);
                close(file);
              }
              return result;
            }
            """;

    private final Path library;
    private final Path offset;

    private SettableClock(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /** One that is right so far. */
    public static SettableClock in(Path folder) {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the library is Linux' way");
        Path library = folder.resolve("clock.so");
        try {
            Path source = Files.writeString(folder.resolve("clock.c"), SOURCE);
            Process compiler = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString(), "-ldl")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (compiler.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException e) {
            assumeTrue(false, "there is no C compiler: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        SettableClock clock = new SettableClock(library, folder.resolve("clock-offset"));
        clock.set(Duration.ZERO);
        return clock;
    }

    /** What has a process go by it. */
    public Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "CLOCK_OFFSET", offset.toString());
    }

    /** Sets it so far from the right time, at once and for all. */
    public void set(Duration from) {
        try {
            Path written =
                    Files.writeString(offset.resolveSibling("clock-offset.tmp"), Long.toString(from.toSeconds()));
            Files.move(written, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
