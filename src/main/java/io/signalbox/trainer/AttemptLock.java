package io.signalbox.trainer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock that a trainer holds on its job for as long as it lives; the operating system frees it at any death. Who holds it
 * is the only one that writes for the job.
 */
record AttemptLock(FileChannel channel) implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptLock.class);
    private static final String FILE = "attempt.lock";

    /** Takes the lock of a job's folder; empty if another process holds it. */
    static Optional<AttemptLock> take(Path job) throws IOException {
        FileChannel channel = FileChannel.open(job.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        say(channel);
        return Optional.of(new AttemptLock(channel));
    }

    /** Who holds it, for a server that comes later: this process may not be able to connect to it. */
    private static void say(FileChannel channel) {
        ProcessHandle self = ProcessHandle.current();
        String began = self.info()
                .startInstant()
                .map(instant -> Long.toString(instant.getEpochSecond()))
                .orElse("");
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((self.pid() + " " + began + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            LOG.warn("The lock could not be signed, which matters only to a server that looks for this process", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
