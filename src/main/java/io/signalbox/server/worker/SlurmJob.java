package io.signalbox.server.worker;

import io.signalbox.server.worker.Placement.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job as Slurm tells of it.
 *
 * @param state Slurm's word, such as {@code PENDING}
 * @param reason likewise; empty for none
 * @param exit the wait status, or code and signal as {@code 7:0}
 * @param node empty while it waits
 * @param restarts how often Slurm has run it anew
 * @param folder in which it was submitted
 */
record SlurmJob(
        String id, String name, String state, String reason, String exit, String node, int restarts, String folder) {

    /** What squeue is asked for; what may hold anything stands last. */
    static final String FORMAT = "JobID:|,Name:|,State:|,Reason:|,exit_code:|,NodeList:|,RestartCnt:|,WorkDir:";

    /** What sacct is asked for. */
    static final String HISTORY = "JobID,JobName,State,ExitCode,NodeList,WorkDir";

    private static final int FIELDS = 8;
    private static final int HISTORY_FIELDS = 6;
    private static final int SIGNAL_BASE = 128;
    private static final int SIGNAL_MASK = 0x7f;
    private static final Set<String> NOTHING = Set.of("", "None", "(null)", "None assigned", "N/A");

    private static final Map<String, State> STATES = Map.ofEntries(
            Map.entry("PENDING", State.WAITING),
            Map.entry("CONFIGURING", State.WAITING),
            Map.entry("REQUEUED", State.WAITING),
            Map.entry("REQUEUE_HOLD", State.WAITING),
            Map.entry("REQUEUE_FED", State.WAITING),
            Map.entry("RESV_DEL_HOLD", State.WAITING),
            Map.entry("SPECIAL_EXIT", State.WAITING),
            Map.entry("RUNNING", State.RUNNING),
            Map.entry("COMPLETING", State.RUNNING),
            Map.entry("RESIZING", State.RUNNING),
            Map.entry("SIGNALING", State.RUNNING),
            Map.entry("STAGE_OUT", State.RUNNING),
            Map.entry("STOPPED", State.RUNNING),
            Map.entry("SUSPENDED", State.RUNNING),
            Map.entry("COMPLETED", State.EXITED),
            Map.entry("FAILED", State.EXITED),
            Map.entry("CANCELLED", State.CANCELLED),
            Map.entry("TIMEOUT", State.TIMED_OUT),
            Map.entry("DEADLINE", State.TIMED_OUT),
            Map.entry("PREEMPTED", State.PREEMPTED),
            Map.entry("NODE_FAIL", State.NODE_LOST),
            Map.entry("BOOT_FAIL", State.NODE_LOST),
            Map.entry("OUT_OF_MEMORY", State.OUT_OF_MEMORY),
            Map.entry("REVOKED", State.LOST));

    /** What squeue printed; lines that it would not print are passed over. */
    static List<SlurmJob> read(String printed) {
        List<SlurmJob> jobs = new ArrayList<>();
        for (String line : printed.lines().toList()) {
            String[] field = line.split("\\|", FIELDS);
            if (field.length == FIELDS && field[6].strip().matches("\\d{1,9}")) {
                jobs.add(new SlurmJob(
                        field[0].strip(),
                        field[1].strip(),
                        field[2].strip(),
                        named(field[3]),
                        field[4].strip(),
                        named(field[5]),
                        Integer.parseInt(field[6].strip()),
                        field[7].strip()));
            }
        }
        return jobs;
    }

    /** What sacct printed. */
    static List<SlurmJob> readHistory(String printed) {
        List<SlurmJob> jobs = new ArrayList<>();
        for (String line : printed.lines().toList()) {
            String[] field = line.split("\\|", HISTORY_FIELDS);
            if (field.length == HISTORY_FIELDS) {
                String state = field[2].strip();
                String word = state.split(" ")[0]; // it says CANCELLED by 0
                jobs.add(new SlurmJob(
                        field[0].strip(),
                        field[1].strip(),
                        word,
                        "",
                        field[3].strip(),
                        named(field[4]),
                        0,
                        field[5].strip()));
            }
        }
        return jobs;
    }

    /** What is there, of what stands for nothing too. */
    static String named(String value) {
        return NOTHING.contains(value.strip()) ? "" : value.strip();
    }

    /** The word of several that says most: the state is the first, flags such as {@code COMPLETING} follow. */
    static String state(List<String> words) {
        return words.stream()
                .filter(STATES::containsKey)
                .reduce((first, last) -> last)
                .orElse(words.isEmpty() ? "" : words.get(0));
    }

    /**
     * What became of the attempt. Slurm's own second run of a job is not the attempt any more, for a new one may only be begun by
     * the server.
     */
    Placement placement() {
        State ours = STATES.getOrDefault(state, State.UNKNOWN);
        if (restarts > 0) {
            ours = exitCode() != null && exitCode() != 0 ? State.EXITED : State.PREEMPTED;
        } else if (state.equals("FAILED") && reason.equals("BadConstraints")) {
            ours = State.REJECTED;
        }
        String words = reason.isEmpty() ? state : state + " (" + reason + ")";
        return new Placement(ours, id, node.isEmpty() ? null : node, words, ours == State.EXITED ? exitCode() : null);
    }

    /** Whether Slurm still has something to end. */
    boolean isLive() {
        State ours = STATES.getOrDefault(state, State.UNKNOWN);
        return ours == State.WAITING || ours == State.RUNNING;
    }

    private @Nullable Integer exitCode() {
        if (exit.matches("\\d{1,3}:\\d{1,3}")) {
            String[] parts = exit.split(":");
            int signal = Integer.parseInt(parts[1]);
            return signal > 0 ? SIGNAL_BASE + signal : Integer.parseInt(parts[0]);
        }
        if (!exit.matches("\\d{1,6}")) {
            return null;
        }
        int status = Integer.parseInt(exit);
        int signal = status & SIGNAL_MASK;
        return signal > 0 ? SIGNAL_BASE + signal : status >> 8;
    }
}
