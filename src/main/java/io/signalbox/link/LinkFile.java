package io.signalbox.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file that tells trainers on which loopback port the server listens: {@code {"port":40123}}. */
record LinkFile(Path path) {

    private static final Pattern CONTENT = Pattern.compile("\\{\"port\":(\\d{1,5})}\\s*");
    private static final int MAX_PORT = 65_535;

    /** Replaces the file in one step, so that no reader sees half of it. */
    void write(int port) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("the link file " + path + " is in no folder");
        }
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, "link", ".tmp");
        try {
            Files.writeString(temporary, "{\"port\":" + port + "}\n");
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    int read() throws IOException {
        Matcher content = CONTENT.matcher(Files.readString(path));
        if (!content.matches() || Integer.parseInt(content.group(1)) > MAX_PORT) {
            throw new IOException("the link file " + path + " does not hold a port");
        }
        return Integer.parseInt(content.group(1));
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
        if (Files.exists(path) && read() == port) {
            Files.deleteIfExists(path);
        }
    }
}
