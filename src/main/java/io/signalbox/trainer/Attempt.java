package io.signalbox.trainer;

import io.signalbox.callback.Mailbox;
import io.signalbox.link.Assignment;
import io.signalbox.link.Frame;
import io.signalbox.link.JournalWriter;
import io.signalbox.link.LinkClient;
import io.signalbox.link.TrainerCommand;
import io.signalbox.spec.CommandRequest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a job by this process: holds the job's lock, keeps the journal, trains, and tells how it ended. */
final class Attempt implements LinkClient.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
    private static final String JOURNAL = "journal.ndjson";

    /** What the server has not committed by then it finds in the journal. */
    private static final Duration LAST_ACK_WITHIN = Duration.ofSeconds(10);

    /** What a signal leaves for a checkpoint; whoever sent it may have less patience, which tears none. */
    private static final Duration SAVE_WITHIN = Duration.ofMinutes(5);

    private final Assignment assignment;
    private final boolean locks;
    private final @Nullable Throwable engineFailure;
    private final IntConsumer exit;
    private final InstantSource clock = InstantSource.system();
    private final Mailbox mailbox = new Mailbox();
    private final ProgressMeter meter = new ProgressMeter();
    private final Thread training = Thread.currentThread();

    /**
     * An attempt that is to be made.
     *
     * @param locks whether a lock keeps others out that work on the job: where they may run on other machines it does not reach
     *     them, and the server alone says which is the newest
     * @param engineFailure why PyTorch could not be loaded; null if it was
     * @param exit ends the process at once, from any thread
     */
    Attempt(Assignment assignment, boolean locks, @Nullable Throwable engineFailure, IntConsumer exit) {
        this.assignment = assignment;
        this.locks = locks;
        this.engineFailure = engineFailure;
        this.exit = exit;
    }

    /** Answers the process' exit code. */
    int run() throws IOException, InterruptedException {
        AttemptLock lock = locks
                ? AttemptLock.take(Files.createDirectories(assignment.job())).orElse(null)
                : null;
        if (locks && lock == null) {
            LOG.error("Another process holds the lock of job {}; this one ends", assignment.jobId());
            return TrainerCommand.EXIT_FENCED;
        }
        Path folder = assignment.attemptFolder();
        Files.createDirectories(assignment.workshop());
        if (assignment.cache() != null) {
            LogCopy.begin(folder.resolve("trainer.log"));
        }
        try (lock;
                JournalWriter journal = new JournalWriter(
                        folder.resolve(JOURNAL),
                        assignment.jobId(),
                        assignment.attempt(),
                        assignment.nextSeq(),
                        clock);
                LinkClient link = new LinkClient(assignment, journal, this);
                NodeFiles files = new NodeFiles(assignment, link, clock)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> signalled(journal), "signal"));
            link.start();
            Ending ending = train(journal, files);
            leave(ending, folder);
            if (link.awaitAcked(patience(ending, LAST_ACK_WITHIN))) {
                files.leave();
            } else {
                LOG.warn("The server has not taken the last events; it finds them in the journal");
            }
            return ending.code();
        } catch (FileAlreadyExistsException e) {
            LOG.error("Attempt {} of job {} ran before; this process ends", assignment.attempt(), assignment.jobId());
            return TrainerCommand.EXIT_FENCED;
        }
    }

    /** When a signal ends the process: waits for the training thread, which ends it itself when all is saved. */
    @SuppressWarnings("ThreadJoinLoop") // no interrupt is expected, and none would help
    private void signalled(JournalWriter journal) {
        LOG.warn("A signal ends this process, after a checkpoint");
        mailbox.interrupt("A signal ended the trainer's process");
        try {
            training.join(SAVE_WITHIN.toMillis());
            LOG.error("Training did not come to a checkpoint within {}", SAVE_WITHIN);
            journal.force();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("The journal could not be forced to the disk", e);
        }
    }

    private void leave(Ending ending, Path folder) {
        try {
            ExitFile.write(folder, ending, clock.instant());
        } catch (IOException e) {
            LOG.error("exit.json could not be written to {}; the journal tells how training ended", folder, e);
        }
    }

    private Ending train(JournalWriter journal, NodeFiles files) throws InterruptedException {
        JobEvents events = new JobEvents(files.before(journal::append), new LogLines(LOG));
        Ending ending;
        try (Watchdog watchdog = new Watchdog(
                meter::signs, events::trains, alarm -> journal.append(null, null, alarm), System::nanoTime)) {
            watchdog.start();
            ending = train(events, files);
        }
        Duration within = patience(ending, SAVE_WITHIN);
        if (!files.finish(within)) {
            LOG.error("Not all files of the job could be put within {}; what is missing is lost", within);
        }
        events.end(ending);
        journal.finish();
        return ending;
    }

    /**
     * How long the server is waited for at the end. It does not find what is left on a machine of whose folders it sees none; there a
     * trainer that nobody asked to end waits as long as it would have trained on.
     */
    private Duration patience(Ending ending, Duration usual) {
        return assignment.cache() == null || ending.interrupted() ? usual : assignment.orphanTimeout();
    }

    @SuppressWarnings("CatchingUnchecked") // whatever ends training is told as the job's end
    private Ending train(JobEvents events, NodeFiles files) {
        if (engineFailure != null) {
            return Ending.withoutEngine(engineFailure);
        }
        try {
            files.fetch();
            return Ending.of(new Job(assignment, mailbox, meter, events).run());
        } catch (Throwable e) {
            LOG.error("Training broke off", e);
            return Ending.of(e);
        }
    }

    @Override
    public void command(CommandRequest request) {
        mailbox.put(request);
    }

    @Override
    public void fenced(String reason) {
        LOG.error("The server takes another attempt for this job's writer ({}); this process ends", reason);
        exit.accept(TrainerCommand.EXIT_FENCED);
    }

    @Override
    public void interrupted(String reason) {
        LOG.warn("{}; this process ends after a checkpoint", reason);
        mailbox.interrupt(reason);
    }

    @Override
    public void orphaned() {
        interrupted("No server was there for " + assignment.orphanTimeout());
    }

    @Override
    public Frame.Progress progress() {
        return meter.read();
    }
}
