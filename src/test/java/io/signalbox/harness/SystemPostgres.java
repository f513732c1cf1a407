package io.signalbox.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * The PostgreSQL that is installed on this machine, with its own tools for backups, which the one that comes as a jar lacks; a
 * throw-away server of it. Root has it run as user {@code postgres}.
 */
public final class SystemPostgres implements AutoCloseable {

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    private final Path folder;
    private final Path programs;
    private final int port = FreePorts.one();

    /** Starts one; the test is skipped where PostgreSQL is not installed. */
    public SystemPostgres() {
        programs = programs();
        try {
            folder = Files.createTempDirectory("postgres");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("initdb", "--pgdata=" + data(), "--username=signalbox", "--auth=trust", "--no-sync");
        run(
                "pg_ctl",
                "start",
                "--wait",
                "--pgdata=" + data(),
                "--log=" + folder.resolve("log"),
                "--options=-p " + port + " -k " + folder + " -c listen_addresses=localhost -c fsync=off");
    }

    private static Path programs() {
        try (Stream<Path> versions = Files.isDirectory(INSTALLED) ? Files.list(INSTALLED) : Stream.of()) {
            Path newest = versions.map(version -> version.resolve("bin"))
                    .filter(bin ->
                            Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("pg_dump")))
                    .max(Comparator.naturalOrder())
                    .orElse(null);
            assumeTrue(newest != null, "PostgreSQL is not installed: apt-get install postgresql");
            return newest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** What a server of ours is told to use a database of it. */
    public String[] settings(String database) {
        return new String[] {
            "spring.datasource.url=jdbc:postgresql://localhost:" + port + "/" + database,
            "spring.datasource.username=signalbox",
            "spring.datasource.password=trusted"
        };
    }

    /** Runs one of its tools, which reaches this server by {@code PGHOST} and the like, and answers what it printed. */
    public String run(String tool, String... arguments) {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(programs.resolve(tool).toString());
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile("tool", ".txt");
            ProcessBuilder starting = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile()); // not a pipe: what it starts would hold that open
            starting.environment().put("PGHOST", "localhost");
            starting.environment().put("PGPORT", Integer.toString(port));
            starting.environment().put("PGUSER", "signalbox");
            int status = starting.start().waitFor();
            String said = Files.readString(out, StandardCharsets.UTF_8);
            Files.delete(out);
            if (status != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with " + status + "\n" + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A folder that its tools may write to. */
    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try {
            run("pg_ctl", "stop", "--mode=immediate", "--wait", "--pgdata=" + data());
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
