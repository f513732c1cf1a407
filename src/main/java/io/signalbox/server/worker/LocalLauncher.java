package io.signalbox.server.worker;

import io.signalbox.link.Assignment;
import io.signalbox.server.Home;
import io.signalbox.server.Uptime;
import io.signalbox.server.worker.Placement.State;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trainers as processes of this machine: of a spare that has loaded PyTorch already, where there is one. Those that an earlier
 * server started are found by the lock that each holds on its job.
 */
final class LocalLauncher implements Launcher {

    private static final Logger log = LoggerFactory.getLogger(LocalLauncher.class);

    private static final int KILLED = 128 + 9;

    private final Home home;
    private final Spares spares;
    private final Map<Attempt, Local> attempts = new ConcurrentHashMap<>();

    /** Locks of attempts that were said to be lost: a trainer that an earlier server gave its job late cannot begin any more. */
    private final Map<Attempt, Closeable> fences = new ConcurrentHashMap<>();

    private Runnable wake = () -> {};

    LocalLauncher(Home home, int warm, Clock clock, Uptime uptime) {
        this.home = home;
        this.spares = new Spares(warm, home.run(), clock, uptime);
    }

    /**
     * An attempt on this machine.
     *
     * @param trainer null for one that an earlier server started
     * @param found its process, once it has connected, if this server did not start it
     * @param oomKills {@link OomKills} until it began
     */
    private record Local(
            @Nullable Trainer trainer, @Nullable ProcessHandle found, long oomKills) {

        @Nullable
        ProcessHandle process() {
            return trainer == null ? found : trainer.process().toHandle();
        }
    }

    @Override
    public void open(Runnable whenChanged) {
        wake = whenChanged;
    }

    @Override
    public void submit(Launch launch) throws IOException {
        Files.createDirectories(launch.folder());
        showLock(launch.assignment());
        Trainer trainer = spares.take(launch.memory());
        attempts.put(launch.attempt(), new Local(trainer, null, OomKills.count()));
        trainer.process().onExit().thenRun(wake);
        try {
            trainer.assign(launch.assignment(), launch.folder().resolve("trainer.log"));
        } catch (IOException e) {
            trainer.process().destroyForcibly();
            forget(launch.attempt());
            throw e;
        }
    }

    /** A trainer whose files are carried holds its lock in a folder of its own; a server after this one looks for it in the job's. */
    private void showLock(Assignment assignment) throws IOException {
        if (assignment.cache() != null) {
            Path shown = AttemptLock.of(home.job(assignment.jobId()));
            Files.deleteIfExists(shown);
            Files.createSymbolicLink(shown, AttemptLock.of(assignment.job()));
        }
    }

    @Override
    public Placement observe(Attempt attempt) {
        Local local =
                attempts.compute(attempt, (id, known) -> known == null || isToBeFound(id, known) ? find(id) : known);
        ProcessHandle process = local.process();
        String id = process == null ? null : Long.toString(process.pid());
        if (isAlive(attempt, local)) {
            return new Placement(State.RUNNING, id, null, null, null);
        }
        killLeftovers(process);
        Integer exitCode = local.trainer() == null
                ? null
                : (Integer) local.trainer().process().exitValue();
        boolean starved = OomKills.count() > local.oomKills() && (exitCode == null || exitCode == KILLED);
        State state = starved ? State.EVICTED : exitCode == null ? State.LOST : State.EXITED;
        return new Placement(state, id, null, null, exitCode);
    }

    private boolean isAlive(Attempt attempt, Local local) {
        if (local.trainer() != null) {
            return local.trainer().process().isAlive();
        }
        try {
            if (!fences.containsKey(attempt)) {
                AttemptLock.take(home.job(attempt.jobId())).ifPresent(fence -> fences.put(attempt, fence));
            }
            return !fences.containsKey(attempt);
        } catch (IOException e) {
            log.warn(
                    "job {}: could not read its lock ({}); its trainer counts as alive",
                    attempt.jobId(),
                    e.getMessage());
            return true;
        }
    }

    /** What plugins may have started and left behind. */
    private static void killLeftovers(@Nullable ProcessHandle process) {
        if (process != null && !process.isAlive()) {
            ProcessSession.members(process.pid()).forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void signal(Attempt attempt) {
        ProcessHandle process = process(attempt);
        if (process != null && process.supportsNormalTermination()) {
            process.destroy();
        }
    }

    @Override
    public void cancel(Attempt attempt) {
        ProcessHandle process = process(attempt);
        if (process != null && process.isAlive()) {
            log.info("job {}: killing trainer {}", attempt.jobId(), process.pid());
            process.destroyForcibly();
        }
    }

    @Override
    public void forget(Attempt attempt) {
        attempts.remove(attempt);
        giveBack(fences.remove(attempt));
    }

    private static void giveBack(@Nullable Closeable fence) {
        try {
            if (fence != null) {
                fence.close();
            }
        } catch (IOException e) {
            log.warn("the lock of a lost attempt stays taken until this server ends: {}", e.toString());
        }
    }

    @Override
    public void connected(Attempt attempt, long pid) {
        ProcessHandle.of(pid).ifPresent(process -> {
            attempts.compute(attempt, (id, known) -> known == null || known.process() == null ? found(process) : known);
            process.onExit().thenRun(wake);
        });
    }

    private boolean isToBeFound(Attempt attempt, Local known) {
        return known.process() == null && !fences.containsKey(attempt);
    }

    /** One that an earlier server started, which need not be able to connect. */
    private Local find(Attempt attempt) {
        return found(AttemptLock.holder(home.job(attempt.jobId())).orElse(null));
    }

    private static Local found(@Nullable ProcessHandle process) {
        return new Local(null, process, OomKills.count());
    }

    @Override
    public @Nullable ProcessHandle process(Attempt attempt) {
        Local local = attempts.get(attempt);
        return local == null ? null : local.process();
    }

    @Override
    public List<Trainer> spares() {
        return spares.list();
    }

    @Override
    public void rest() {
        spares.keepWarm();
    }

    @Override
    public void close() {
        spares.dismiss();
        fences.values().forEach(LocalLauncher::giveBack);
    }
}
