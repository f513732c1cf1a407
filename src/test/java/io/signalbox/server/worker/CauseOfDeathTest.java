package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CauseOfDeathTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0   | ended without telling a result
            1   | ended with exit code 1 before the job was done
            137 | was killed by signal 9 (SIGKILL)
            143 | was ended by SIGTERM before it came to a checkpoint
            139 | was killed by signal 11 (SIGSEGV)
            200 | ended with exit code 200 before the job was done
                | died""")
    void namesHowTheProcessEndedAndLetsItBeTriedAgain(Integer exitCode, String how) {
        CauseOfDeath cause = CauseOfDeath.of(exitCode, null, false);

        assertThat(cause).isEqualTo(new CauseOfDeath(how, Outcome.ERROR, true));
    }

    @Test
    void aJavaHeapThatWasTooSmallIsNotTriedAgain() {
        CauseOfDeath cause = CauseOfDeath.of(3, null, false);

        assertThat(cause.how()).contains("Java heap", "resources.memory");
        assertThat(cause.outcome()).isEqualTo(Outcome.MEMORY_LIMIT);
        assertThat(cause.curable()).isFalse();
    }

    @Test
    void aMachineWithoutPyTorchIsNotTriedAgain() {
        assertThat(CauseOfDeath.of(70, null, false).curable()).isFalse();
    }

    @Test
    void aKillWhileTheKernelRanOutOfMemoryIsPutDownToIt() {
        assertThat(CauseOfDeath.of(137, null, true).how()).contains("killed by the system", "out of memory");
        assertThat(CauseOfDeath.of(1, null, true).how()).doesNotContain("memory");
    }

    @Test
    void aCrashInNativeCodeNamesItsReport() {
        assertThat(CauseOfDeath.of(134, "attempts/2/hs_err.log", false).how())
                .isEqualTo("crashed in native code; the report is attempts/2/hs_err.log");
    }

    @Test
    void theReportOfACrashIsTakenIntoTheAttemptsFolder(@TempDir Path run) throws IOException {
        Path attempt = Files.createDirectories(run.resolve("attempts/2"));
        Files.writeString(run.resolve("hs_err_pid12.log"), "# SIGSEGV");

        assertThat(CrashReport.take(run, 13, attempt)).isNull();
        assertThat(CrashReport.take(run, 12, attempt)).isEqualTo("attempts/2/hs_err.log");
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
