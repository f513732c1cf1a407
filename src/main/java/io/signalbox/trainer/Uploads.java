package io.signalbox.trainer;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.engine.Training;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Artifact;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.link.Assignment;
import io.signalbox.link.FilePart;
import io.signalbox.link.FilePlace;
import io.signalbox.link.LinkClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what a job writes where the server finds it, on a thread of its own: training never waits for the network. Events of
 * files are held back until these are put, so that what the stream tells of is there; other events pass them. A checkpoint is
 * put with its manifest last; one that was replaced or removed before its turn comes is never told of. What cannot be put now
 * is tried again until the job ends.
 */
final class Uploads implements Training.Events, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(2);

    /** In a job's folder what is not the trainer's, or is put in its own way. */
    private static final Set<String> NOT_OURS =
            Set.of("spec.json", "model.pt", "attempt.lock", "attempts", "checkpoints", "inputs", "artifacts");

    private final Assignment assignment;
    private final LinkClient link;
    private final Training.Events events;
    private final CheckpointFolder checkpoints;
    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Map<Path, String> put = new HashMap<>();
    private final List<Runnable> removals = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "uploads");
    private volatile boolean closed;
    private boolean complained;

    /** Something to put; done when it returns. */
    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    Uploads(Assignment assignment, LinkClient link, Training.Events events) {
        this.assignment = assignment;
        this.link = link;
        this.events = events;
        this.checkpoints = new CheckpointFolder(assignment.job().resolve("checkpoints"));
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void tell(@Nullable Integer epoch, @Nullable Long step, EventDetail detail) {
        if (detail instanceof CheckpointSaved saved) {
            tasks.add(() -> {
                if (checkpoint(saved)) {
                    events.tell(epoch, step, saved);
                    removals.forEach(Runnable::run);
                    removals.clear();
                }
            });
            tasks.add(() -> written(false));
        } else if (detail instanceof Artifact artifact) {
            tasks.add(() -> {
                if (file(artifact.file(), artifact.sha256())) {
                    events.tell(epoch, step, artifact);
                }
            });
        } else if (detail instanceof CheckpointRemoved) {
            // When a newer one is there: a job whose node dies goes on from the one that was.
            tasks.add(() -> removals.add(() -> events.tell(epoch, step, detail)));
        } else {
            events.tell(epoch, step, detail);
        }
    }

    /** Puts the rest; false if that took too long. */
    boolean finish(Duration within) throws InterruptedException {
        tasks.add(() -> written(true));
        tasks.add(() -> removals.forEach(Runnable::run));
        tasks.add(() -> closed = true);
        thread.join(within.toMillis());
        return !thread.isAlive();
    }

    private void run() {
        try {
            while (!closed) {
                Task task = tasks.take();
                while (!closed && !done(task)) {
                    Thread.sleep(TRY_AGAIN.toMillis());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Nothing more is put", e);
        }
    }

    private boolean done(Task task) throws InterruptedException {
        try {
            task.run();
            if (complained) {
                LOG.info("The job's files can be put again");
            }
            complained = false;
            return true;
        } catch (IOException | CheckpointException e) {
            if (!complained) {
                LOG.warn("A file of the job cannot be put ({}); training goes on, trying again", e.toString());
            }
            complained = true;
            return false;
        }
    }

    /** False for one that was gone before its turn came. One that is begun is put to its end. */
    private boolean checkpoint(CheckpointSaved saved) throws IOException, InterruptedException {
        Path held = held(saved);
        if (held == null) {
            return false;
        }
        // Whatever the server has not been told of by then it takes for rubbish.
        if (!link.awaitAcked(TOLD_WITHIN)) {
            throw new IOException("the server has not taken the events before");
        }
        Path json = held.resolve(Manifest.FILE);
        Manifest manifest = Manifest.read(saved.name(), Files.readAllBytes(json));
        String folder = "checkpoints/" + manifest.sha256() + "/";
        List<FilePart> parts = new ArrayList<>();
        manifest.files().forEach((file, entry) -> parts.add(new FilePart(folder + file, entry.size(), entry.sha256())));
        parts.add(new FilePart(folder + Manifest.FILE, Files.size(json), manifest.sha256()));
        for (FilePlace place : link.ask(parts, TOLD_WITHIN)) {
            Transfer.put(held.resolve(place.file().path().substring(folder.length())), place);
        }
        NodeFolder.delete(held);
        return true;
    }

    /** Links to a checkpoint's files, which stay while retention removes it; null if another one has its name by now, or none. */
    private @Nullable Path held(CheckpointSaved saved) throws IOException {
        Path held = assignment.attemptFolder().resolve("putting").resolve(saved.sha256());
        if (Files.exists(held.resolve(Manifest.FILE))) {
            return held; // tried before
        }
        try {
            Manifest manifest = checkpoints.read(saved.name());
            if (!manifest.sha256().equals(saved.sha256())) {
                return null;
            }
            Files.createDirectories(held);
            for (String file : manifest.files().keySet()) {
                link(saved.name(), file, held);
            }
            link(saved.name(), Manifest.FILE, held);
            return held;
        } catch (CheckpointException | NoSuchFileException removed) {
            NodeFolder.delete(held);
            return null;
        }
    }

    private void link(String name, String file, Path held) throws IOException {
        Files.deleteIfExists(held.resolve(file));
        Files.createLink(held.resolve(file), checkpoints.file(name, file));
    }

    /** The log and what else lies in the job's own folder; {@code all} also what lies in folders of it. */
    private void written(boolean all) throws IOException, InterruptedException {
        file("attempts/" + assignment.attempt() + "/trainer.log", null);
        List<Path> files;
        try (Stream<Path> found = Files.walk(assignment.job(), all ? Integer.MAX_VALUE : 1)) {
            files = found.filter(Files::isRegularFile)
                    .filter(file -> !NOT_OURS.contains(
                            assignment.job().relativize(file).getName(0).toString()))
                    .filter(file -> !file.getFileName().toString().endsWith(".tmp"))
                    .toList();
        }
        for (Path file : files) {
            file(assignment.job().relativize(file).toString().replace('\\', '/'), null);
        }
    }

    /** False if there is none, or, where a hash is given, only another one. */
    private boolean file(String path, @Nullable String expected) throws IOException, InterruptedException {
        Path file = assignment.job().resolve(path);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        long size = Files.size(file);
        String sha256 = Transfer.sha256(file, size);
        if (expected != null && !expected.equals(sha256)) {
            return false;
        }
        if (sha256.equals(put.get(file))) {
            return true;
        }
        for (FilePlace place : link.ask(List.of(new FilePart(path, size, sha256)), TOLD_WITHIN)) {
            Transfer.put(file, place);
        }
        put.put(file, sha256);
        return true;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
