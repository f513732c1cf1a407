package io.signalbox.trainer;

import io.signalbox.event.Outcome;
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
        Outcome outcome = ending.outcome();
        String json = JsonNodeFactory.instance
                .objectNode()
                .put("code", ending.code())
                .put("state", ending.state().wireName())
                .put("outcome", outcome == null ? null : outcome.wireName())
                .put("reason", ending.reason())
                .put("at", at.truncatedTo(ChronoUnit.MILLIS).toString())
                .toString();
        Path temporary = attemptFolder.resolve(FILE + ".tmp");
        Files.writeString(temporary, json + "\n");
        Files.move(temporary, attemptFolder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }
}
