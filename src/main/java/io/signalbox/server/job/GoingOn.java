package io.signalbox.server.job;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.server.Home;
import io.signalbox.server.files.JobCheckpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Which checkpoint a job goes on from. Every answer was verified. */
@Component
public class GoingOn {

    private static final Logger log = LoggerFactory.getLogger(GoingOn.class);

    /** What training ends with: written after the one of the batch at which it was stopped. */
    private static final String FINAL = "final";

    private final Home home;
    private final CheckpointNames names;
    private final JobCheckpoints bucket;

    GoingOn(Home home, CheckpointNames names, JobCheckpoints bucket) {
        this.home = home;
        this.names = names;
        this.bucket = bucket;
    }

    /** The checkpoints of a job. */
    public CheckpointFolder checkpoints(long jobId) {
        return new CheckpointFolder(home.job(jobId).resolve("checkpoints"));
    }

    /** The same, with that one at hand wherever it was. */
    CheckpointFolder checkpoints(long jobId, String name) {
        String sha256 = bucket.carried() ? names.manifests(jobId).get(name) : null;
        if (sha256 != null) {
            bucket.bring(jobId, name, sha256);
        }
        return checkpoints(jobId);
    }

    /** Has the trainers of a job find a checkpoint that the server has put into its folder. */
    void publish(long jobId, String name) {
        try {
            bucket.publish(jobId, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The next attempt's: the newest; where somebody wished that the job go on from another one after as many steps, that.
     * Empty for a job that begins.
     *
     * @param damaged is told of each one passed over
     */
    public Optional<Manifest> next(Job job, Consumer<CheckpointException> damaged) {
        List<Manifest> all = list(job);
        Optional<Manifest> newest =
                bucket.carried() ? newestFull(all) : checkpoints(job.id()).newestFull(damaged);
        String wished = job.goesOnFrom();
        return newest.flatMap(found -> all.stream()
                        .filter(manifest -> found.name().equals(FINAL)
                                && manifest.sha256().equals(wished)
                                && manifest.facts().step() == found.facts().step())
                        .findFirst())
                .or(() -> newest);
    }

    /** Those that a bucket holds for the next attempt, whole, newest first; its trainer verifies what it fetches. */
    public List<Manifest> carried(Job job) {
        return bucket.whole(job.id(), named(job));
    }

    /** The hash of the manifest of each checkpoint of a job, by name, also of the one that it was forked from. */
    public Map<String, String> named(Job job) {
        Map<String, String> named = new HashMap<>(names.manifests(job.id()));
        String parent = job.parentCheckpoint();
        String forked = job.goesOnFrom();
        if (parent != null && forked != null && !named.containsValue(forked)) {
            named.putIfAbsent(parent, forked);
        }
        return named;
    }

    private List<Manifest> list(Job job) {
        return bucket.carried() ? carried(job) : checkpoints(job.id()).list();
    }

    private static Optional<Manifest> newestFull(List<Manifest> newestFirst) {
        return newestFirst.stream()
                .filter(manifest -> manifest.facts().kind() == Kind.FULL)
                .findFirst();
    }

    /** One for a job that has ended: the batch after which it was stopped, if it was in the middle of an epoch; else the newest. */
    public Optional<Manifest> afterEnd(Job job) {
        List<Manifest> all = list(job);
        Optional<Manifest> newest = bucket.carried()
                ? newestFull(all)
                : checkpoints(job.id())
                        .newestFull(broken ->
                                log.warn("job {}: {}; the one before is used", job.id(), broken.getMessage()));
        return newest.flatMap(found -> all.stream()
                        .filter(manifest -> manifest.name().equals(CheckpointFolder.STOPPED)
                                && manifest.facts().kind() == Kind.FULL
                                && manifest.facts().step() == found.facts().step())
                        .findFirst())
                .or(() -> newest);
    }
}
