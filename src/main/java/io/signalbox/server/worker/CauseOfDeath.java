package io.signalbox.server.worker;

import io.signalbox.event.Outcome;
import io.signalbox.link.TrainerCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer died of.
 *
 * @param how goes on from "the trainer of attempt 2"
 * @param outcome that of the job, if it ends by this
 * @param curable whether another attempt may do better
 */
record CauseOfDeath(String how, Outcome outcome, boolean curable) {

    /** A shell's way, and Java's, to tell of death by signal. */
    private static final int SIGNAL_BASE = 128;

    private static final int KILL = 9;

    private static final Map<Integer, String> SIGNALS = Map.of(
            1, "SIGHUP", 2, "SIGINT", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", KILL, "SIGKILL", 11, "SIGSEGV", 15,
            "SIGTERM");

    /** It was asked to end, which is nobody's fault: another attempt goes on, and no retry is used. */
    static final CauseOfDeath INTERRUPTED = crash("was ended by SIGTERM before it came to a checkpoint");

    /**
     * By what the system tells.
     *
     * @param exitCode null where it is not known: another server had started the process
     * @param crashReport path of the report of a crash in native code, for people; null for none
     * @param outOfMemory whether the kernel killed for want of memory meanwhile
     */
    static CauseOfDeath of(@Nullable Integer exitCode, @Nullable String crashReport, boolean outOfMemory) {
        if (crashReport != null) {
            return crash("crashed in native code; the report is " + crashReport);
        }
        if (exitCode == null) {
            return crash(
                    outOfMemory ? "died, as far as can be told killed by the system, which ran out of memory" : "died");
        }
        return switch (exitCode) {
            case TrainerCommand.EXIT_DONE -> crash("ended without telling a result");
            case TrainerCommand.EXIT_INTERRUPTED -> INTERRUPTED;
            case TrainerCommand.EXIT_OUT_OF_MEMORY ->
                new CauseOfDeath(
                        "ran out of Java heap, of which it may have half of resources.memory, or a quarter of the machine's"
                                + " where that is not given; ask for more memory or train on less data",
                        Outcome.MEMORY_LIMIT,
                        false);
            case TrainerCommand.EXIT_ENGINE ->
                new CauseOfDeath("could not load PyTorch on this machine", Outcome.ERROR, false);
            case SIGNAL_BASE + KILL ->
                crash(
                        outOfMemory
                                ? "was killed by the system, which ran out of memory"
                                : "was killed by signal 9 (SIGKILL)");
            default -> crash(byCode(exitCode));
        };
    }

    private static String byCode(int exitCode) {
        int signal = exitCode - SIGNAL_BASE;
        return SIGNALS.containsKey(signal)
                ? "was killed by signal " + signal + " (" + SIGNALS.get(signal) + ")"
                : "ended with exit code " + exitCode + " before the job was done";
    }

    /** It took more memory than its job may, and went on doing so. */
    static CauseOfDeath overMemory(long resident, long limit) {
        return new CauseOfDeath(
                "was ended, for it held " + mebi(resident) + " of memory, more than the " + mebi(limit)
                        + " of resources.memory; ask for more, or use a smaller model or batch",
                Outcome.MEMORY_LIMIT,
                false);
    }

    /** It trained for longer than its job may, and went on doing so. */
    static CauseOfDeath overTime(Duration limit) {
        return new CauseOfDeath(
                "was ended, for it trained longer than resources.time_limit, which is " + limit.toSeconds()
                        + " s, and came to no boundary at which it could have stopped",
                Outcome.TIME_LIMIT,
                false);
    }

    /** Somebody deleted what it works in: it would go on writing to files that nobody can reach. */
    static CauseOfDeath folderGone(Path folder) {
        return new CauseOfDeath("was ended, for the job's folder " + folder + " is gone", Outcome.ERROR, false);
    }

    private static CauseOfDeath crash(String how) {
        return new CauseOfDeath(how, Outcome.ERROR, true);
    }

    private static String mebi(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
