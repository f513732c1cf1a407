package io.signalbox.checkpoint;

import io.signalbox.checkpoint.Manifest.FileEntry;
import io.signalbox.failpoint.Failpoint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** The steps that change the disk, one method each, so that tests can cut between any two. */
class FileOps {

    private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

    void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
        Failpoint.reach("checkpoint.create");
    }

    /** Writes a new file, to the disk itself. */
    FileEntry write(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            Sha256 hashed = new Sha256(channel);
            content.writeTo(hashed);
            Failpoint.reach("checkpoint.write");
            channel.force(true);
            return hashed.entry();
        }
    }

    /** Makes a directory's entries last. Windows knows no such call. */
    void sync(Path directory) throws IOException {
        if (WINDOWS) {
            return;
        }
        Failpoint.reach("checkpoint.sync");
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    void move(Path from, Path to) throws IOException {
        Failpoint.reach("checkpoint.move");
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        Failpoint.reach("checkpoint.moved");
    }

    /** Deletes a directory with all in it; links are deleted, not followed. */
    void delete(Path directory) throws IOException {
        Failpoint.reach("checkpoint.delete");
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
