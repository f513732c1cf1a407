package io.signalbox.server.command;

import io.signalbox.event.JobState;
import io.signalbox.server.DiskSpace;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobRepository;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Pauses running jobs when the disk is about to be full, and has them go on when it is not any more. A job that somebody
 * resumes meanwhile is left alone until then. Called by one thread.
 */
@Component
public class DiskGuard {

    private static final Logger log = LoggerFactory.getLogger(DiskGuard.class);

    private static final Requester SELF = new Requester("disk guard", null);

    /** Begin of the ids of its commands. */
    private static final String OWN = "disk-";

    private static final long MEBI = 1 << 20;

    private final DiskSpace space;
    private final JobRepository jobs;
    private final CommandRepository commands;
    private final Commands requests;
    private final Ingest ingest;
    private final long keepFree;
    private final Set<Long> asked = new HashSet<>();
    private volatile boolean low;

    /** Whether jobs may wait that a server before had paused. */
    private boolean someMayWait = true;

    DiskGuard(
            DiskSpace space,
            JobRepository jobs,
            CommandRepository commands,
            Commands requests,
            Ingest ingest,
            SignalboxProperties properties) {
        this.space = space;
        this.jobs = jobs;
        this.commands = commands;
        this.requests = requests;
        this.ingest = ingest;
        this.keepFree = properties.disk().keepFree().toBytes();
    }

    /** Whether nothing should be begun that writes. */
    public boolean low() {
        return low;
    }

    /** Looks at the disk and acts. */
    public void look() {
        long usable = space.usable();
        if (usable < keepFree / 2) {
            if (!low) {
                log.warn("the disk has {} left; running jobs are paused until it has {}", mebi(usable), mebi(keepFree));
            }
            low = true;
            someMayWait = true;
            jobs.withTrainer().stream()
                    .filter(job -> job.state() == JobState.RUNNING && !asked.contains(job.id()))
                    .forEach(job -> pause(job.id(), usable));
        } else if (usable >= keepFree) {
            low = false;
            if (someMayWait) {
                jobs.withTrainer().stream()
                        .filter(job -> waits(job.id()))
                        .forEach(job -> request(job.id(), new Command.Resume()));
                asked.clear();
                someMayWait = false;
            }
        }
    }

    private void pause(long jobId, long usable) {
        String why = "The disk of the server has " + mebi(usable) + " left; training goes on when it has "
                + mebi(keepFree) + ", or when the job is resumed.";
        request(jobId, new Command.Pause()); // fails where even that has no room: it is asked again
        asked.add(jobId);
        log.warn("job {}: pausing, for the disk is about to be full", jobId);
        ingest.change(jobId, () -> {
            Job job = jobs.findById(jobId).orElseThrow();
            job.pausesBecause(why);
            return jobs.saveAndFlush(job);
        });
    }

    private void request(long jobId, Command command) {
        requests.request(jobId, new CommandRequest(OWN + UUID.randomUUID(), command), SELF);
    }

    /** Whether it was this guard that paused the job last, or is about to, and nobody resumed it since. */
    private boolean waits(long jobId) {
        return commands.findByJobIdOrderByOrdinal(jobId).stream()
                .filter(row -> row.state() == CommandState.PENDING || row.state() == CommandState.APPLIED)
                .map(CommandRow::request)
                .filter(request ->
                        request.command() instanceof Command.Pause || request.command() instanceof Command.Resume)
                .reduce((earlier, later) -> later)
                .filter(last ->
                        last.command() instanceof Command.Pause && last.id().startsWith(OWN))
                .isPresent();
    }

    private static String mebi(long bytes) {
        return bytes / MEBI + " MiB";
    }
}
