package io.signalbox.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folders of attempts on a node. Each trainer deletes its own; one that was killed leaves it to those that come later. */
final class NodeFolder {

    /** Until then somebody may want to look at what a trainer that died has left. */
    private static final Duration LEFT = Duration.ofDays(1);

    private NodeFolder() {}

    /** Deletes what is left beside a trainer's own folder. */
    static void tidy(Path own, Instant now) throws IOException {
        List<Path> others;
        try (Stream<Path> all = Files.list(own.toAbsolutePath().getParent())) {
            others = all.filter(folder -> !folder.equals(own)).toList();
        }
        for (Path folder : others) {
            if (Files.getLastModifiedTime(folder).toInstant().isBefore(now.minus(LEFT)) && isLeft(folder)) {
                delete(folder);
            }
        }
    }

    private static boolean isLeft(Path folder) throws IOException {
        Optional<AttemptLock> lock = AttemptLock.take(folder);
        if (lock.isPresent()) {
            lock.get().close();
        }
        return lock.isPresent();
    }

    /** With all in it; links are deleted, not followed. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException gone) {
            return; // another trainer tidies too
        }
    }
}
