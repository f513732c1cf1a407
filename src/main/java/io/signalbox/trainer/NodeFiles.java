package io.signalbox.trainer;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.engine.Training;
import io.signalbox.link.Assignment;
import io.signalbox.link.FilePlace;
import io.signalbox.link.LinkClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a job. Where the trainer sees the server's folders there is nothing to do; else they are fetched before training
 * and put where the server finds them while it goes on.
 */
final class NodeFiles implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeFiles.class);

    /** The server may have to put a large dataset into the bucket first. */
    private static final Duration TOLD_WITHIN = Duration.ofHours(1);

    private static final int TRIES = 3;
    private static final String INPUTS = "inputs/";
    private static final String CHECKPOINTS = "checkpoints/";

    private final Assignment assignment;
    private final LinkClient link;
    private final @Nullable FileCache cache;
    private @Nullable Uploads uploads;
    private final InstantSource clock;

    NodeFiles(Assignment assignment, LinkClient link, InstantSource clock) {
        this.assignment = assignment;
        this.link = link;
        this.clock = clock;
        this.cache = assignment.cache() == null ? null : new FileCache(assignment.cache(), clock);
    }

    /** Fetches what the job begins with. A checkpoint that is damaged is left out: training goes on from the one before. */
    void fetch() throws IOException, InterruptedException {
        if (cache == null) {
            return;
        }
        Files.createDirectories(assignment.dataset());
        if (assignment.plugins() != null) {
            Files.createDirectories(assignment.plugins());
        }
        NodeFolder.tidy(assignment.job(), clock.instant());
        Map<String, List<FilePlace>> checkpoints = new LinkedHashMap<>();
        for (FilePlace place : link.ask(List.of(), TOLD_WITHIN)) {
            String path = place.file().path();
            if (path.startsWith(CHECKPOINTS)) {
                checkpoints
                        .computeIfAbsent(path.split("/")[1], name -> new ArrayList<>())
                        .add(place);
            } else {
                fetch(place);
            }
        }
        for (Map.Entry<String, List<FilePlace>> checkpoint : checkpoints.entrySet()) {
            fetch(checkpoint.getKey(), checkpoint.getValue());
        }
        cache.trim();
    }

    private void fetch(FilePlace place) throws IOException, InterruptedException {
        Path file = assignment.job().resolve(place.file().path()).normalize();
        if (!file.startsWith(assignment.job())) {
            throw new IOException(place.file().path() + " is not in the job's folder");
        }
        again(place, () -> {
            if (cache != null && place.file().path().startsWith(INPUTS)) {
                cache.link(place, file);
            } else {
                Transfer.get(place, file);
            }
        });
    }

    private void fetch(String name, List<FilePlace> files) throws IOException, InterruptedException {
        CheckpointFolder folder = new CheckpointFolder(assignment.job().resolve(CHECKPOINTS));
        try {
            Path arriving = folder.arrival(name);
            for (FilePlace place : files) {
                String file = place.file().path().substring(place.file().path().lastIndexOf('/') + 1);
                again(place, () -> Transfer.get(place, arriving.resolve(file)));
            }
            folder.takeIn(name, arriving);
        } catch (IOException | CheckpointException e) {
            LOG.warn("Checkpoint '{}' cannot be used: {}", name, e.getMessage());
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void again(FilePlace place, Step step) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                step.run();
                return;
            } catch (IOException e) {
                if (attempt == TRIES) {
                    throw e;
                }
                LOG.warn(
                        "{} could not be fetched ({}); trying again",
                        place.file().path(),
                        e.toString());
                Thread.sleep(Duration.ofSeconds(attempt).toMillis());
            }
        }
    }

    /** Passes events on to the journal, those of files when these are where the server finds them. */
    Training.Events before(Training.Events journal) {
        if (cache == null) {
            return journal;
        }
        uploads = new Uploads(assignment, link, journal);
        return uploads;
    }

    /** Puts what is not put yet; false if that took too long. */
    boolean finish(Duration within) throws InterruptedException {
        return uploads == null || uploads.finish(within);
    }

    /** The server has all that the job wrote: nobody looks for it on this node. */
    void leave() throws IOException {
        if (cache != null) {
            NodeFolder.delete(assignment.job());
        }
    }

    @Override
    public void close() {
        if (uploads != null) {
            uploads.close();
        }
    }
}
