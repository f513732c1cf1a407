package io.signalbox.trainer;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Mailbox;
import io.signalbox.callback.ProcessMemory;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.data.DatasetFolder;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.Anew;
import io.signalbox.engine.Training;
import io.signalbox.link.Assignment;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.DatasetSchema;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.SpecCheck;
import io.signalbox.spec.SpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what an assignment names and trains it. */
final class Job {

    private static final Logger LOG = LoggerFactory.getLogger(Job.class);
    static final String SPEC = "spec.json";

    private final Assignment assignment;
    private final Mailbox mailbox;
    private final ProgressMeter meter;
    private final Training.Events events;
    private final Callbacks types;

    Job(Assignment assignment, Mailbox mailbox, ProgressMeter meter, Training.Events events) {
        this.assignment = assignment;
        this.mailbox = mailbox;
        this.meter = meter;
        this.events = events;
        Plugins plugins = Plugins.load(assignment.plugins());
        plugins.faults().forEach(fault -> LOG.warn("Plugin {}", fault));
        this.types = new Callbacks(plugins.types());
    }

    /** Trains on the calling thread to the end or to a stop. */
    Training.Result run() throws IOException {
        CheckedSpec checked = check();
        JobSpec spec = checked.spec();
        TrainingData data = TrainingData.load(
                assignment.dataset(),
                assignment.validationDataset(),
                spec.data(),
                Objects.requireNonNull(spec.seed(), "the seed of a checked spec"),
                spec.loss() instanceof LossSpec.CrossEntropy || (spec.model().reconstructs() && holdsClasses(spec)));
        if (spec.resources().gpus() == 0) {
            return train(checked, data, null);
        }
        try (GpuLock gpu = GpuLock.take(Path.of(System.getProperty("java.io.tmpdir")), Training.gpus())) {
            LOG.info("Training on graphics processor {}", gpu.number());
            return train(checked, data, gpu.number());
        }
    }

    private Training.Result train(CheckedSpec checked, TrainingData data, @Nullable Integer gpu) {
        Training.Setup setup = new Training.Setup(
                checked,
                data,
                callbacks(checked.spec()),
                assignment.job(),
                assignment.resumeFrom(),
                anew(),
                assignment.initialWeights(),
                gpu,
                events);
        return Training.run(
                setup, new CheckpointFolder(assignment.job().resolve(Training.CHECKPOINTS), assignment.workshop()));
    }

    private Set<Anew> anew() {
        return assignment.anew().stream()
                .map(part -> Anew.valueOf(part.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
    }

    /** Whether the target, which is read though it is not used, is of classes. */
    private boolean holdsClasses(JobSpec spec) throws IOException {
        List<String> target = spec.data().target();
        return target == null
                || schema(assignment.dataset()).columns().stream()
                        .anyMatch(column -> target.equals(List.of(column.name()))
                                && !column.categories().isEmpty());
    }

    private CheckedSpec check() throws IOException {
        JobSpec spec = new SpecParser(types)
                .parse(SpecParser.readJson(Files.readAllBytes(assignment.job().resolve(SPEC))));
        return SpecCheck.check(spec, schema(assignment.dataset()), optionalSchema(assignment.validationDataset()));
    }

    private static DatasetSchema schema(Path dataset) throws IOException {
        return DatasetFolder.read(dataset).schema();
    }

    private static @Nullable DatasetSchema optionalSchema(@Nullable Path dataset) throws IOException {
        return dataset == null ? null : schema(dataset);
    }

    /** Those of the spec and those of every run; the meter sees a step before anybody tells of it. */
    private List<Callback> callbacks(JobSpec spec) {
        List<Callback> callbacks = types.forRun(
                spec.callbacks(),
                new Callbacks.Surroundings(
                        mailbox, spec.logEvery(), spec.resources().timeLimitDuration(), System::nanoTime));
        callbacks.add(1, meter);
        Long memory = spec.resources().memoryBytes();
        if (memory != null) {
            callbacks.add(2, new MemoryLimit(memory, ProcessMemory::residentBytes, System::nanoTime));
        }
        return callbacks;
    }
}
