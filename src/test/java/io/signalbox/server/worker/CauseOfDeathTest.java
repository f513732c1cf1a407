package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.Outcome;
import io.signalbox.server.worker.CauseOfDeath.Again;
import io.signalbox.server.worker.Placement.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CauseOfDeathTest {

    private static CauseOfDeath exited(@Nullable Integer code) {
        return CauseOfDeath.of(new Placement(State.EXITED, null, null, null, code), null);
    }

    private static CauseOfDeath ended(State state) {
        return CauseOfDeath.of(Placement.of(state), null);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0   | ended without telling a result
            1   | ended with exit code 1 before the job was done
            137 | was killed by signal 9 (SIGKILL)
            139 | was killed by signal 11 (SIGSEGV)
            200 | ended with exit code 200 before the job was done
                | died""")
    void namesHowTheProcessEndedAndLetsItBeTriedAgain(@Nullable Integer exitCode, String how) {
        assertThat(exited(exitCode)).isEqualTo(new CauseOfDeath(how, Outcome.ERROR, Again.RETRY));
    }

    @Test
    void aJavaHeapThatWasTooSmallIsNotTriedAgain() {
        CauseOfDeath cause = exited(3);

        assertThat(cause.how()).contains("Java heap", "resources.memory");
        assertThat(cause.outcome()).isEqualTo(Outcome.MEMORY_LIMIT);
        assertThat(cause.again()).isEqualTo(Again.NEVER);
    }

    @ParameterizedTest
    @CsvSource({"64, NEVER", "70, NEVER", "85, FREE", "143, FREE", "1, RETRY"})
    void exitCodesAreAProtocol(int exitCode, Again again) {
        assertThat(exited(exitCode).again()).isEqualTo(again);
    }

    @ParameterizedTest
    @CsvSource({
        "LOST, RETRY, ERROR",
        "EVICTED, RETRY, ERROR",
        "TIMED_OUT, RETRY, ERROR",
        "PREEMPTED, FREE, ERROR",
        "NODE_LOST, FREE, ERROR",
        "OUT_OF_MEMORY, NEVER, MEMORY_LIMIT",
        "CANCELLED, NEVER, STOPPED_BY_COMMAND",
        "REJECTED, NEVER, ERROR",
    })
    void whatTheEngineDidSaysWhetherItIsTriedAgain(State state, Again again, Outcome outcome) {
        assertThat(ended(state).again()).isEqualTo(again);
        assertThat(ended(state).outcome()).isEqualTo(outcome);
    }

    @Test
    void aKillWhileTheKernelRanOutOfMemoryIsPutDownToIt() {
        assertThat(ended(State.EVICTED).how()).contains("killed by the system", "out of memory");
    }

    @Test
    void aCrashInNativeCodeNamesItsReport() {
        assertThat(CauseOfDeath.of(Placement.of(State.LOST), "attempts/2/hs_err.log")
                        .how())
                .isEqualTo("crashed in native code; the report is attempts/2/hs_err.log");
    }

    @Test
    void theReportOfACrashIsTakenIntoTheAttemptsFolder(@TempDir Path run) throws IOException {
        Path attempt = Files.createDirectories(run.resolve("attempts/2"));
        Files.writeString(run.resolve("hs_err_pid12.log"), "# SIGSEGV");

        assertThat(CrashReport.take(run, "13", attempt)).isNull();
        assertThat(CrashReport.take(run, "12", attempt)).isEqualTo("attempts/2/hs_err.log");
        assertThat(attempt.resolve("hs_err.log")).hasContent("# SIGSEGV");
        assertThat(run.resolve("hs_err_pid12.log")).doesNotExist();
    }

    @Test
    void readsTheKernelsCounters(@TempDir Path folder) throws IOException {
        Path second = Files.writeString(folder.resolve("memory.events"), "oom 9\noom_kill 7\noom_group_kill 3\n");
        Path first = Files.writeString(folder.resolve("oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");

        assertThat(OomKills.read(second)).isEqualTo(7);
        assertThat(OomKills.read(first)).isEqualTo(2);
        assertThat(OomKills.read(folder.resolve("none"))).isZero();
    }

    @Test
    void retriesWaitLongerEachTimeUpToFiveMinutesAndNotAllAlike() {
        for (int crashes = 1; crashes <= 100; crashes++) {
            long whole = crashes > 9 ? 300_000 : Math.min(300_000, 1_000L << (crashes - 1));
            assertThat(Retry.after(crashes, 7)).isBetween(Duration.ofMillis(whole / 2), Duration.ofMillis(whole));
        }
        assertThat(Retry.after(4, 7)).isEqualTo(Retry.after(4, 7)).isNotEqualTo(Retry.after(4, 8));
    }
}
