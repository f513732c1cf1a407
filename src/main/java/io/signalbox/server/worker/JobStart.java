package io.signalbox.server.worker;

import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.link.Assignment;
import io.signalbox.server.Home;
import io.signalbox.server.dataset.Datasets;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Begins an attempt of a job: everything a trainer needs is on disk and the state says so. */
@Component
class JobStart {

    private static final Logger log = LoggerFactory.getLogger(JobStart.class);

    private final JobRepository jobs;
    private final Ingest ingest;
    private final EventStore store;
    private final Datasets datasets;
    private final Weights weights;
    private final Home home;
    private final JsonMapper json;

    JobStart(
            JobRepository jobs,
            Ingest ingest,
            EventStore store,
            Datasets datasets,
            Weights weights,
            Home home,
            JsonMapper json) {
        this.jobs = jobs;
        this.ingest = ingest;
        this.store = store;
        this.datasets = datasets;
        this.weights = weights;
        this.home = home;
        this.json = json;
    }

    /** What its trainer is to be told; null if the job cannot start, or is not queued any more. */
    @Nullable
    Assignment begin(Job job) {
        long id = job.id();
        try {
            String resumeFrom = newestCheckpoint(job);
            Path initialWeights = initialWeights(job);
            checkDataset(job);
            Path folder = Files.createDirectories(home.job(id));
            Path written = Files.writeString(folder.resolve("spec.json.tmp"), job.spec());
            Files.move(written, folder.resolve("spec.json"), StandardCopyOption.ATOMIC_MOVE);
            String secret = Secrets.draw();
            return ingest.change(id, () -> {
                Job now = jobs.findById(id).orElseThrow();
                if (now.state() != JobState.QUEUED) {
                    return null;
                }
                now.beginAttempt(Secrets.sha256(secret));
                jobs.saveAndFlush(now);
                ingest.tell(id, now.attempt(), new StateChanged(JobState.QUEUED, JobState.STARTING, null, null));
                return new Assignment(
                        id,
                        now.attempt(),
                        secret,
                        store.lastSeq(id) + 1,
                        folder.toAbsolutePath(),
                        datasets.folder(now.dataset()).toAbsolutePath(),
                        now.validationDataset() == null
                                ? null
                                : datasets.folder(now.validationDataset()).toAbsolutePath(),
                        resumeFrom,
                        initialWeights,
                        home.plugins(),
                        home.run().resolve("link.json").toAbsolutePath());
            });
        } catch (CannotStartException | IOException e) {
            log.warn("job {} cannot start: {}", id, e.getMessage());
            ingest.tell(
                    id,
                    job.attempt(),
                    new StateChanged(JobState.QUEUED, JobState.FAILED, Outcome.ERROR, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private void checkDataset(Job job) {
        var dataset = datasets.find(job.dataset())
                .orElseThrow(() -> new CannotStartException("the dataset '" + job.dataset() + "' is gone"));
        if (!dataset.sha256().equals(job.datasetSha256())) {
            throw new CannotStartException("the dataset '" + job.dataset()
                    + "' has other content than when the job was submitted; submit the job anew");
        }
    }

    private @Nullable String newestCheckpoint(Job job) {
        Path checkpoints = home.job(job.id()).resolve("checkpoints");
        if (job.attempt() == 0 || Files.notExists(checkpoints)) {
            return null;
        }
        return new CheckpointFolder(checkpoints)
                .newestFull(broken -> log.warn("job {}: {}; the one before is used", job.id(), broken.getMessage()))
                .map(Manifest::name)
                .orElse(null);
    }

    private @Nullable Path initialWeights(Job job) {
        JsonNode initial = json.readTree(job.spec()).path("initial_weights");
        if (initial.isMissingNode() || initial.isNull()) {
            return null;
        }
        if (initial.hasNonNull("upload")) {
            String name = initial.get("upload").asString();
            return weights.file(name)
                    .orElseThrow(() -> new CannotStartException("the weights '" + name + "' are gone"))
                    .toAbsolutePath();
        }
        long from = initial.get("job").asLong();
        String name = initial.path("checkpoint").asString("best");
        Path file = home.job(from).resolve("checkpoints").resolve(name).resolve("model.safetensors");
        if (Files.notExists(file)) {
            throw new CannotStartException("job " + from + " has no checkpoint '" + name + "' to begin with");
        }
        return file.toAbsolutePath();
    }

    private static final class CannotStartException extends RuntimeException {
        CannotStartException(String message) {
            super(message);
        }
    }
}
