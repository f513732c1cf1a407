package io.signalbox.server.worker;

import io.signalbox.server.Home;
import io.signalbox.server.worker.Placement.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trainers as jobs of a Slurm cluster. All of it happens in rounds on one thread: one question for all jobs, then
 * whatever is to be done about them, so that a slurmctld that is away holds up nobody and nothing is asked of it job by job. A job
 * is known by its name and the folder that it was submitted in: slurmctld was seen to forget a job and to give its id to another.
 */
final class SlurmLauncher implements Launcher {

    private static final Logger log = LoggerFactory.getLogger(SlurmLauncher.class);

    /** What the trainer is told, in its attempt's folder, for its owner's eyes only. */
    private static final String ASSIGNMENT = "assignment.json";

    /** In so many rounds that slurmctld answered it said nothing of a job that is forgotten. */
    private static final int ROUNDS_TO_BE_LOST = 2;

    private final SlurmProperties settings;
    private final Home home;
    private final Slurm slurm;
    private final SlurmScript script;
    private final Map<Attempt, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private ScheduledExecutorService executor = newExecutor();
    private Runnable wake = () -> {};
    private boolean complained;

    SlurmLauncher(SlurmProperties settings, Home home) {
        this.settings = settings;
        this.home = home;
        this.slurm = Slurm.of(settings);
        this.script = new SlurmScript(settings);
    }

    /** An attempt: what is wished of it, and what is known. The pool's thread wishes, the launcher's does. */
    private static final class Watched {
        volatile Placement placement;

        /** Not handed to Slurm yet. */
        volatile @Nullable Launch launch;

        volatile boolean cancel;
        volatile boolean term;
        int roundsMissed;

        Watched(@Nullable Launch launch) {
            this.launch = launch;
            this.placement = Placement.of(launch == null ? State.UNKNOWN : State.WAITING);
        }
    }

    private static ScheduledExecutorService newExecutor() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "slurm");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void open(Runnable whenChanged) {
        wake = whenChanged;
        if (executor.isShutdown()) {
            executor = newExecutor();
        }
        executor.scheduleWithFixedDelay(this::round, 0, settings.poll().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void submit(Launch launch) throws IOException {
        Files.createDirectories(launch.folder());
        writeAssignment(launch.folder().resolve(ASSIGNMENT), launch.assignment().toJson());
        watched.put(launch.attempt(), new Watched(launch));
        hurry();
    }

    private static void writeAssignment(Path file, String json) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Home.privateFile())) {
            channel.write(ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    @Override
    public Placement observe(Attempt attempt) {
        return watched.computeIfAbsent(attempt, one -> new Watched(null)).placement;
    }

    @Override
    public void signal(Attempt attempt) {
        Watched one = watched.get(attempt);
        if (one != null) {
            one.term = true;
            hurry();
        }
    }

    @Override
    public void cancel(Attempt attempt) {
        Watched one = watched.get(attempt);
        if (one != null && !one.cancel) {
            log.info("job {}: {} is cancelled in Slurm", attempt.jobId(), name(attempt));
            one.cancel = true;
            hurry();
        }
    }

    @Override
    public void forget(Attempt attempt) {
        watched.remove(attempt);
        try {
            Files.deleteIfExists(folder(attempt).resolve(ASSIGNMENT));
        } catch (IOException e) {
            log.warn("{} could not be deleted: {}", folder(attempt).resolve(ASSIGNMENT), e.getMessage());
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        watched.clear();
    }

    private String name(Attempt attempt) {
        return settings.jobName() + "-" + attempt.jobId() + "-" + attempt.number();
    }

    private Path folder(Attempt attempt) {
        return home.job(attempt.jobId()).resolve("attempts/" + attempt.number());
    }

    /** Has a round begin at once, if none is about to. */
    private void hurry() {
        if (due.compareAndSet(false, true)) {
            executor.execute(this::round);
        }
    }

    private void round() {
        due.set(false);
        if (watched.isEmpty()) {
            return;
        }
        try {
            List<SlurmJob> queue = slurm.queue();
            Map<String, List<SlurmJob>> jobs =
                    queue.stream().collect(Collectors.groupingBy(job -> job.name() + " " + job.folder()));
            boolean changed = false;
            for (Map.Entry<Attempt, Watched> entry : watched.entrySet()) {
                changed |= look(entry.getKey(), entry.getValue(), jobs);
            }
            if (complained) {
                log.info("Slurm answers again");
                complained = false;
            }
            if (changed) {
                wake.run();
            }
        } catch (SlurmException e) {
            complain(e);
        } catch (RuntimeException e) {
            log.error("a round over Slurm's jobs broke off; the next one tries again", e);
        }
    }

    /** Once for each time that it is away. */
    private void complain(SlurmException e) {
        if (!complained && !executor.isShutdown()) {
            complained = true;
            log.warn("{}; jobs train on, and Slurm is asked again every {}", e.getMessage(), settings.poll());
        }
        watched.values().stream().filter(one -> one.launch != null).forEach(one -> one.placement = waiting(e));
    }

    private static Placement waiting(SlurmException e) {
        return new Placement(State.WAITING, null, null, e.getMessage(), null);
    }

    /** Brings one attempt to what is wished of it, as far as that goes now; whether there is news of it. */
    private boolean look(Attempt attempt, Watched one, Map<String, List<SlurmJob>> jobs) throws SlurmException {
        Placement before = one.placement;
        List<SlurmJob> found = jobs.getOrDefault(name(attempt) + " " + folder(attempt), List.of());
        SlurmJob job = newest(found);
        Launch launch = one.launch;
        if (job != null) {
            one.launch = null; // also one whose submission was not answered
            one.roundsMissed = 0;
            if (before.state() != State.REJECTED) { // Slurm lists also what it refused, with fewer words
                one.placement = job.placement();
            }
            act(one, job, found);
        } else if (launch != null) {
            submit(attempt, one, launch);
        } else if (!before.isOver()) {
            missed(attempt, one);
        }
        endOlder(attempt, jobs);
        return !one.placement.equals(before);
    }

    private static @Nullable SlurmJob newest(List<SlurmJob> jobs) {
        return jobs.stream()
                .max(Comparator.comparing(SlurmJob::isLive).thenComparing(job -> number(job.id())))
                .orElse(null);
    }

    private static long number(String id) {
        return id.matches("\\d{1,18}") ? Long.parseLong(id) : 0;
    }

    private void act(Watched one, SlurmJob job, List<SlurmJob> all) throws SlurmException {
        for (SlurmJob other : all) {
            if (other.isLive() && (one.cancel || one.placement.isOver() || !other.equals(job))) {
                slurm.cancel(other);
            }
        }
        if (one.term && job.isLive()) {
            slurm.term(job);
            one.term = false;
        }
    }

    private void submit(Attempt attempt, Watched one, Launch launch) throws SlurmException {
        if (one.cancel) {
            one.launch = null;
            one.placement = Placement.of(State.CANCELLED);
            return;
        }
        try {
            String name = name(attempt);
            String id =
                    slurm.submit(script.request(name, launch, folder(attempt).resolve(ASSIGNMENT)));
            one.launch = null;
            one.placement = new Placement(State.WAITING, id, null, "SUBMITTED", null);
            log.info("job {}: attempt {} is job {} of Slurm's, {}", attempt.jobId(), attempt.number(), id, name);
        } catch (SlurmException e) {
            if (e.passes()) {
                one.placement = waiting(e);
                throw e; // the others would fare no better
            }
            one.launch = null;
            one.placement = new Placement(State.REJECTED, null, null, e.getMessage(), null);
        }
    }

    /** Slurm answered and knows nothing of it. */
    private void missed(Attempt attempt, Watched one) {
        if (++one.roundsMissed < ROUNDS_TO_BE_LOST) {
            return;
        }
        String folder = folder(attempt).toString();
        one.placement = slurm.history(name(attempt)).stream()
                .filter(job -> job.folder().equals(folder) && !job.isLive())
                .reduce((first, last) -> last)
                .map(SlurmJob::placement)
                .orElseGet(() -> new Placement(
                        State.LOST, one.placement.id(), one.placement.node(), "Slurm knows no such job", null));
    }

    /** What Slurm still has of the attempts before, because it had forgotten them for a while. */
    private void endOlder(Attempt attempt, Map<String, List<SlurmJob>> jobs) throws SlurmException {
        for (int number = attempt.number() - 1; number > 0; number--) {
            Attempt older = new Attempt(attempt.jobId(), number);
            if (!watched.containsKey(older)) {
                for (SlurmJob job : jobs.getOrDefault(name(older) + " " + folder(older), List.of())) {
                    if (job.isLive()) {
                        log.debug("{} is over; Slurm's job {} of that name is cancelled", older.name(), job.id());
                        slurm.cancel(job);
                    }
                }
            }
        }
    }
}
