package io.signalbox.server.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that is never written to again, in the folders of two jobs: the removal of neither takes it from the other. */
final class SharedFile {

    private SharedFile() {}

    /** Links it, where the file system can, else copies it. */
    static void share(Path file, Path place) throws IOException {
        try {
            Files.createLink(place, file);
        } catch (UnsupportedOperationException | IOException e) {
            Files.copy(file, place, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
