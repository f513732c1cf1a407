package io.signalbox.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The file that tells trainers where the server listens for them. Readable for its owner only, as its folder is. */
record LinkFile(Path path) {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();
    private static final int MAX_PORT = 65_535;

    /**
     * Where the server listens.
     *
     * @param host a name or an address that trainers reach it by
     * @param certificate SHA-256 of the certificate that it shows, hex; null where the link is not encrypted
     */
    record Target(String host, int port, @Nullable String certificate) {}

    /** Replaces the file in one step, so that no reader sees half of it. */
    void write(Target target) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("the link file " + path + " is in no folder");
        }
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "link", ".tmp");
        try {
            Files.writeString(temporary, MAPPER.writeValueAsString(target) + "\n");
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    Target read() throws IOException {
        try {
            Target target = MAPPER.readValue(Files.readString(path), Target.class);
            if (target.port() > 0 && target.port() <= MAX_PORT) {
                return target;
            }
        } catch (JacksonException e) {
            throw new IOException("the link file " + path + " cannot be read: " + e.getOriginalMessage(), e);
        }
        throw new IOException("the link file " + path + " does not hold a port");
    }

    /** Tells one writing of the file from another; 0 where there is none. */
    long stamp() {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Removes the file if it still names {@code port}. */
    void remove(int port) throws IOException {
        if (Files.exists(path) && read().port() == port) {
            Files.deleteIfExists(path);
        }
    }
}
