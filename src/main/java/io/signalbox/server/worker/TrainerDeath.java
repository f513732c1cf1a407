package io.signalbox.server.worker;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.link.JournalReader;
import io.signalbox.link.TrainerCommand;
import io.signalbox.server.Home;
import io.signalbox.server.cluster.Leadership;
import io.signalbox.server.command.Commands;
import io.signalbox.server.command.Commands.EndRequest;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.ingest.TrainerSessions;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.job.JobViews;
import io.signalbox.server.worker.CauseOfDeath.Again;
import io.signalbox.server.worker.Placement.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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

    /** So many crashes one after another at the same step are no accident, whatever retries are left. */
    private static final int MOST_AT_ONE_STEP = 3;

    private final JobRepository jobs;
    private final JobViews views;
    private final Ingest ingest;
    private final EventStore store;
    private final Commands commands;
    private final Leadership leadership;
    private final TrainerSessions sessions;
    private final Home home;
    private final Clock clock;

    TrainerDeath(
            JobRepository jobs,
            JobViews views,
            Ingest ingest,
            EventStore store,
            Commands commands,
            Leadership leadership,
            TrainerSessions sessions,
            Home home,
            Clock clock) {
        this.clock = clock;
        this.jobs = jobs;
        this.views = views;
        this.ingest = ingest;
        this.store = store;
        this.commands = commands;
        this.leadership = leadership;
        this.sessions = sessions;
        this.home = home;
    }

    /**
     * An attempt is over.
     *
     * @param end what its launcher says of it
     * @param verdict why this server ended it; null if it did not
     */
    void of(Attempt attempt, Placement end, @Nullable CauseOfDeath verdict) {
        long id = attempt.jobId();
        ingest.change(
                id,
                () -> { // waits for what it tells just now
                    leadership.require();
                    sessions.expel(id);
                    return null;
                });
        Workshop.takeAway(folder(id, attempt.number()));
        importJournal(id, attempt.number());
        views.forgetPace(id);
        ingest.change(id, () -> {
            leadership.require();
            judge(attempt, end, verdict);
            return null;
        });
    }

    private void judge(Attempt attempt, Placement end, @Nullable CauseOfDeath verdict) {
        long id = attempt.jobId();
        Job job = jobs.findById(id).orElse(null);
        if (job == null || job.attempt() != attempt.number()) {
            return;
        }
        EndRequest wish = commands.endRequest(id);
        if (end.state() == State.CANCELLED
                && wish == null
                && verdict == null
                && !job.state().ended()) {
            ingest.tell(
                    id,
                    attempt.number(),
                    new StateChanged(
                            job.state(),
                            JobState.CANCELLED,
                            Outcome.STOPPED_BY_COMMAND,
                            "cancelled where it ran, not here: " + end.reason()));
        } else if (!job.state().hasTrainer()) {
            return;
        } else if (wish != null && wish.cancel()) {
            finish(job, wish, JobState.CANCELLED, "cancelled; its process was ended");
        } else if (wish != null && verdict == CauseOfDeath.OVERDUE) {
            finish(job, wish, JobState.STOPPED, "its process " + verdict.how());
        } else if (wish != null && (job.state() == JobState.STOPPING || !wish.pending() || hasNotBegun(job))) {
            finish(
                    job,
                    wish,
                    JobState.STOPPED,
                    hasNotBegun(job) ? "stopped before it began" : "its process ended while it was stopping");
        } else if (hasNotBegun(job) && neverBegan(end)) {
            String reason = end.state() == State.LOST
                    ? "attempt " + attempt.number() + " was never begun: the server had ended, or it was forgotten"
                    : "attempt " + attempt.number() + " found another trainer of the job at work";
            ingest.tell(id, attempt.number(), new StateChanged(job.state(), JobState.QUEUED, null, reason));
        } else {
            crashed(job, verdict == null ? cause(attempt, end) : verdict);
        }
    }

    private boolean hasNotBegun(Job job) {
        return job.state() == JobState.STARTING && Files.notExists(journal(job.id(), job.attempt()));
    }

    /** One that a server gave the job just before it died may take the lock only when the next server has started another. */
    private static boolean neverBegan(Placement end) {
        Integer exitCode = end.exitCode();
        return end.state() == State.LOST || (exitCode != null && exitCode == TrainerCommand.EXIT_FENCED);
    }

    private CauseOfDeath cause(Attempt attempt, Placement end) {
        return CauseOfDeath.of(end, CrashReport.take(home.run(), end.id(), folder(attempt.jobId(), attempt.number())));
    }

    /** An attempt could not be started at all. */
    void notStarted(Attempt attempt, Exception cause) {
        jobs.findById(attempt.jobId())
                .filter(job -> job.attempt() == attempt.number() && !job.state().ended())
                .ifPresent(job -> crashed(
                        job,
                        new CauseOfDeath("could not be started: " + cause.getMessage(), Outcome.ERROR, Again.RETRY)));
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

    private void crashed(Job found, CauseOfDeath cause) {
        ingest.change(found.id(), () -> {
            Job job = jobs.findById(found.id()).orElseThrow();
            String reason = "the trainer of attempt " + job.attempt() + " " + cause.how();
            // One that waited for a command did nothing that it could have died of.
            boolean free =
                    cause.again() == Again.FREE || (job.state() == JobState.PAUSED && cause.again() == Again.RETRY);
            String end = free ? null : countedOut(job, cause);
            jobs.saveAndFlush(job);
            if (end == null) {
                log.warn("job {}: {}; it goes on from its newest checkpoint", job.id(), reason);
                ingest.tell(
                        job.id(),
                        job.attempt(),
                        new Log("warning", reason + "; the job goes on from its newest checkpoint"),
                        new StateChanged(job.state(), JobState.QUEUED, null, reason));
            } else {
                log.warn("job {}: {}; {}", job.id(), reason, end);
                String last = LogTail.of(folder(job.id(), job.attempt()).resolve("trainer.log"));
                ingest.tell(
                        job.id(),
                        job.attempt(),
                        new StateChanged(
                                job.state(),
                                JobState.FAILED,
                                cause.outcome(),
                                reason + "; " + end + (last.isEmpty() ? "" : "; its log ends: " + last)));
            }
            return null;
        });
    }

    /** Counts a crash; why the job is not tried again, null if it is. */
    private @Nullable String countedOut(Job job, CauseOfDeath cause) {
        long step = views.full(job.id()).progress().step();
        job.crashed(step);
        if (cause.again() == Again.NEVER) {
            return "another attempt would come to the same";
        }
        if (job.crashes() > job.retries()) {
            return job.retries() == 0 ? "no retries were asked for" : "all retries are used up, " + job.retries();
        }
        if (job.crashesThere() >= MOST_AT_ONE_STEP) {
            return "it is the crash number " + job.crashesThere() + " in a row after " + step
                    + " steps, so that no further attempt is made";
        }
        job.waitUntil(clock.instant().plus(Retry.after(job.crashes(), job.id())));
        return null;
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

    private Path folder(long jobId, int attempt) {
        return home.job(jobId).resolve("attempts/" + attempt);
    }

    private Path journal(long jobId, int attempt) {
        return folder(jobId, attempt).resolve("journal.ndjson");
    }
}
