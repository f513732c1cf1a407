package io.signalbox.server.worker;

import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.server.DatabaseTrouble;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Shutdown;
import io.signalbox.server.Uptime;
import io.signalbox.server.cluster.ChangedElsewhere;
import io.signalbox.server.cluster.Duty;
import io.signalbox.server.command.Commands;
import io.signalbox.server.command.Deadlines;
import io.signalbox.server.command.DiskGuard;
import io.signalbox.server.ingest.EventsCommitted;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobQueue;
import io.signalbox.server.job.JobRepository;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Gives queued jobs to the launcher, as many at once as there are slots, and has each attempt looked after until its end. All of
 * it happens on one thread, woken by events and twice a second.
 */
@Component
@Order(1)
class WorkerPool implements Duty {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    private static final Duration TICK = Duration.ofMillis(500);

    /** How often the queue is looked at when nothing happens: a job may have waited long enough to be tried again. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Most jobs taken from the queue between two looks at those that run. */
    private static final int MOST_AT_ONCE = 100;

    /** What the pool has to come to the end of what it is at. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    private final JobRepository jobs;
    private final JobQueue queue;
    private final JobStart start;
    private final Launcher launcher;
    private final Attempts attempts;
    private final Commands commands;
    private final Deadlines deadlines;
    private final DiskGuard disk;
    private final Clock clock;
    private final Uptime uptime;
    private final Shutdown shutdown;
    private final Duration shutdownTimeout;
    private ScheduledExecutorService executor = newExecutor();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private Duration nextLook = Duration.ZERO;
    private boolean failed;
    private boolean complained;
    private volatile boolean open;
    private volatile boolean ready;

    /** Nothing new is started. */
    private volatile boolean ending;

    WorkerPool(
            JobRepository jobs,
            JobQueue queue,
            JobStart start,
            Launcher launcher,
            Attempts attempts,
            Commands commands,
            Deadlines deadlines,
            DiskGuard disk,
            SignalboxProperties properties,
            Clock clock,
            Uptime uptime) {
        this.jobs = jobs;
        this.queue = queue;
        this.start = start;
        this.launcher = launcher;
        this.attempts = attempts;
        this.commands = commands;
        this.deadlines = deadlines;
        this.disk = disk;
        this.clock = clock;
        this.uptime = uptime;
        this.shutdown = properties.shutdown();
        this.shutdownTimeout = properties.shutdownTimeout();
    }

    /** Has the pool look at the queue and at its trainers soon. Thread-safe, never waits. */
    void signal() {
        if (open && signalled.compareAndSet(false, true)) {
            executor.execute(this::tick);
        }
    }

    @EventListener
    void on(EventsCommitted committed) {
        boolean wakes = committed.events().stream().anyMatch(e -> e.detail() instanceof StateChanged);
        if (wakes) {
            signal();
        }
    }

    /** Another server queued a job, or may have. */
    @EventListener(ChangedElsewhere.class)
    void somethingHappened() {
        signal();
    }

    private static ScheduledExecutorService newExecutor() {
        return Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "worker-pool"));
    }

    private void tick() {
        failed = false;
        if (signalled.getAndSet(false)) {
            nextLook = Duration.ZERO;
        }
        if (!open) {
            return;
        }
        guarded(this::lookAtAttempts);
        guarded(disk::look);
        guarded(() -> deadlines.passed().forEach(attempts::kill));
        guarded(() -> commands.endingBeforeBegun().forEach(attempts::endWaiting));
        guarded(this::startQueued);
        if (!ending) {
            guarded(launcher::rest);
        }
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

    private void lookAtAttempts() {
        Set<Long> underWay = attempts.jobs();
        if (!underWay.isEmpty()) {
            Map<Long, JobState> states = queue.withTrainers();
            underWay.forEach(job -> guarded(() -> look(job, states)));
        }
    }

    private void look(long jobId, Map<Long, JobState> states) {
        if (attempts.look(jobId, states)) {
            nextLook = Duration.ZERO;
        }
    }

    private void startQueued() {
        if (ending || disk.low() || uptime.now().compareTo(nextLook) < 0) {
            return;
        }
        nextLook = uptime.now().plus(LOOK);
        Set<Long> seen = new HashSet<>();
        for (Long id = queue.next(seen); id != null && seen.size() < MOST_AT_ONCE; id = queue.next(seen)) {
            seen.add(id);
            jobs.findById(id).filter(job -> !attempts.isBusy(job)).ifPresent(job -> guarded(() -> start(job)));
        }
    }

    private void start(Job job) {
        Launch launch = start.begin(job);
        if (launch == null) {
            return;
        }
        Failpoint.reach("start.before-spawn");
        Attempt attempt = launch.attempt();
        attempts.begin(attempt, clock.instant());
        try {
            launcher.submit(launch);
            Failpoint.reach("start.after-spawn");
            ProcessHandle process = launcher.process(attempt);
            log.info(
                    "job {}: attempt {} goes to {}",
                    job.id(),
                    attempt.number(),
                    process == null ? "the launcher" : "trainer " + process.pid());
        } catch (IOException e) {
            log.warn("job {}: its trainer could not be started: {}", job.id(), e.getMessage());
            attempts.notStarted(attempt, e);
        }
    }

    @Override
    public synchronized void start() {
        if (executor.isShutdown()) {
            executor = newExecutor();
        }
        launcher.open(this::signal);
        attempts.find();
        open = true;
        if (ready) {
            tickOn();
        }
    }

    /** The queue, and the spare that loads PyTorch, wait until the server answers: they would slow its start. */
    @EventListener(ApplicationReadyEvent.class)
    synchronized void beginTicking() {
        ready = true;
        if (open) {
            tickOn();
        }
    }

    private void tickOn() {
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
            executor.submit(attempts::signal).get();
            int count = attempts.jobs().size();
            if (count > 0) {
                log.info("suspending {} running jobs; they go on when the server is started again", count);
            }
            if (!attempts.awaitNoneHere(deadline)) {
                log.warn(
                        "jobs {} did not save themselves within {}; they end by themselves, and the next start finds them",
                        attempts.jobs(),
                        shutdownTimeout);
            }
        } catch (ExecutionException e) {
            log.warn("running jobs could not be suspended; they train on, and the next start finds them", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        launcher.close();
        attempts.leave();
        signalled.set(false);
    }

    @Override
    public boolean isRunning() {
        return open;
    }
}
