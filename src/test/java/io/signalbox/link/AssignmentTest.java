package io.signalbox.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentTest {

    private static final Path JOB = Path.of("/home/signalbox/jobs/12");

    @Test
    void comesBackFromOneLineAsItWas() {
        Assignment whole = new Assignment(
                12,
                3,
                "sécret \"x\"\n",
                345,
                JOB,
                JOB,
                Path.of("/v"),
                "epoch-001",
                List.of("stop", "optimizer"),
                Path.of("/w"),
                Path.of("/p"),
                Path.of("/l"),
                Duration.ofMillis(1500),
                new Assignment.NodeCache(Path.of("/c"), 1L << 40));
        Assignment bare = new Assignment(
                12, 1, "s", 0, JOB, JOB, null, null, List.of(), null, null, Path.of("/l"), Duration.ZERO, null);

        assertThat(whole.toJson()).doesNotContain("\n");
        assertThat(Assignment.fromJson(whole.toJson())).isEqualTo(whole);
        assertThat(Assignment.fromJson(bare.toJson())).isEqualTo(bare);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "hunter2", "{\"secret\":\"hunter2\""})
    void refusesWhatIsNoAssignmentWithoutRepeatingIt(String line) {
        assertThatThrownBy(() -> Assignment.fromJson(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void keepsItsSecretOutOfLogs() {
        Assignment assignment = new Assignment(
                12, 3, "hunter2", 0, JOB, JOB, null, null, List.of(), null, null, JOB, Duration.ZERO, null);

        assertThat(assignment).hasToString("Assignment[job 12, attempt 3]");
    }
}
