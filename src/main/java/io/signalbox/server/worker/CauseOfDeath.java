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
 */
record CauseOfDeath(String how, Outcome outcome, Again again) {

    /** Whether another attempt is made. */
    enum Again {
        /** It would come to the same. */
        NEVER,
        /** It costs a retry. */
        RETRY,
        /** It costs none: nobody did anything wrong. */
        FREE
    }

    /** A shell's way, and Java's, to tell of death by signal. */
    private static final int SIGNAL_BASE = 128;

    private static final int KILL = 9;
    private static final int TERM = 15;

    private static final Map<Integer, String> SIGNALS = Map.of(
            1, "SIGHUP", 2, "SIGINT", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", KILL, "SIGKILL", 11, "SIGSEGV", TERM,
            "SIGTERM");

    /** A command gave it so long to stop. */
    static final CauseOfDeath OVERDUE = new CauseOfDeath(
            "was ended, for it had not stopped in the time that it was given", Outcome.STOPPED_BY_COMMAND, Again.NEVER);

    private static final String STARVED = "killed by the system, which ran out of memory";

    /**
     * By what is known.
     *
     * @param end what the launcher says
     * @param crashReport path of the report of a crash in native code, for people; null for none
     */
    static CauseOfDeath of(Placement end, @Nullable String crashReport) {
        if (crashReport != null) {
            return crash("crashed in native code; the report is " + crashReport);
        }
        return switch (end.state()) {
            case UNKNOWN, WAITING, RUNNING -> throw new IllegalArgumentException("not over: " + end);
            case LOST -> crash("died");
            case EVICTED -> crash(end.exitCode() == null ? "died, as far as can be told " + STARVED : "was " + STARVED);
            case OUT_OF_MEMORY ->
                new CauseOfDeath(
                        "was ended, for it took more than resources.memory; ask for more, or use a smaller model or batch",
                        Outcome.MEMORY_LIMIT,
                        Again.NEVER);
            case TIMED_OUT -> crash("ran into the time limit of where it ran, and had not saved itself before");
            case PREEMPTED -> free("had to make room for another job");
            case NODE_LOST -> free("lost the machine that it ran on");
            case CANCELLED -> new CauseOfDeath("was cancelled from outside", Outcome.STOPPED_BY_COMMAND, Again.NEVER);
            case REJECTED -> new CauseOfDeath("will not be started: " + end.reason(), Outcome.ERROR, Again.NEVER);
            case EXITED -> exited(end.exitCode());
        };
    }

    private static CauseOfDeath exited(@Nullable Integer exitCode) {
        if (exitCode == null) {
            return crash("died");
        }
        return switch (exitCode) {
            case TrainerCommand.EXIT_DONE -> crash("ended without telling a result");
            case TrainerCommand.EXIT_AGAIN -> free("saved itself and asked to go on");
            case SIGNAL_BASE + TERM -> free("was ended by SIGTERM before it came to a checkpoint");
            case TrainerCommand.EXIT_BAD_SPEC ->
                new CauseOfDeath("found its spec or its data unusable", Outcome.ERROR, Again.NEVER);
            case TrainerCommand.EXIT_OUT_OF_MEMORY ->
                new CauseOfDeath(
                        "ran out of Java heap, of which it may have half of resources.memory, or a quarter of the machine's"
                                + " where that is not given; ask for more memory or train on less data",
                        Outcome.MEMORY_LIMIT,
                        Again.NEVER);
            case TrainerCommand.EXIT_ENGINE ->
                new CauseOfDeath("could not load PyTorch on this machine", Outcome.ERROR, Again.NEVER);
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
                Again.NEVER);
    }

    /** It trained for longer than its job may, and went on doing so. */
    static CauseOfDeath overTime(Duration limit) {
        return new CauseOfDeath(
                "was ended, for it trained longer than resources.time_limit, which is " + limit.toSeconds()
                        + " s, and came to no boundary at which it could have stopped",
                Outcome.TIME_LIMIT,
                Again.NEVER);
    }

    /** Somebody deleted what it works in: it would go on writing to files that nobody can reach. */
    static CauseOfDeath folderGone(Path folder) {
        return new CauseOfDeath("was ended, for the job's folder " + folder + " is gone", Outcome.ERROR, Again.NEVER);
    }

    private static CauseOfDeath crash(String how) {
        return new CauseOfDeath(how, Outcome.ERROR, Again.RETRY);
    }

    private static CauseOfDeath free(String how) {
        return new CauseOfDeath(how, Outcome.ERROR, Again.FREE);
    }

    private static String mebi(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
