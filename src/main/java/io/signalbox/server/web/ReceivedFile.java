package io.signalbox.server.web;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.springframework.web.multipart.MultipartFile;

/** Files that came by an upload, on their way to the folder where they stay. */
public final class ReceivedFile {

    private ReceivedFile() {}

    /** Moves an uploaded part to a new file and makes it last. */
    public static Path keep(MultipartFile part, Path target) throws IOException {
        part.transferTo(target);
        sync(target, StandardOpenOption.WRITE);
        return target;
    }

    /** Makes the names in a folder last. */
    public static void sync(Path folder) throws IOException {
        if (!System.getProperty("os.name", "").startsWith("Windows")) {
            sync(folder, StandardOpenOption.READ);
        }
    }

    /** Deletes a flat folder and the files in it. */
    public static void discard(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static void sync(Path path, StandardOpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }
}
