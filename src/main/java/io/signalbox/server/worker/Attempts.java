package io.signalbox.server.worker;

import io.signalbox.event.JobState;
import io.signalbox.server.Home;
import io.signalbox.server.Uptime;
import io.signalbox.server.ingest.TrainerSessions;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobQueue;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.worker.Placement.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The attempts that are under way: ends those that break their limits or do not come to their end, and sees to what a dead one
 * leaves. Changed by the pool's thread alone, read by any.
 */
@Component
class Attempts {

    /** A trainer whose job has ended exits by itself in this time, or is ended. */
    private static final Duration EXIT_GRACE = Duration.ofSeconds(30);

    /** What a trainer has to save its job when the launcher has given up its place. */
    private static final Duration SAVE_WITHIN = Duration.ofMinutes(2);

    private final JobRepository jobs;
    private final JobQueue queue;
    private final TrainerDeath death;
    private final Launcher launcher;
    private final TrainerSessions sessions;
    private final Placements placements;
    private final Home home;
    private final Clock clock;
    private final Uptime uptime;
    private final Limits limits;
    private final Map<Long, Watched> running = new ConcurrentHashMap<>();

    Attempts(
            JobRepository jobs,
            JobQueue queue,
            TrainerDeath death,
            Launcher launcher,
            TrainerSessions sessions,
            Placements placements,
            Home home,
            JsonMapper json,
            Clock clock,
            Uptime uptime) {
        this.jobs = jobs;
        this.queue = queue;
        this.death = death;
        this.launcher = launcher;
        this.sessions = sessions;
        this.placements = placements;
        this.home = home;
        this.clock = clock;
        this.uptime = uptime;
        this.limits = new Limits(json, uptime, ResidentMemory::of);
    }

    private static final class Watched {
        final Attempt attempt;
        final Instant startedAt;

        /** When its job was first seen to have no use for a trainer. */
        @Nullable
        Duration doneAt;

        /** When its launcher was first seen to take it for ended while its trainer was connected. */
        @Nullable
        Duration lostAt;

        /** What people were told last of where it is. */
        @Nullable
        Placement told;

        /** Whether this server had its launcher end it. */
        boolean cancelled;

        /** Why this server ends it. */
        @Nullable
        CauseOfDeath verdict;

        Watched(Attempt attempt, Instant startedAt) {
            this.attempt = attempt;
            this.startedAt = startedAt;
        }
    }

    /** Takes up those that the last server left. */
    void find() {
        for (Job job : jobs.withTrainer()) {
            begin(new Attempt(job.id(), job.attempt()), job.startedAt() == null ? clock.instant() : job.startedAt());
        }
    }

    /** Another server looks after them. */
    void leave() {
        running.keySet().forEach(queue::release);
        running.clear();
    }

    /** The launcher is given an attempt. */
    void begin(Attempt attempt, Instant at) {
        queue.hold(attempt.jobId());
        running.put(attempt.jobId(), new Watched(attempt, at));
    }

    /** The launcher did not take it. */
    void notStarted(Attempt attempt, Exception cause) {
        end(attempt);
        death.notStarted(attempt, cause);
    }

    /** Jobs with one. */
    Set<Long> jobs() {
        return Set.copyOf(running.keySet());
    }

    /** Whether an attempt of the job is under way, or one before, which suspended it, on its way out. */
    boolean isBusy(Job job) {
        if (running.containsKey(job.id()) || job.attempt() == 0) {
            return running.containsKey(job.id());
        }
        Attempt last = new Attempt(job.id(), job.attempt());
        boolean over = launcher.observe(last).isOver();
        if (over) {
            launcher.forget(last);
        }
        return !over;
    }

    /**
     * Looks after a job's attempt; true if it is over.
     *
     * @param states of the jobs that have trainers, read for all of them at once
     */
    boolean look(long jobId, Map<Long, JobState> states) {
        Watched watched = running.get(jobId);
        if (watched == null) {
            return false;
        }
        Attempt attempt = watched.attempt;
        Placement placement = launcher.observe(attempt);
        tell(watched, placement);
        if (placement.isOver() && !livesOn(watched, placement)) {
            death.of(attempt, watched.cancelled ? placement.byUs() : placement, watched.verdict);
            end(attempt); // not before: the database may have been away
            return true;
        }
        JobState state = states.get(jobId);
        if (state == null) {
            watched.doneAt = watched.doneAt == null ? uptime.now() : watched.doneAt;
            if (uptime.now().compareTo(watched.doneAt.plus(EXIT_GRACE)) > 0) {
                cancel(watched);
            }
            return false;
        }
        CauseOfDeath verdict = Files.notExists(home.job(jobId))
                ? CauseOfDeath.folderGone(home.job(jobId))
                : limits.broken(attempt, launcher.process(attempt), state, () -> spec(jobId));
        if (verdict != null) {
            watched.verdict = verdict;
            cancel(watched);
        }
        TrainerLog.keepSmall(folder(attempt));
        return false;
    }

    private String spec(long jobId) {
        return jobs.findById(jobId).map(Job::spec).orElse("{}");
    }

    /** What runs on this machine is told of by {@code GET /workers}. */
    private void tell(Watched watched, Placement placement) {
        boolean saysSomething = placement.id() != null || placement.reason() != null;
        if (saysSomething && launcher.process(watched.attempt) == null && !placement.equals(watched.told)) {
            placements.keep(watched.attempt, placement);
            watched.told = placement;
        }
    }

    /**
     * Whether its trainer is connected though its launcher takes it for ended. A machine may be lost to the launcher and not to us: the
     * trainer is asked to save and end, and has a while before another takes over and it is fenced.
     */
    private boolean livesOn(Watched watched, Placement placement) {
        Attempt attempt = watched.attempt;
        if (!sessions.has(attempt.jobId(), attempt.number())) {
            return false;
        }
        if (watched.lostAt == null) {
            watched.lostAt = uptime.now();
            sessions.interrupt(
                    attempt.jobId(), "Where this trainer runs it is taken for ended (" + placement.reason() + ")");
        }
        return uptime.now().compareTo(watched.lostAt.plus(SAVE_WITHIN)) < 0;
    }

    private Path folder(Attempt attempt) {
        return home.job(attempt.jobId()).resolve("attempts/" + attempt.number());
    }

    private void end(Attempt attempt) {
        running.remove(attempt.jobId());
        queue.release(attempt.jobId());
        limits.forget(attempt.jobId());
        launcher.forget(attempt);
        synchronized (this) {
            notifyAll();
        }
    }

    /** Ends a job's attempt that should have ended by itself by now. */
    void kill(long jobId) {
        Watched watched = running.get(jobId);
        if (watched != null) {
            watched.verdict = CauseOfDeath.OVERDUE;
            cancel(watched);
        }
    }

    private void cancel(Watched watched) {
        watched.cancelled = true;
        launcher.cancel(watched.attempt);
    }

    /** Ends a job's attempt if it still waits for its turn: it is to stop before it began. */
    void endWaiting(long jobId) {
        Watched watched = running.get(jobId);
        if (watched != null && launcher.observe(watched.attempt).state() == State.WAITING) {
            cancel(watched);
        }
    }

    /** Asks all of them to save and end. */
    void signal() {
        running.values().forEach(watched -> launcher.signal(watched.attempt));
    }

    /** Waits until none has a process on this machine; false if some have by then. */
    synchronized boolean awaitNoneHere(long deadline) throws InterruptedException {
        long left = deadline - System.nanoTime();
        while (left > 0 && running.values().stream().anyMatch(one -> launcher.process(one.attempt) != null)) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = deadline - System.nanoTime();
        }
        return left > 0;
    }

    /** The trainers there are, those that wait for a job too. */
    List<TrainerView> trainers() {
        List<TrainerView> trainers = new ArrayList<>();
        running.values()
                .forEach(one -> trainers.add(TrainerView.of(
                        launcher.process(one.attempt), one.attempt.jobId(), one.attempt.number(), one.startedAt)));
        launcher.spares()
                .forEach(spare ->
                        trainers.add(TrainerView.of(spare.process().toHandle(), null, null, spare.startedAt())));
        return trainers;
    }

    /** Those that another server looks after, as far as the table tells. */
    List<TrainerView> elsewhere() {
        return jobs.withTrainer().stream()
                .map(job -> TrainerView.of(
                        null, job.id(), job.attempt(), job.startedAt() == null ? clock.instant() : job.startedAt()))
                .toList();
    }

    /** A trainer process; job and attempt are null for a spare, what is not known of one elsewhere too. */
    record TrainerView(
            @Nullable Long pid,
            @Nullable Long jobId,
            @Nullable Integer attempt,
            Instant startedAt,
            @Nullable Long residentBytes,
            @Nullable Double cpuSeconds) {

        static TrainerView of(
                @Nullable ProcessHandle process, @Nullable Long jobId, @Nullable Integer attempt, Instant startedAt) {
            return process == null
                    ? new TrainerView(null, jobId, attempt, startedAt, null, null)
                    : new TrainerView(
                            process.pid(),
                            jobId,
                            attempt,
                            startedAt,
                            ResidentMemory.of(process.pid()),
                            process.info()
                                    .totalCpuDuration()
                                    .map(d -> d.toMillis() / 1000.0)
                                    .orElse(null));
        }
    }
}
