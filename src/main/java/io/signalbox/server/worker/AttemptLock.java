package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The lock that a trainer holds for its life: the kernel frees it on any death. */
final class AttemptLock {

    /** The system counts from its start, about which two processes may differ by so much. */
    private static final long SAME_SECONDS = 2;

    private AttemptLock() {}

    /** The file that a trainer of that job locks. */
    static Path of(Path job) {
        return job.resolve("attempt.lock");
    }

    /**
     * The process that holds the lock, as it says in it; empty where that is not known. A number alone may be another's by now, so
     * that it counts only together with the time at which that process began.
     */
    static Optional<ProcessHandle> holder(Path job) {
        try {
            String[] said = Files.readString(of(job)).strip().split(" ");
            return said.length != 2
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(said[0]))
                            .filter(process -> process.info()
                                    .startInstant()
                                    .filter(began ->
                                            Math.abs(began.getEpochSecond() - Long.parseLong(said[1])) <= SAME_SECONDS)
                                    .isPresent());
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether a trainer of the job lives. */
    static boolean held(Path job) throws IOException {
        Path file = of(job);
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        }
    }
}
