package io.signalbox.server.command;

import io.signalbox.event.EventDetail;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.ingest.TrainerSessions;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.plugin.PluginTypes;
import io.signalbox.server.web.ApiException;
import io.signalbox.server.web.IfMatch;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.SpecParser;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import tools.jackson.databind.node.ObjectNode;

/** Takes commands in, hands them to trainers, and knows what became of them. */
@Service
public class Commands {

    /** How long a trainer has to end itself after a cancel before it is killed. */
    private static final Duration CANCEL_GRACE = Duration.ofSeconds(3);

    /** Types that end a job. */
    static final Set<String> ENDING = Set.of("stop", "cancel");

    /** Types whose effect on a run is lost with a checkpoint that was taken before. */
    private static final Set<String> LASTING =
            Set.of("set_learning_rate", "release_learning_rate", "pause", "resume", "restore_checkpoint");

    /** More commands waiting than this are a runaway script. */
    private static final int MOST_PENDING = 1000;

    private final CommandRepository repository;
    private final Jobs jobs;
    private final Ingest ingest;
    private final TrainerSessions sessions;
    private final NoTrainer noTrainer;
    private final SpecChanges specs;
    private final PluginTypes types;
    private final Audit audit;
    private final Clock clock;

    Commands(
            CommandRepository repository,
            Jobs jobs,
            Ingest ingest,
            TrainerSessions sessions,
            NoTrainer noTrainer,
            SpecChanges specs,
            PluginTypes types,
            Audit audit,
            Clock clock) {
        this.audit = audit;
        this.types = types;
        this.noTrainer = noTrainer;
        this.specs = specs;
        this.repository = repository;
        this.jobs = jobs;
        this.ingest = ingest;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Takes a command in, whatever the job is by now. */
    CommandView request(long jobId, CommandRequest request, Requester by) {
        return request(jobId, request, by, IfMatch.NONE);
    }

    /**
     * Takes a command in. An id that the job has seen answers what became of it then. One that makes no sense in
     * the job's state is a 409 problem, one that is for another version of the job a 412.
     */
    CommandView request(long jobId, CommandRequest request, Requester by, IfMatch seen) {
        jobs.require(jobId);
        try {
            return take(jobId, request, by, seen);
        } catch (ApiException e) {
            refused(jobId, SpecParser.toJson(request), by, e.reason());
            throw e;
        } catch (InvalidSpecException e) {
            refused(jobId, SpecParser.toJson(request), by, e.getMessage());
            throw e;
        }
    }

    /** Keeps that something was asked for that was refused. */
    void refused(long jobId, ObjectNode body, Requester by, @Nullable String why) {
        jobs.require(jobId);
        ingest.change(jobId, () -> {
            audit.refused(jobId, body, by, why);
            return jobId;
        });
    }

    private CommandView take(long jobId, CommandRequest request, Requester by, IfMatch seen) {
        CommandRow row = ingest.change(
                jobId,
                () -> repository
                        .findByJobIdAndCommandId(jobId, request.id())
                        .orElseGet(() -> accept(jobId, request, by, seen)));
        Failpoint.reach("command.after-commit");
        if (row.state() == CommandState.PENDING) {
            sessions.send(jobId, row.request());
        }
        return find(jobId, row.id());
    }

    private CommandRow accept(long jobId, CommandRequest asked, Requester by, IfMatch seen) {
        Job job = jobs.require(jobId);
        seen.require(job.version());
        if (repository.countByJobIdAndState(jobId, CommandState.PENDING) >= MOST_PENDING) {
            throw Problems.conflict("job " + jobId + " has " + MOST_PENDING + " commands waiting already");
        }
        noTrainer.refuseEnded(job, asked);
        CommandRequest request = specs.check(job, asked, jobs);
        List<EventDetail> told = noTrainer.apply(job, request);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        CommandRow row =
                repository.saveAndFlush(new CommandRow(jobId, request, by, now, killAt(request.command(), now)));
        audit.happened(row, "requested", now);
        if (!told.isEmpty()) {
            ingest.tell(jobId, job.attempt(), told.toArray(EventDetail[]::new));
        }
        return row;
    }

    private static @Nullable Instant killAt(Command command, Instant now) {
        if (command instanceof Command.Cancel) {
            return now.plus(CANCEL_GRACE);
        }
        if (command instanceof Command.Stop stop && stop.deadlineSeconds() != null) {
            return now.plusSeconds(stop.deadlineSeconds());
        }
        return null;
    }

    List<CommandView> of(long jobId) {
        jobs.require(jobId);
        return repository.findByJobIdOrderByOrdinal(jobId).stream()
                .map(row -> row.view(types))
                .toList();
    }

    CommandView find(long jobId, String id) {
        return repository
                .findByJobIdAndCommandId(jobId, id)
                .map(row -> row.view(types))
                .orElseThrow(() -> Problems.notFound("command", id));
    }

    /**
     * What the trainer of a job is handed when it connects, in the order it was asked: commands that wait, and those that
     * steer and were applied, for one that went on from a checkpoint taken before knows nothing of them. It passes over
     * those it knows, and applies the others where they were applied first.
     */
    public List<CommandRequest> forTrainer(long jobId) {
        return repository.findByJobIdOrderByOrdinal(jobId).stream()
                .filter(row -> row.state() == CommandState.PENDING
                        || (row.state() == CommandState.APPLIED && LASTING.contains(row.type()) && row.byTrainer()))
                .map(CommandRow::forTrainer)
                .toList();
    }

    /** Jobs that are to end and have not begun yet. */
    public List<Long> endingBeforeBegun() {
        return repository.endingBeforeBegun();
    }

    /** The cancel or stop that waits to be applied to a job, or was applied and is being carried out; null for none. */
    public @Nullable EndRequest endRequest(long jobId) {
        return repository.findByJobIdOrderByOrdinal(jobId).stream()
                .filter(row -> row.state() == CommandState.PENDING || row.state() == CommandState.APPLIED)
                .filter(row -> ENDING.contains(row.type()) && !row.isOverWith())
                .map(row -> new EndRequest(
                        row.id(), row.type(), row.type().equals("cancel"), row.state() == CommandState.PENDING))
                .reduce((a, b) -> a.cancel() ? a : b)
                .orElse(null);
    }

    /** A wish that a job end. */
    public record EndRequest(String commandId, String type, boolean cancel, boolean pending) {}
}
