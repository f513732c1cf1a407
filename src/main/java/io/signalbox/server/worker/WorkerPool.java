package io.signalbox.server.worker;

import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.link.Assignment;
import io.signalbox.server.DatabaseTrouble;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Shutdown;
import io.signalbox.server.command.Commands;
import io.signalbox.server.command.DiskGuard;
import io.signalbox.server.ingest.EventsCommitted;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobQueue;
import io.signalbox.server.job.JobRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives queued jobs to trainers, as many at once as there are slots, and sees to those that died. All of it happens on one
 * thread, woken by events and twice a second; after a crash of the server it finds running trainers by their locks.
 */
@Component
public class WorkerPool implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    private static final Duration TICK = Duration.ofMillis(500);

    /** How often the queue is looked at when nothing happens: a job may have waited long enough to be tried again. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Most jobs taken from the queue between two looks at those that run. */
    private static final int MOST_AT_ONCE = 100;

    /** A new spare is started only so long after a job, so that loading PyTorch does not slow its first steps. */
    private static final Duration SPARE_DELAY = Duration.ofSeconds(2);

    /** After a spare that died by itself: what killed it will kill the next one too, so that there is no hurry. */
    private static final Duration SPARE_BACKOFF = Duration.ofSeconds(30);

    /** A trainer whose job has ended exits by itself in this time, or is killed. */
    private static final Duration EXIT_GRACE = Duration.ofSeconds(30);

    /** What the pool has to come to the end of what it is at. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    private final JobRepository jobs;
    private final JobQueue queue;
    private final JobStart start;
    private final TrainerDeath death;
    private final Commands commands;
    private final DiskGuard disk;
    private final Home home;
    private final Clock clock;
    private final Limits limits;
    private final int slots;
    private final int warm;
    private final Shutdown shutdown;
    private final Duration shutdownTimeout;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "worker-pool"));
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final Map<Long, Attempt> running = new ConcurrentHashMap<>();
    private final Map<Long, Instant> endedAt = new ConcurrentHashMap<>();
    private final Map<Long, CauseOfDeath> verdicts = new ConcurrentHashMap<>();
    private final Deque<Trainer> spares = new ConcurrentLinkedDeque<>();
    private Instant nextSpare = Instant.EPOCH;
    private Instant nextLook = Instant.EPOCH;
    private boolean failed;
    private boolean complained;
    private volatile boolean open;

    /** Nothing new is started. */
    private volatile boolean ending;

    WorkerPool(
            JobRepository jobs,
            JobQueue queue,
            JobStart start,
            TrainerDeath death,
            Commands commands,
            DiskGuard disk,
            Home home,
            SignalboxProperties properties,
            JsonMapper json,
            Clock clock) {
        this.limits = new Limits(json, clock, ResidentMemory::of);
        this.jobs = jobs;
        this.queue = queue;
        this.start = start;
        this.death = death;
        this.commands = commands;
        this.disk = disk;
        this.home = home;
        this.clock = clock;
        this.slots = properties.workers().slots();
        this.warm = properties.workers().warm();
        this.shutdown = properties.shutdown();
        this.shutdownTimeout = properties.shutdownTimeout();
    }

    /** Has the pool look at the queue and at its trainers soon. Thread-safe, never waits. */
    public void signal() {
        if (open && signalled.compareAndSet(false, true)) {
            executor.execute(this::tick);
        }
    }

    /** The trainer of an attempt has connected; one that an earlier server started becomes known by this. */
    void connected(long jobId, int attempt, long pid) {
        ProcessHandle.of(pid)
                .ifPresent(process -> running.computeIfPresent(
                        jobId,
                        (id, known) -> known.number() == attempt && known.process() == null
                                ? known.withProcess(process)
                                : known));
    }

    @EventListener
    void on(EventsCommitted committed) {
        boolean wakes = committed.events().stream().anyMatch(e -> e.detail() instanceof StateChanged);
        if (wakes) {
            signal();
        }
    }

    private void tick() {
        failed = false;
        if (signalled.getAndSet(false)) {
            nextLook = Instant.EPOCH;
        }
        if (!open) {
            return;
        }
        List.copyOf(running.values()).forEach(attempt -> guarded(() -> look(attempt)));
        guarded(disk::look);
        guarded(() -> commands.overdue().forEach(this::kill));
        guarded(this::startQueued);
        guarded(this::keepWarm);
        if (complained && !failed) {
            complained = false;
            log.info("the database can be used again");
        }
    }

    /** One job's trouble, or a database that is away, keeps neither the pool nor other jobs: the next tick tries again. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            if (DatabaseTrouble.of(e) != null) {
                troubled(e);
                return;
            }
            log.error("the worker pool met an error; it tries again with the next tick", e);
        }
    }

    /** Once for each time that the database is away. */
    private void troubled(RuntimeException e) {
        failed = true;
        if (!complained) {
            complained = true;
            log.warn(
                    "the database cannot be used ({}); jobs train on, and nothing new is started until it can",
                    e.toString());
        }
    }

    private void look(Attempt attempt) {
        if (!alive(attempt)) {
            killLeftovers(attempt);
            death.of(attempt, verdicts.get(attempt.jobId()));
            verdicts.remove(attempt.jobId()); // not before: the database may have been away
            running.remove(attempt.jobId());
            queue.release(attempt.jobId());
            nextLook = Instant.EPOCH;
            endedAt.remove(attempt.jobId());
            limits.forget(attempt.jobId());
            return;
        }
        Job job = jobs.findById(attempt.jobId()).orElse(null);
        if (job == null || !job.state().hasTrainer()) {
            Instant since = endedAt.computeIfAbsent(attempt.jobId(), id -> clock.instant());
            if (clock.instant().isAfter(since.plus(EXIT_GRACE))) {
                kill(attempt.jobId());
            }
        } else if (Files.notExists(home.job(attempt.jobId()))) {
            verdicts.putIfAbsent(attempt.jobId(), CauseOfDeath.folderGone(home.job(attempt.jobId())));
            kill(attempt.jobId());
        } else {
            CauseOfDeath verdict = limits.broken(attempt, job.state(), job.spec());
            if (verdict != null) {
                verdicts.put(attempt.jobId(), verdict);
                kill(attempt.jobId());
            }
            TrainerLog.keepSmall(home.job(attempt.jobId()).resolve("attempts/" + attempt.number()));
        }
    }

    private boolean alive(Attempt attempt) {
        Process own = attempt.own();
        if (own != null) {
            return own.isAlive();
        }
        try {
            return AttemptLock.held(home.job(attempt.jobId()));
        } catch (IOException e) {
            log.warn(
                    "job {}: could not read its lock ({}); its trainer counts as alive",
                    attempt.jobId(),
                    e.getMessage());
            return true;
        }
    }

    /** What plugins may have started and left behind. */
    private static void killLeftovers(Attempt attempt) {
        ProcessHandle process = attempt.process();
        if (process != null && !process.isAlive()) {
            ProcessSession.members(process.pid()).forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void kill(long jobId) {
        Attempt attempt = running.get(jobId);
        ProcessHandle process = attempt == null ? null : attempt.process();
        if (process != null && process.isAlive()) {
            log.info("job {}: killing trainer {}", jobId, process.pid());
            process.destroyForcibly();
        }
    }

    /** Also when the clock was set back meanwhile: nothing is put off for longer than that. */
    private boolean isDue(Instant when) {
        Instant now = clock.instant();
        return !now.isBefore(when) || now.isBefore(when.minus(SPARE_BACKOFF));
    }

    private void startQueued() {
        if (ending || disk.low() || !isDue(nextLook)) {
            return;
        }
        nextLook = clock.instant().plus(LOOK);
        Set<Long> seen = new HashSet<>();
        for (Long id = queue.next(seen); id != null && seen.size() < MOST_AT_ONCE; id = queue.next(seen)) {
            seen.add(id);
            jobs.findById(id).filter(job -> !isLeaving(job)).ifPresent(job -> guarded(() -> start(job)));
        }
    }

    /** Whether the trainer of an attempt before, one that suspended the job, is still on its way out. */
    private boolean isLeaving(Job job) {
        try {
            return running.containsKey(job.id()) || (job.attempt() > 0 && AttemptLock.held(home.job(job.id())));
        } catch (IOException e) {
            log.warn("job {}: could not read its lock ({}); it is started later", job.id(), e.getMessage());
            return true;
        }
    }

    private void start(Job job) {
        Assignment assignment = start.begin(job);
        if (assignment == null) {
            return;
        }
        Failpoint.reach("start.before-spawn");
        nextSpare = clock.instant().plus(SPARE_DELAY);
        try {
            Path folder = home.job(job.id());
            Trainer trainer = take(folder, job.memory());
            Path attempt = Files.createDirectories(folder.resolve("attempts/" + assignment.attempt()));
            queue.hold(job.id());
            running.put(
                    job.id(),
                    new Attempt(
                            job.id(),
                            assignment.attempt(),
                            trainer.process().toHandle(),
                            trainer.process(),
                            trainer.startedAt(),
                            OomKills.count()));
            trainer.process().onExit().thenRun(this::signal);
            trainer.assign(assignment, attempt.resolve("trainer.log"));
            Failpoint.reach("start.after-spawn");
            log.info(
                    "job {}: attempt {} goes to trainer {}",
                    job.id(),
                    assignment.attempt(),
                    trainer.process().pid());
        } catch (IOException e) {
            log.warn("job {}: its trainer could not be started: {}", job.id(), e.getMessage());
            Attempt failed = running.remove(job.id());
            queue.release(job.id());
            if (failed != null && failed.own() != null) {
                failed.own().destroyForcibly();
            }
            death.notStarted(job.id(), assignment.attempt(), e);
        }
    }

    /** One whose memory is bounded is started for it: the bound of a Java heap is set at its start. */
    private Trainer take(Path job, @Nullable Long memory) throws IOException {
        while (memory == null && !spares.isEmpty()) {
            Trainer spare = spares.poll();
            if (spare.process().isAlive()) {
                return spare;
            }
        }
        Files.createDirectories(job);
        return newTrainer(memory);
    }

    private Trainer newTrainer(@Nullable Long memory) throws IOException {
        return Trainer.start(memory, home.run(), clock.instant());
    }

    private void keepWarm() {
        if (spares.removeIf(spare -> !spare.process().isAlive())) {
            log.warn("a spare trainer died before it had a job; the next one is started in {}", SPARE_BACKOFF);
            nextSpare = clock.instant().plus(SPARE_BACKOFF);
        }
        if (ending || spares.size() >= warm || !isDue(nextSpare)) {
            return;
        }
        try {
            spares.add(newTrainer(null));
        } catch (IOException e) {
            log.warn("could not start a spare trainer: {}; the next job starts one of its own", e.getMessage());
        }
    }

    /** The trainers there are, spares too. */
    List<TrainerView> trainers() {
        List<TrainerView> trainers = new ArrayList<>();
        running.values().forEach(a -> trainers.add(TrainerView.of(a.process(), a.jobId(), a.number(), a.startedAt())));
        List.copyOf(spares)
                .forEach(s -> trainers.add(TrainerView.of(s.process().toHandle(), null, null, s.startedAt())));
        return trainers;
    }

    int slots() {
        return slots;
    }

    @Override
    public void start() {
        for (Job job : jobs.withTrainer()) {
            queue.hold(job.id());
            Instant since = job.startedAt() == null ? clock.instant() : job.startedAt();
            running.put(job.id(), new Attempt(job.id(), job.attempt(), null, null, since, OomKills.count()));
        }
        open = true;
    }

    /** The queue, and the spare that loads PyTorch, wait until the server answers: they would slow its start. */
    @EventListener(ApplicationReadyEvent.class)
    void beginTicking() {
        executor.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * The server is asked to end. Running jobs are asked to save themselves while everything they need to tell it is still
     * there. One that takes too long ends by itself later, and the next server finds what it left.
     */
    @EventListener(ContextClosedEvent.class)
    void suspendAll() {
        ending = true;
        if (!open || shutdown == Shutdown.DETACH) {
            return;
        }
        long deadline = System.nanoTime() + shutdownTimeout.toNanos();
        try {
            CompletableFuture<?>[] ends = executor.submit(this::interruptAll).get();
            if (ends.length > 0) {
                log.info("suspending {} running jobs; they go on when the server is started again", ends.length);
                CompletableFuture.allOf(ends).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                executor.submit(this::tick).get();
            }
        } catch (TimeoutException e) {
            log.warn(
                    "jobs {} did not save themselves within {}; they end by themselves, and the next start finds them",
                    running.keySet(),
                    shutdownTimeout);
        } catch (ExecutionException e) {
            log.warn("running jobs could not be suspended; they train on, and the next start finds them", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks all trainers to end where the system has a way to ask; answers their ends. */
    private CompletableFuture<?>[] interruptAll() {
        return running.values().stream()
                .flatMap(attempt -> Stream.ofNullable(attempt.process()))
                .filter(ProcessHandle::supportsNormalTermination)
                .map(process -> {
                    process.destroy();
                    return process.onExit();
                })
                .toArray(CompletableFuture<?>[]::new);
    }

    /** Spares end, also one that is being started; trainers with a job that train on are found again by the next server. */
    @Override
    public void stop() {
        open = false;
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("the worker pool is still at work; what it is at is done again by the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Trainer spare : spares) {
            try {
                spare.dismiss();
            } catch (IOException e) {
                log.debug("a spare trainer was gone already", e);
            }
        }
    }

    @Override
    public boolean isRunning() {
        return open;
    }

    /** A trainer process; job and attempt are null for a spare. */
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
