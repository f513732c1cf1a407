package io.signalbox.server.worker;

import io.signalbox.link.FilePart;
import io.signalbox.link.FilePlace;
import io.signalbox.link.Frame;
import io.signalbox.link.LinkServer;
import io.signalbox.server.Home;
import io.signalbox.server.dataset.Datasets;
import io.signalbox.server.files.JobCheckpoints;
import io.signalbox.server.files.JobFiles;
import io.signalbox.server.files.JobFiles.Input;
import io.signalbox.server.job.GoingOn;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells trainers that share no folder with the server where their files are, and where to put others. On threads of its own:
 * the first use of a dataset puts it into the bucket, which takes its time.
 */
@Component
class CarriedFiles {

    private static final Logger log = LoggerFactory.getLogger(CarriedFiles.class);
    private static final int THREADS = 4;

    private final JobRepository jobs;
    private final GoingOn goingOn;
    private final Datasets datasets;
    private final JobFiles files;
    private final JobCheckpoints checkpoints;
    private final Home home;
    private final Set<LinkServer.Session> answering = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "carried-files");
        thread.setDaemon(true);
        return thread;
    });

    CarriedFiles(
            JobRepository jobs,
            GoingOn goingOn,
            Datasets datasets,
            JobFiles files,
            JobCheckpoints checkpoints,
            Home home) {
        this.jobs = jobs;
        this.goingOn = goingOn;
        this.datasets = datasets;
        this.files = files;
        this.checkpoints = checkpoints;
        this.home = home;
    }

    /** Answers soon. A session that is being answered and asks again waits for the answer that is on its way. */
    void answer(LinkServer.Session session, Frame.FilesAsked asked) {
        if (answering.add(session)) {
            executor.execute(() -> {
                try {
                    session.send(places(session, asked));
                } finally {
                    answering.remove(session);
                }
            });
        }
    }

    private Frame.Files places(LinkServer.Session session, Frame.FilesAsked asked) {
        try {
            Job job = jobs.findById(session.jobId()).orElse(null);
            if (job == null || job.attempt() != session.attempt() || !files.carried()) {
                return trouble(asked, "attempt " + session.attempt() + " has no files here");
            }
            List<FilePlace> places = asked.puts().isEmpty() ? inputs(job) : outputs(job, asked.puts());
            return new Frame.Files(asked.id(), places, "");
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "job {}: its trainer is not told where its files are, and asks again: {}",
                    session.jobId(),
                    e.toString());
            return trouble(asked, String.valueOf(e.getMessage()));
        }
    }

    private static Frame.Files trouble(Frame.FilesAsked asked, String why) {
        return new Frame.Files(asked.id(), List.of(), why);
    }

    private List<FilePlace> inputs(Job job) throws IOException {
        Path folder = home.job(job.id());
        List<Input> inputs = new ArrayList<>();
        inputs.add(new Input("spec.json", folder.resolve("spec.json"), ""));
        add(inputs, "model.pt", home.module(job.id()));
        add(inputs, JobFiles.INPUTS + "initial.safetensors", home.initialWeights(job.id()));
        addAll(inputs, "dataset", datasets.folder(job.dataset()), job.dataset());
        String validation = job.validationDataset();
        if (validation != null) {
            addAll(inputs, "validation", datasets.folder(validation), validation);
        }
        addAll(inputs, "plugins", home.plugins(), "");
        List<FilePlace> places = new ArrayList<>(files.inputs(job.id(), inputs));
        places.addAll(files.written(job.id()));
        places.addAll(checkpoints.inputs(job.id(), goingOn.carried(job)));
        return places;
    }

    private static void add(List<Input> inputs, String path, Path file) {
        if (Files.exists(file)) {
            inputs.add(new Input(path, file, ""));
        }
    }

    private static void addAll(List<Input> inputs, String name, Path folder, String dataset) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(Files::isRegularFile)
                    .sorted()
                    .forEach(file ->
                            inputs.add(new Input(JobFiles.INPUTS + name + "/" + file.getFileName(), file, dataset)));
        }
    }

    private List<FilePlace> outputs(Job job, List<FilePart> puts) throws IOException {
        if (!JobCheckpoints.isCheckpoint(puts.get(0))) {
            return files.outputs(job.id(), job.attempt(), puts);
        }
        // All that was put before was told of: the rest was removed, replaced, or left half put.
        checkpoints.keepOnly(job.id(), Set.copyOf(goingOn.named(job).values()));
        return checkpoints.outputs(job.id(), puts);
    }

    @PreDestroy
    void close() {
        executor.shutdownNow();
    }
}
