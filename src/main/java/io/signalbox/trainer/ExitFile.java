package io.signalbox.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code exit.json}: how the attempt ended, for a server that was not there to see it. */
final class ExitFile {

    private static final String FILE = "exit.json";

    private ExitFile() {}

    static void write(Path attemptFolder, Ending ending, Instant at) throws IOException {
        String json = JsonNodeFactory.instance
                .objectNode()
                .put("code", ending.code())
                .put("outcome", ending.outcome().wireName())
                .put("reason", ending.reason())
                .put("at", at.truncatedTo(ChronoUnit.MILLIS).toString())
                .toString();
        Path temporary = attemptFolder.resolve(FILE + ".tmp");
        Files.writeString(temporary, json + "\n");
        Files.move(temporary, attemptFolder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }
}
