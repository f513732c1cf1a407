package io.signalbox.trainer;

import io.signalbox.link.Assignment.NodeCache;
import io.signalbox.link.FilePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Datasets and the like on a node, each file by its hash. A job has a link to what it uses, so that trainers share one copy and
 * none is taken from a job at work. Any number of trainers may use it at once: a file comes into place whole, and whoever is
 * second puts the same in its place.
 */
final class FileCache {

    private static final Logger LOG = LoggerFactory.getLogger(FileCache.class);
    private static final String NAME = "[0-9a-f]{64}";

    /** What still arrives after so long is left from a trainer that died. */
    private static final Duration GIVEN_UP = Duration.ofDays(1);

    private final NodeCache cache;
    private final InstantSource clock;

    FileCache(NodeCache cache, InstantSource clock) {
        this.cache = cache;
        this.clock = clock;
    }

    /** Has a file lie at {@code place}, fetched unless a whole copy is here. It is not to be written to. */
    void link(FilePlace wanted, Path place) throws IOException {
        Files.createDirectories(place.toAbsolutePath().getParent());
        Path copy = cache.folder().resolve(wanted.file().sha256());
        Files.deleteIfExists(place);
        if (!linked(copy, place) || !isWhole(wanted, place)) {
            Transfer.get(wanted, copy);
            Files.deleteIfExists(place);
            if (!linked(copy, place)) { // another trainer needed the room just now
                Transfer.get(wanted, place);
            }
        }
    }

    private boolean linked(Path copy, Path place) throws IOException {
        try {
            Files.setLastModifiedTime(copy, FileTime.from(clock.instant()));
            Files.createLink(place, copy);
            return true;
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    private static boolean isWhole(FilePlace wanted, Path copy) throws IOException {
        long size = wanted.file().size();
        boolean whole = Files.size(copy) == size
                && Transfer.sha256(copy, size).equals(wanted.file().sha256());
        if (!whole) {
            LOG.warn(
                    "The copy of {} in the node's cache is damaged; it is fetched again",
                    wanted.file().path());
        }
        return whole;
    }

    /** Removes what was used longest ago until the rest keeps to the bound. */
    void trim() throws IOException {
        if (Files.notExists(cache.folder())) {
            return;
        }
        List<Path> newestFirst;
        try (Stream<Path> all = Files.list(cache.folder())) {
            newestFirst =
                    all.sorted(Comparator.comparing(FileCache::used).reversed()).toList();
        }
        FileTime given = FileTime.from(clock.instant().minus(GIVEN_UP));
        long sum = 0;
        for (Path file : newestFirst) {
            boolean whole = file.getFileName().toString().matches(NAME);
            sum += whole && Files.exists(file) ? Files.size(file) : 0;
            if (whole ? sum > cache.bytes() : used(file).compareTo(given) < 0) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static FileTime used(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
