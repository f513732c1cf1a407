package io.signalbox.trainer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The lock that a trainer holds on its job for as long as it lives; the operating system frees it at any death. Who holds it
 * is the only one that writes for the job.
 */
record AttemptLock(FileChannel channel) implements Closeable {

    private static final String FILE = "attempt.lock";

    /** Takes the lock of a job's folder; empty if another process holds it. */
    static Optional<AttemptLock> take(Path job) throws IOException {
        FileChannel channel = FileChannel.open(job.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new AttemptLock(channel));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
