package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The processes that came of a trainer, each of which leads a session of its own. Known on Linux only. */
final class ProcessSession {

    private static final Path PROC = Path.of("/proc");

    /** Of {@code /proc/<pid>/stat}, counted behind the name, which is in brackets and may hold anything. */
    private static final int SESSION = 3;

    private ProcessSession() {}

    /** Those of the session that live, its leader left out. */
    static List<ProcessHandle> members(long leader) {
        try (Stream<Path> folders = Files.list(PROC)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.matches("\\d{1,18}"))
                    .map(Long::valueOf)
                    .filter(pid -> pid != leader && session(pid) == leader)
                    .map(ProcessHandle::of)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static long session(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[SESSION]);
        } catch (IOException e) {
            return -1; // gone meanwhile
        }
    }
}
