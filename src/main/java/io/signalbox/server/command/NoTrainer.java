package io.signalbox.server.command;

import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.server.job.GoingOn;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.job.Jobs;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import io.signalbox.spec.SpecParser;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Applies commands to jobs that no trainer has: queued, suspended or ended. What it leaves waits for the next trainer. */
@Component
class NoTrainer {

    private final JobRepository repository;
    private final Jobs jobs;
    private final GoingOn goingOn;
    private final CommandRepository commands;
    private final JsonMapper json;

    NoTrainer(JobRepository repository, Jobs jobs, GoingOn goingOn, CommandRepository commands, JsonMapper json) {
        this.repository = repository;
        this.jobs = jobs;
        this.goingOn = goingOn;
        this.commands = commands;
        this.json = json;
    }

    /**
     * What a command tells of a job in whatever state; nothing for one that waits for a trainer. Within a change of the job.
     * A command that makes no sense in that state is a 409 problem.
     */
    List<EventDetail> apply(Job job, CommandRequest request) {
        JobState state = job.state();
        Command command = request.command();
        if (state.hasTrainer()) {
            return List.of();
        }
        if (command instanceof Command.SetEpochs set) {
            return setEpochs(job, set, request);
        }
        if (SpecChanges.isOfCallbacks(command)) {
            return List.of(new CommandApplied(
                    request.id(), SpecParser.name(command), "the spec is changed; attempts to come run by it"));
        }
        if (command instanceof Command.Cancel) {
            return ended(job, JobState.CANCELLED, request);
        }
        if (command instanceof Command.Stop) {
            return ended(job, JobState.STOPPED, request);
        }
        return state == JobState.SUSPENDED ? suspended(job, request) : List.of();
    }

    /** A 409 problem for a job that has ended, unless the command has it go on. */
    void refuseEnded(Job job, CommandRequest request) {
        if (job.state().ended() && !(request.command() instanceof Command.SetEpochs)) {
            throw refused(job, request);
        }
    }

    private static List<EventDetail> suspended(Job job, CommandRequest request) {
        Command command = request.command();
        if (command instanceof Command.Resume) {
            String message = "queued again; goes on where it was suspended";
            return moved(request, message, new StateChanged(job.state(), JobState.QUEUED, null, message));
        }
        if (command instanceof Command.Pause || command instanceof Command.Suspend) {
            throw refused(job, request);
        }
        return List.of();
    }

    private static List<EventDetail> ended(Job job, JobState to, CommandRequest request) {
        String message = "ended by a command while it was " + job.state().wireName();
        return moved(request, message, new StateChanged(job.state(), to, Outcome.STOPPED_BY_COMMAND, message));
    }

    private static List<EventDetail> moved(CommandRequest request, String message, StateChanged change) {
        String before = change.from() == null ? null : change.from().wireName();
        CommandApplied applied = new CommandApplied(
                request.id(),
                SpecParser.name(request.command()),
                message,
                before,
                change.to().wireName());
        return List.of(applied, change);
    }

    private List<EventDetail> setEpochs(Job job, Command.SetEpochs set, CommandRequest request) {
        Manifest from = goingOn.afterEnd(job).orElse(null);
        if (from != null) {
            boolean epochIsDone = job.state().ended() && !from.name().equals(CheckpointFolder.STOPPED);
            int least = from.facts().epoch() + (epochIsDone ? 2 : 1);
            if (set.epochs() < least) {
                throw Problems.invalid(
                        "#/epochs", "range.min", "must be " + least + " or more, for the others are done already");
            }
        }
        String before = json.readTree(job.spec()).get("epochs").asString();
        String message = "trains " + set.epochs() + " epochs in all, not " + before;
        CommandApplied applied =
                new CommandApplied(request.id(), SpecParser.name(set), message, before, Integer.toString(set.epochs()));
        if (!job.state().ended()) {
            return List.of(applied);
        }
        if (from == null) {
            throw Problems.conflict("job " + job.id() + " is " + job.state().wireName()
                    + " and has no full checkpoint to go on from; submit it anew");
        }
        jobs.requireSameDataset(job);
        job.goOnFrom(from.sha256(), List.of("stop"));
        repository.saveAndFlush(job);
        commands.findByJobIdOrderByOrdinal(job.id()).stream()
                .filter(row -> Commands.ENDING.contains(row.type()))
                .forEach(CommandRow::overWith);
        String goesOn = "goes on from checkpoint '" + from.name() + "' to " + set.epochs() + " epochs";
        return List.of(applied, new StateChanged(job.state(), JobState.QUEUED, null, goesOn));
    }

    private static RuntimeException refused(Job job, CommandRequest request) {
        return Problems.conflict("job " + job.id() + " is " + job.state().wireName() + " and takes no "
                + SpecParser.name(request.command()));
    }
}
