package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class LimitsTest {

    private static final long GIB = 1L << 30;
    private static final String SPEC = "{\"resources\": {\"memory\": \"1GiB\", \"time_limit\": \"10s\"}}";
    private static final Attempt ATTEMPT = new Attempt(7, 1);

    private Duration now = Duration.ZERO;
    private Long resident = 0L;
    private final Limits limits = new Limits(new JsonMapper(), () -> now, pid -> resident);

    private @Nullable CauseOfDeath after(Duration time, JobState state) {
        now = now.plus(time);
        return limits.broken(ATTEMPT, ProcessHandle.current(), state, () -> SPEC);
    }

    private @Nullable CauseOfDeath afterSeconds(int seconds, JobState state) {
        CauseOfDeath cause = null;
        for (int i = 0; i < seconds && cause == null; i++) {
            cause = after(Duration.ofSeconds(1), state);
        }
        return cause;
    }

    @Test
    void memoryAboveTheLimitIsBorneForAWhileInWhichTheTrainerEndsByItself() {
        resident = GIB + 1;
        assertThat(afterSeconds(31, JobState.PAUSED)).isNull();

        assertThat(after(Duration.ofSeconds(1), JobState.PAUSED)).isEqualTo(CauseOfDeath.overMemory(GIB + 1, GIB));
    }

    @Test
    void theWhileBeginsAnewWhenItHoldsLess() {
        resident = GIB + 1;
        assertThat(afterSeconds(31, JobState.PAUSED)).isNull();
        resident = GIB;
        assertThat(afterSeconds(1, JobState.PAUSED)).isNull();
        resident = GIB + 1;

        assertThat(afterSeconds(31, JobState.PAUSED)).isNull();
    }

    @Test
    void farMoreMemoryIsNotBorne() {
        resident = 2 * GIB;

        assertThat(after(Duration.ZERO, JobState.RUNNING))
                .isNotNull()
                .satisfies(cause -> assertThat(cause.outcome()).isEqualTo(Outcome.MEMORY_LIMIT));
    }

    @Test
    void timeSpentTrainingCountsAndTimeInAPauseDoesNot() {
        assertThat(afterSeconds(131, JobState.RUNNING)).isNull();
        assertThat(afterSeconds(500, JobState.PAUSED)).isNull();

        assertThat(after(Duration.ofSeconds(1), JobState.RUNNING)).isNotNull().satisfies(cause -> {
            assertThat(cause.outcome()).isEqualTo(Outcome.TIME_LIMIT);
            assertThat(cause.how()).contains("resources.time_limit, which is 10 s");
        });
    }

    @Test
    void aMachineThatSleptTookNoTimeOfTheJob() {
        after(Duration.ZERO, JobState.RUNNING);

        assertThat(after(Duration.ofDays(2), JobState.RUNNING)).isNull();
    }

    @Test
    void whatATrainerLeavesBehindIsFoundBySession() throws Exception {
        Process leader = new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 & exec sleep 1001").start();
        try {
            Awaitility.await().until(() -> ProcessSession.members(leader.pid()).size() == 1);
            leader.destroyForcibly().waitFor();
            ProcessHandle left = ProcessSession.members(leader.pid()).get(0);
            left.destroyForcibly();

            left.onExit().get(10, TimeUnit.SECONDS);
            assertThat(ProcessSession.members(leader.pid())).isEmpty();
        } finally {
            ProcessSession.members(leader.pid()).forEach(ProcessHandle::destroyForcibly);
            leader.destroyForcibly();
        }
    }

    @Test
    void aLogThatGrowsWithoutEndIsKeptToTwoFiles(@TempDir Path attempt) throws IOException {
        Path log = attempt.resolve("trainer.log");
        try (OutputStream trainer = Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            trainer.write("first ".getBytes());
            TrainerLog.keepSmall(attempt, 6);
            assertThat(log).hasContent("first ");
            trainer.write("second".getBytes());
            TrainerLog.keepSmall(attempt, 6);
            trainer.write("third".getBytes());
            TrainerLog.keepSmall(attempt, 6);
        }

        assertThat(log).hasContent("third");
        assertThat(attempt.resolve("trainer.1.log")).hasContent("first second");
    }
}
