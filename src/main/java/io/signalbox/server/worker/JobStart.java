package io.signalbox.server.worker;

import io.signalbox.checkpoint.CheckpointException;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.link.Assignment;
import io.signalbox.link.Assignment.NodeCache;
import io.signalbox.server.DatabaseTrouble;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Store;
import io.signalbox.server.cluster.Leadership;
import io.signalbox.server.dataset.Datasets;
import io.signalbox.server.files.BucketAwayException;
import io.signalbox.server.files.JobFiles;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.job.GoingOn;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.job.OperatorModels;
import io.signalbox.spec.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Begins an attempt of a job: everything a trainer needs is on disk and the state says so. */
@Component
class JobStart {

    private static final Logger log = LoggerFactory.getLogger(JobStart.class);

    /** What the system says to a process that has as many as it may. */
    private static final String TOO_MANY_FILES = "Too many open files";

    private final JobRepository jobs;
    private final Ingest ingest;
    private final EventStore store;
    private final GoingOn goingOn;
    private final Datasets datasets;
    private final OperatorModels models;
    private final Leadership leadership;
    private final Home home;
    private final JsonMapper json;
    private final SignalboxProperties properties;
    private boolean bucketAway;

    JobStart(
            JobRepository jobs,
            Ingest ingest,
            EventStore store,
            GoingOn goingOn,
            Datasets datasets,
            OperatorModels models,
            Leadership leadership,
            Home home,
            JsonMapper json,
            SignalboxProperties properties) {
        this.properties = properties;
        this.jobs = jobs;
        this.ingest = ingest;
        this.store = store;
        this.goingOn = goingOn;
        this.datasets = datasets;
        this.models = models;
        this.leadership = leadership;
        this.home = home;
        this.json = json;
    }

    /** The attempt to be made; null if the job cannot start, or is not queued any more. */
    @Nullable
    Launch begin(Job job) {
        long id = job.id();
        try {
            List<EventDetail> told = new ArrayList<>();
            Workshop.takeAway(home.job(id).resolve("attempts/" + job.attempt()));
            told.add(new StateChanged(JobState.QUEUED, JobState.STARTING, null, null));
            Manifest resumeFrom = goingOn.next(job, damaged -> told.add(passedOver(id, damaged)))
                    .orElse(null);
            bucketAway = false;
            Path initialWeights = initialWeights(job);
            checkDataset(job);
            checkModel(job);
            Path folder = Files.createDirectories(home.job(id));
            String secret = Secrets.draw();
            return ingest.change(id, () -> {
                leadership.require();
                Job now = jobs.findById(id).orElseThrow();
                if (now.state() != JobState.QUEUED) {
                    return null;
                }
                writeSpec(now, folder);
                now.beginAttempt(Secrets.sha256(secret));
                jobs.saveAndFlush(now);
                ingest.tell(id, now.attempt(), told.toArray(EventDetail[]::new));
                Places places = properties.files().store() == Store.S3
                        ? onNode(now, initialWeights != null)
                        : inHome(now, initialWeights);
                return launch(
                        now,
                        new Assignment(
                                id,
                                now.attempt(),
                                secret,
                                store.lastSeq(id) + 1,
                                places.job(),
                                places.dataset(),
                                places.validationDataset(),
                                resumeFrom == null ? null : resumeFrom.name(),
                                resumeFrom != null && resumeFrom.sha256().equals(now.goesOnFrom())
                                        ? now.anew()
                                        : List.of(),
                                places.initialWeights(),
                                places.plugins(),
                                home.run().resolve("link.json").toAbsolutePath(),
                                properties.workers().orphanTimeout(),
                                places.cache()));
            });
        } catch (BucketAwayException e) {
            return waits(job, e);
        } catch (CannotStartException e) {
            return cannotStart(job, String.valueOf(e.getMessage()));
        } catch (CheckpointException | UncheckedIOException | IOException e) {
            return passes(job, e)
                    ? null
                    : cannotStart(
                            job, "the job's folder cannot be used: " + NestedExceptionUtils.getMostSpecificCause(e));
        }
    }

    /** Where a trainer finds, or puts, what it works with. */
    private record Places(
            Path job,
            Path dataset,
            @Nullable Path validationDataset,
            @Nullable Path initialWeights,
            Path plugins,
            @Nullable NodeCache cache) {}

    private Places inHome(Job job, @Nullable Path initialWeights) {
        String validation = job.validationDataset();
        return new Places(
                home.job(job.id()),
                datasets.folder(job.dataset()),
                validation == null ? null : datasets.folder(validation),
                initialWeights,
                home.plugins(),
                null);
    }

    /** A folder for each attempt: one that was given up may still write to its own. */
    private Places onNode(Job job, boolean initialWeights) {
        Path node = properties.files().nodeFolder();
        String name = job.id() + "-" + job.attempt() + "-" + UUID.randomUUID();
        Path folder = node.resolve("jobs").resolve(name);
        Path inputs = folder.resolve(JobFiles.INPUTS);
        return new Places(
                folder,
                inputs.resolve("dataset"),
                job.validationDataset() == null ? null : inputs.resolve("validation"),
                initialWeights ? inputs.resolve("initial.safetensors") : null,
                inputs.resolve("plugins"),
                new NodeCache(
                        node.resolve("cache"), properties.files().nodeCache().toBytes()));
    }

    private Launch launch(Job job, Assignment assignment) {
        JsonNode resources = json.readTree(job.spec()).path("resources");
        String time = resources.path("time_limit").asString("");
        return new Launch(
                assignment,
                home.job(job.id()).resolve("attempts/" + job.attempt()),
                resources.path("cpus").asInt(1),
                resources.path("gpus").asInt(0),
                job.memory(),
                time.isEmpty() ? null : Resources.duration(time),
                job.priority());
    }

    private static Log passedOver(long id, CheckpointException damaged) {
        log.warn("job {}: {}; the one before is used", id, damaged.getMessage());
        return new Log(
                "warning",
                "Training cannot go on from a checkpoint: " + damaged.getMessage() + ". The one before it is used.");
    }

    /** It stays in the queue until the bucket can be reached; said once for each time that it cannot. */
    private @Nullable Launch waits(Job job, BucketAwayException why) {
        if (!bucketAway) {
            log.warn("job {} is not started yet, nor is any other: {}", job.id(), why.getMessage());
        }
        bucketAway = true;
        return null;
    }

    /** Whether it is not the folder's fault: the job stays in the queue until there is room, on the disk or for open files. */
    private static boolean passes(Job job, Exception why) {
        boolean passes = DatabaseTrouble.of(why) == DatabaseTrouble.FULL
                || String.valueOf(why.getMessage()).contains(TOO_MANY_FILES);
        if (passes) {
            log.warn("job {} is not started yet: {}", job.id(), why.toString());
        }
        return passes;
    }

    private @Nullable Launch cannotStart(Job job, String why) {
        log.warn("job {} cannot start: {}", job.id(), why);
        return ingest.change(job.id(), () -> {
            leadership.require();
            ingest.tell(
                    job.id(), job.attempt(), new StateChanged(JobState.QUEUED, JobState.FAILED, Outcome.ERROR, why));
            return null;
        });
    }

    /** Within the change: a command may have changed the spec until now. */
    private static void writeSpec(Job job, Path folder) {
        try {
            Path written = Files.writeString(folder.resolve("spec.json.tmp"), job.spec());
            Files.move(written, folder.resolve("spec.json"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    private void checkModel(Job job) {
        if (models.mayNotRun(job)) {
            throw new CannotStartException(OperatorModels.OFF);
        }
    }

    private @Nullable Path initialWeights(Job job) {
        if (!json.readTree(job.spec()).hasNonNull("initial_weights")) {
            return null;
        }
        Path file = home.initialWeights(job.id());
        if (Files.notExists(file)) {
            throw new CannotStartException("the weights to begin with are gone from the job's folder");
        }
        return file.toAbsolutePath();
    }

    private static final class CannotStartException extends RuntimeException {
        CannotStartException(String message) {
            super(message);
        }
    }
}
