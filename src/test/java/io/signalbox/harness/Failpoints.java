package io.signalbox.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Where processes are to wait for their end; see {@link io.signalbox.failpoint.Failpoint}. */
public final class Failpoints {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;

    Failpoints(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a JVM needs to know. */
    String option() {
        return "-D" + io.signalbox.failpoint.Failpoint.PROPERTY + "=" + folder;
    }

    /** The next thread that comes to the point waits there. */
    public void set(String name) {
        try {
            Files.createFile(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a process waits at the point. */
    public ProcessHandle awaitReached(String name) {
        return await(name);
    }

    /** Waits until a process waits at any point. */
    public ProcessHandle awaitAnyReached() {
        return await("*");
    }

    private ProcessHandle await(String name) {
        long pid = Awaitility.await("somebody at " + name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> reached(name), found -> found > 0);
        return ProcessHandle.of(pid).orElseThrow();
    }

    /** The process that waits at the point, 0 while none does. */
    public long reached(String name) {
        return files(name + "@*").stream()
                .mapToLong(file -> Long.parseLong(file.toString().replaceFirst(".*@", "")))
                .findFirst()
                .orElse(0);
    }

    /** Forgets the points at which somebody waits; who does and lives goes on. */
    public void forgetReached() {
        files("*@*").forEach(Failpoints::delete);
    }

    /** Forgets all points; who waits goes on. */
    public void clear() {
        files("*").forEach(Failpoints::delete);
    }

    private List<Path> files(String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
            files.forEach(found::add);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
