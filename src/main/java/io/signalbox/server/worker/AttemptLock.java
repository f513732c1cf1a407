package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The lock that a trainer holds for its life: the kernel frees it on any death. */
final class AttemptLock {

    private AttemptLock() {}

    /** The file that a trainer of that job locks. */
    static Path of(Path job) {
        return job.resolve("attempt.lock");
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
