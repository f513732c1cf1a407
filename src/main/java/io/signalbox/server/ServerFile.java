package io.signalbox.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Tells, in {@code <home>/server.json}, where the running server is. */
@Component
class ServerFile {

    private final Home home;
    private final Clock clock;
    private final JsonMapper json;
    private final Environment environment;

    ServerFile(Home home, Clock clock, JsonMapper json, Environment environment) {
        this.home = home;
        this.clock = clock;
        this.json = json;
        this.environment = environment;
    }

    /**
     * @param url without the token
     */
    record Content(int port, long pid, String url, Instant startedAt) {}

    /** Writes the file once the server answers, complete from the first moment it can be seen. */
    @EventListener(ApplicationReadyEvent.class)
    void write() throws IOException {
        Integer port = environment.getProperty("local.server.port", Integer.class);
        if (port == null) {
            return;
        }
        Content content = new Content(
                port,
                ProcessHandle.current().pid(),
                "http://localhost:" + port + "/",
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        Path temporary = Files.createTempFile(home.run(), ".server", ".json", Home.privateFile());
        Files.write(temporary, json.writeValueAsBytes(content));
        Files.move(temporary, home.serverFile(), StandardCopyOption.ATOMIC_MOVE);
    }
}
