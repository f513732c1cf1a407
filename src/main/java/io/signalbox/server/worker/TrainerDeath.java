package io.signalbox.server.worker;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.link.JournalReader;
import io.signalbox.server.Home;
import io.signalbox.server.command.Commands;
import io.signalbox.server.command.Commands.EndRequest;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.job.JobViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Sees to a job whose trainer is gone: takes what its journal still holds, then ends the job or queues it again. */
@Component
class TrainerDeath {

    private static final Logger log = LoggerFactory.getLogger(TrainerDeath.class);

    private static final int JOURNAL_PAGE = 500;

    /** A shell's way to tell of death by signal. */
    private static final int SIGNAL_BASE = 128;

    private final JobRepository jobs;
    private final JobViews views;
    private final Ingest ingest;
    private final EventStore store;
    private final Commands commands;
    private final Home home;

    TrainerDeath(JobRepository jobs, JobViews views, Ingest ingest, EventStore store, Commands commands, Home home) {
        this.jobs = jobs;
        this.views = views;
        this.ingest = ingest;
        this.store = store;
        this.commands = commands;
        this.home = home;
    }

    /** The process of an attempt has ended; {@code exitCode} is null where it is not known. */
    void of(Attempt attempt, @Nullable Integer exitCode) {
        long id = attempt.jobId();
        importJournal(id, attempt.number());
        views.forgetPace(id);
        Job job = jobs.findById(id).orElse(null);
        if (job == null || !job.state().hasTrainer() || job.attempt() != attempt.number()) {
            return;
        }
        EndRequest end = commands.endRequest(id);
        if (end != null && end.cancel()) {
            finish(job, end, JobState.CANCELLED, "cancelled; its process was ended");
        } else if (end != null && (job.state() == JobState.STOPPING || !end.pending())) {
            finish(job, end, JobState.STOPPED, "its process ended while it was stopping");
        } else if (attempt.own() == null && Files.notExists(journal(id, attempt.number()))) {
            String reason = "the server ended before attempt " + attempt.number() + " began";
            ingest.tell(id, attempt.number(), new StateChanged(job.state(), JobState.QUEUED, null, reason));
        } else {
            crashed(job, how(exitCode));
        }
    }

    /** The trainer of an attempt could not be started at all. */
    void notStarted(long jobId, int attempt, IOException cause) {
        jobs.findById(jobId)
                .filter(job -> job.attempt() == attempt && !job.state().ended())
                .ifPresent(job -> crashed(job, "could not be started: " + cause.getMessage()));
    }

    private void finish(Job job, EndRequest end, JobState to, String reason) {
        StateChanged change = new StateChanged(job.state(), to, Outcome.STOPPED_BY_COMMAND, reason);
        if (end.pending()) {
            ingest.tell(
                    job.id(),
                    job.attempt(),
                    new CommandApplied(end.commandId(), end.type(), "the process was ended"),
                    change);
        } else {
            ingest.tell(job.id(), job.attempt(), change);
        }
    }

    private void crashed(Job found, String how) {
        ingest.change(found.id(), () -> {
            Job job = jobs.findById(found.id()).orElseThrow();
            // One that waited for a command did nothing that it could have died of: that costs no retry.
            boolean again = job.state() == JobState.PAUSED || job.crashed();
            jobs.saveAndFlush(job);
            String reason = "the trainer of attempt " + job.attempt() + " " + how;
            if (again) {
                log.warn("job {}: {}; it goes on from its newest checkpoint", job.id(), reason);
                ingest.tell(
                        job.id(),
                        job.attempt(),
                        new Log("warning", reason + "; the job goes on from its newest checkpoint"),
                        new StateChanged(job.state(), JobState.QUEUED, null, reason));
            } else {
                log.warn("job {}: {}; no retry is left", job.id(), reason);
                String last = LogTail.of(home.job(job.id()).resolve("attempts/" + job.attempt() + "/trainer.log"));
                ingest.tell(
                        job.id(),
                        job.attempt(),
                        new StateChanged(
                                job.state(),
                                JobState.FAILED,
                                Outcome.ERROR,
                                last.isEmpty() ? reason : reason + "; its log ends: " + last));
            }
            return null;
        });
    }

    private void importJournal(long jobId, int attempt) {
        Path journal = journal(jobId, attempt);
        if (Files.notExists(journal)) {
            return;
        }
        try (JournalReader reader = new JournalReader(journal, store.lastSeq(jobId))) {
            for (List<Event> events = reader.next(JOURNAL_PAGE);
                    !events.isEmpty();
                    events = reader.next(JOURNAL_PAGE)) {
                ingest.receive(jobId, events);
            }
        } catch (IOException e) {
            log.error(
                    "job {}: the journal of attempt {} cannot be read; what it held beyond the events known is lost",
                    jobId,
                    attempt,
                    e);
        }
    }

    private Path journal(long jobId, int attempt) {
        return home.job(jobId).resolve("attempts/" + attempt + "/journal.ndjson");
    }

    private static String how(@Nullable Integer exitCode) {
        if (exitCode == null) {
            return "died";
        }
        return exitCode > SIGNAL_BASE
                ? "was killed by signal " + (exitCode - SIGNAL_BASE)
                : "ended with exit code " + exitCode + " before the job was done";
    }
}
