package io.signalbox.server.dataset;

import io.signalbox.data.DatasetFolder;
import io.signalbox.data.DatasetInfo;
import io.signalbox.server.Home;
import io.signalbox.server.files.JobFiles;
import io.signalbox.server.web.Problems;
import io.signalbox.server.web.ReceivedFile;
import io.signalbox.server.web.ResourceName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The datasets there are: a folder each, which appears whole or not at all. What a crash left half done, in folders whose
 * name begins with a dot, is deleted at the next start. Thread-safe.
 */
@Component
public class Datasets {

    private static final String INCOMING = ".incoming-";
    private static final String OUTGOING = ".outgoing-";

    private final Path root;
    private final Samples samples;
    private final JobFiles files;

    Datasets(Home home, Samples samples, JobFiles files) throws IOException {
        this.files = files;
        root = home.datasets();
        this.samples = samples;
        if (!home.wasFree()) {
            return; // another server may be at work in them
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(root, ".*")) {
            for (Path leftover : leftovers) {
                ReceivedFile.discard(leftover);
            }
        }
    }

    /** Once requests are answered and before anything is submitted at start-up. */
    @EventListener(ApplicationStartedEvent.class)
    void makeSamples() {
        samples.write(this);
    }

    /** Fills the folder of a new dataset, with its {@code dataset.json} as the last of its files. */
    interface Filling {

        DatasetInfo fill(Path folder) throws IOException;
    }

    /** What is known of a dataset; empty if there is none of that name. Waits for a sample that is being made. */
    public Optional<DatasetInfo> find(String name) {
        if (!ResourceName.isValid(name)) {
            return Optional.empty();
        }
        try {
            Optional<DatasetInfo> found = read(name);
            return found.isEmpty() && samples.await(name) ? read(name) : found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The folder of a dataset.
     *
     * @param name of one that {@link #find} found
     */
    public Path folder(String name) {
        if (!ResourceName.isValid(name)) {
            throw new IllegalArgumentException("no dataset can be named " + name);
        }
        return root.resolve(name);
    }

    /** When a dataset came to be. */
    Instant createdAt(String name) throws IOException {
        return Files.getLastModifiedTime(folder(name).resolve("dataset.json")).toInstant();
    }

    /** All names, sorted. */
    List<String> names() throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            return folders.map(folder -> String.valueOf(folder.getFileName()))
                    .filter(ResourceName::isValid)
                    .sorted()
                    .toList();
        }
    }

    /** Adds a dataset under a name that is free. */
    DatasetInfo add(String name, Filling filling) throws IOException {
        requireFree(name);
        Path arriving = Files.createTempDirectory(root, INCOMING, Home.privateFolder());
        try {
            DatasetInfo info = filling.fill(arriving);
            ReceivedFile.sync(arriving);
            publish(name, arriving);
            return info;
        } finally {
            ReceivedFile.discard(arriving);
        }
    }

    /**
     * Takes a dataset out of sight, and deletes it if it is not needed then: a job submitted in between keeps it.
     *
     * @param inUse whether it is needed
     */
    synchronized void delete(String name, Predicate<String> inUse) throws IOException {
        if (find(name).isEmpty()) {
            throw Problems.notFound("dataset", name);
        }
        Path outgoing = root.resolve(OUTGOING + name);
        Files.move(folder(name), outgoing, StandardCopyOption.ATOMIC_MOVE);
        if (inUse.test(name)) {
            Files.move(outgoing, folder(name), StandardCopyOption.ATOMIC_MOVE);
            throw Problems.conflict("A job that has not ended uses the dataset " + name + "; cancel it first.");
        }
        ReceivedFile.discard(outgoing);
        files.removeDataset(name);
    }

    private synchronized void publish(String name, Path arriving) throws IOException {
        requireFree(name);
        Files.move(arriving, folder(name), StandardCopyOption.ATOMIC_MOVE);
        ReceivedFile.sync(root);
    }

    boolean exists(String name) {
        return Files.exists(folder(name));
    }

    private void requireFree(String name) {
        if (exists(name)) {
            throw Problems.conflict("There is a dataset named " + name + " already; delete it first.");
        }
    }

    private Optional<DatasetInfo> read(String name) throws IOException {
        try {
            return Optional.of(DatasetFolder.read(folder(name)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }
}
