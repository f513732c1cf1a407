package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.worker.Placement.State;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Slurm prints, as seen on 22.05. */
class SlurmJobTest {

    private static SlurmJob one(String state, String reason, String exit, String node, int restarts) {
        List<SlurmJob> jobs = SlurmJob.read(
                "7|run-3-1|" + state + "|" + reason + "|" + exit + "|" + node + "|" + restarts + "|/home/a|b/jobs/3\n");
        assertThat(jobs).hasSize(1);
        return jobs.get(0);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            PENDING,       Resources,        0,     '',  0, WAITING,       -
            RUNNING,       None,             0,     n1,  0, RUNNING,       -
            COMPLETING,    None,             0,     n1,  0, RUNNING,       -
            COMPLETED,     None,             0,     n1,  0, EXITED,        0
            FAILED,        NonZeroExitCode,  1792,  n1,  0, EXITED,        7
            FAILED,        NonZeroExitCode,  7:0,   n1,  0, EXITED,        7
            FAILED,        JobLaunchFailure, 9,     n1,  0, EXITED,        137
            FAILED,        RaisedSignal,     0:9,   n1,  0, EXITED,        137
            FAILED,        BadConstraints,   256,   '',  0, REJECTED,      -
            CANCELLED,     None,             36608, n1,  0, CANCELLED,     -
            TIMEOUT,       TimeLimit,        36608, n1,  0, TIMED_OUT,     -
            PREEMPTED,     None,             0,     n1,  0, PREEMPTED,     -
            NODE_FAIL,     NodeDown,         0,     n1,  0, NODE_LOST,     -
            OUT_OF_MEMORY, OutOfMemory,      0:125, n1,  0, OUT_OF_MEMORY, -
            PENDING,       BeginTime,        21760, '',  1, EXITED,        85
            RUNNING,       None,             0,     n2,  1, PREEMPTED,     -
            MARTIAN,       None,             0,     n1,  0, UNKNOWN,       -
            """)
    void saysWhatBecameOfAnAttempt(
            String state,
            String reason,
            String exit,
            String node,
            int restarts,
            State ours,
            @Nullable Integer exitCode) {
        Placement placement = one(state, reason, exit, node, restarts).placement();

        assertThat(placement.state()).isEqualTo(ours);
        assertThat(placement.exitCode()).isEqualTo(exitCode);
        assertThat(placement.id()).isEqualTo("7");
        assertThat(placement.node()).isEqualTo(node.isEmpty() ? null : node);
        assertThat(placement.reason()).isEqualTo(reason.equals("None") ? state : state + " (" + reason + ")");
    }

    @Test
    void theFolderMayHoldWhatParts() {
        assertThat(one("RUNNING", "None", "0", "n1", 0).folder()).isEqualTo("/home/a|b/jobs/3");
    }

    @Test
    void readsWhatTheAccountingKept() {
        List<SlurmJob> jobs = SlurmJob.readHistory("""
                12|run-3-1|COMPLETED|0:0|n1|/home/jobs/3/attempts/1
                13|run-4-1|CANCELLED by 0|0:0|None assigned|/home/jobs/4/attempts/1
                14|run-5-1|FAILED|7:0|n2|/home/jobs/5/attempts/1
                """);

        assertThat(jobs)
                .extracting(SlurmJob::placement)
                .extracting(Placement::state)
                .containsExactly(State.EXITED, State.CANCELLED, State.EXITED);
        assertThat(jobs.get(2).placement().exitCode()).isEqualTo(7);
        assertThat(jobs.get(1).placement().node()).isNull();
    }

    @Property
    void nothingThatSlurmMightPrintIsAnError(@ForAll String printed) {
        SlurmJob.read(printed).forEach(SlurmJob::placement);
        SlurmJob.readHistory(printed).forEach(SlurmJob::placement);
    }

    @Property
    void noFieldOfALineIsAnError(
            @ForAll String state, @ForAll String reason, @ForAll String exit, @ForAll String node) {
        String line = String.join("|", "7", "run-3-1", state, reason, exit, node, "0", "/home/jobs");
        SlurmJob.read(line).forEach(SlurmJob::placement);
    }
}
