package io.signalbox.server.job;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.Manifest.Kind;
import io.signalbox.server.Home;
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

    GoingOn(Home home) {
        this.home = home;
    }

    /** The checkpoints of a job. */
    public CheckpointFolder checkpoints(long jobId) {
        return new CheckpointFolder(home.job(jobId).resolve("checkpoints"));
    }

    /**
     * The next attempt's: the newest; where somebody wished that the job go on from another one after as many steps, that.
     * Empty for a job that begins.
     *
     * @param damaged is told of each one passed over
     */
    public Optional<Manifest> next(Job job, Consumer<CheckpointException> damaged) {
        CheckpointFolder folder = checkpoints(job.id());
        Optional<Manifest> newest = folder.newestFull(damaged);
        String wished = job.goesOnFrom();
        return newest.flatMap(found -> folder.list().stream()
                        .filter(manifest -> found.name().equals(FINAL)
                                && manifest.sha256().equals(wished)
                                && manifest.facts().step() == found.facts().step())
                        .findFirst())
                .or(() -> newest);
    }

    /** One for a job that has ended: the batch after which it was stopped, if it was in the middle of an epoch; else the newest. */
    public Optional<Manifest> afterEnd(long jobId) {
        CheckpointFolder folder = checkpoints(jobId);
        Optional<Manifest> newest =
                folder.newestFull(broken -> log.warn("job {}: {}; the one before is used", jobId, broken.getMessage()));
        return newest.flatMap(found -> folder.list().stream()
                        .filter(manifest -> manifest.name().equals(CheckpointFolder.STOPPED)
                                && manifest.facts().kind() == Kind.FULL
                                && manifest.facts().step() == found.facts().step())
                        .findFirst())
                .or(() -> newest);
    }
}
