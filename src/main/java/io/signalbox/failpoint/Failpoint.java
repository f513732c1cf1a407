package io.signalbox.failpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A moment at which a crash hurts most: tests have a process wait there and kill it. Does nothing unless the system property
 * {@value #PROPERTY} names a folder, which no operator sets.
 */
public final class Failpoint {

    /** System property: the folder in which tests name the points that are to be waited at. */
    public static final String PROPERTY = "signalbox.failpoints";

    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();
    private static final @Nullable Path FOLDER = folder(System.getProperty(PROPERTY));

    private Failpoint() {}

    /**
     * Goes on at once, unless a file of the point's name lies in the folder. Then the file is renamed to {@code <name>@<pid>},
     * which one thread of one process achieves, and that thread waits until it is gone.
     */
    public static void reach(String name) {
        if (FOLDER != null) {
            waitAt(FOLDER, name);
        }
    }

    private static void waitAt(Path folder, String name) {
        Path asked = folder.resolve(name);
        if (Files.notExists(asked)) {
            return;
        }
        Path held = folder.resolve(name + "@" + ProcessHandle.current().pid());
        try {
            Files.move(asked, held, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException anotherThreadWaitsThere) {
            return;
        }
        while (Files.exists(held)) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static @Nullable Path folder(@Nullable String name) {
        return name == null ? null : Path.of(name);
    }
}
