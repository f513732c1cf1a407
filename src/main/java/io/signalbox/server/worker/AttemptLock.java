package io.signalbox.server.worker;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    /**
     * Takes the lock of a job that no trainer holds: until it is closed none can begin, which one may be about to. Empty if a trainer
     * holds it. This process must not read the file meanwhile, for that would give the lock back.
     */
    static Optional<Closeable> take(Path job) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(of(job), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (NoSuchFileException | AccessDeniedException e) {
            return Optional.of(() -> {}); // without the folder, or the right to use it, no trainer can take it either
        }
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }
}
