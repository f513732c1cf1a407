package io.signalbox.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * The service's classes as they lie in memory once it has started, made once for a jar: with it a start takes a little more than half of
 * the CPU time, and the tests start servers by the hundred.
 */
final class ClassArchive {

    private static final long PATIENCE_SECONDS = 300;

    private ClassArchive() {}

    /**
     * The JVM option that has it used; the archive is made first if it is not there, or older than the jar.
     *
     * @param jvmOptions of all that use it: the kind of heap must be the same
     */
    static List<String> option(Path jar, List<String> jvmOptions) {
        Path archive = jar.resolveSibling("classes.jsa");
        try (FileChannel lock = FileChannel.open(
                        jar.resolveSibling("classes.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = lock.lock()) {
            if (Files.notExists(archive)
                    || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0) {
                make(archive, jar, jvmOptions);
            }
            return Files.size(archive) == 0 ? List.of() : List.of("-XX:SharedArchiveFile=" + archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By a server that ends as soon as it has begun; an empty file where the JVM cannot: from folders of classes, say. */
    private static void make(Path archive, Path jar, List<String> jvmOptions) throws IOException {
        Path folder = Files.createTempDirectory("classes");
        Path made = folder.resolve("classes.jsa");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-XX:ArchiveClassesAtExit=" + made,
                "-Dspring.context.exit=onRefresh",
                "-jar",
                jar.toString(),
                "--server.port=0",
                "--signalbox.home=" + folder.resolve("home"),
                "--signalbox.workers.warm=0"));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || Files.notExists(made)) {
                System.err.println("servers will start without an archive of classes:\n" + Files.readString(log));
                Files.createFile(made);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
        Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        FileSystemUtils.deleteRecursively(folder);
    }
}
