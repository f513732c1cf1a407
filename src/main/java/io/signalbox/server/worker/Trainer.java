package io.signalbox.server.worker;

import io.signalbox.link.Assignment;
import io.signalbox.link.TrainerCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A trainer process that this server started: a warm spare until it is given a job. */
final class Trainer {

    private final Process process;
    private final Instant startedAt;
    private Path log;

    private Trainer(Process process, Path log, Instant startedAt) {
        this.process = process;
        this.log = log;
        this.startedAt = startedAt;
    }

    /**
     * Starts a process that loads PyTorch and waits for an {@link Assignment}; what it prints goes to a file in
     * {@code folder}, and so do the traces of a native crash.
     *
     * @param memory bytes that it may take; null for no bound
     */
    static Trainer start(@Nullable Long memory, Path folder, Instant now) throws IOException {
        Path log = folder.resolve("trainer-" + UUID.randomUUID() + ".log");
        Process process = (memory == null ? TrainerCommand.of(1) : TrainerCommand.bounded(1, memory))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Trainer(process, log, now);
    }

    /** Hands it a job. Its log moves to {@code jobLog}: the process goes on writing to the same file. */
    void assign(Assignment assignment, Path jobLog) throws IOException {
        Files.move(log, jobLog, StandardCopyOption.REPLACE_EXISTING);
        log = jobLog;
        OutputStream stdin = process.getOutputStream();
        stdin.write((assignment.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
    }

    /** Ends a spare: at the end of its input it exits. */
    void dismiss() throws IOException {
        process.getOutputStream().close();
        process.destroy();
        Files.deleteIfExists(log);
    }

    Process process() {
        return process;
    }

    Instant startedAt() {
        return startedAt;
    }
}
