package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** Where an attempt makes its checkpoints: see {@link io.signalbox.link.Assignment#workshop}. */
final class Workshop {

    private static final Logger log = LoggerFactory.getLogger(Workshop.class);

    private Workshop() {}

    /**
     * Takes it away, for the attempt is over. Its process may live on where nobody sees it, but none of the job's checkpoints
     * changes through it any more.
     */
    static void takeAway(Path attempt) {
        Path workshop = attempt.resolve("saving");
        Path gone = attempt.resolve(".saved");
        try {
            FileSystemUtils.deleteRecursively(gone);
            Files.move(workshop, gone, StandardCopyOption.ATOMIC_MOVE);
            FileSystemUtils.deleteRecursively(gone);
        } catch (NoSuchFileException e) {
            log.debug("{} is gone already", workshop);
        } catch (IOException e) {
            log.warn("{} cannot be removed: {}", Files.exists(gone) ? gone : workshop, e.toString());
        }
    }
}
