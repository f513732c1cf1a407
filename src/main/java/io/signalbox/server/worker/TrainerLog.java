package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a trainer prints: {@code trainer.log}, and {@code trainer.1.log} with what came before when that grew too large. */
final class TrainerLog {

    private static final Logger log = LoggerFactory.getLogger(TrainerLog.class);

    /** Bytes of one file; there are two. */
    private static final long MOST = 64L << 20;

    private TrainerLog() {}

    /** Moves what is too much out of the file that the trainer goes on appending to; what was moved before is dropped. */
    static void keepSmall(Path attempt) {
        keepSmall(attempt, MOST);
    }

    static void keepSmall(Path attempt, long most) {
        Path file = attempt.resolve("trainer.log");
        try {
            if (Files.exists(file) && Files.size(file) > most) {
                Files.copy(file, attempt.resolve("trainer.1.log"), StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(0);
                }
            }
        } catch (IOException e) {
            log.warn("{} is large and could not be made smaller: {}", file, e.getMessage());
        }
    }
}
