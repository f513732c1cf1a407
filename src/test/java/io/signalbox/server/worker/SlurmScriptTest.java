package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.link.Assignment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;

class SlurmScriptTest {

    private static final Path HOME = Path.of("/shared/it's home");
    private static final Path FOLDER = HOME.resolve("jobs/7/attempts/2");

    private static SlurmProperties settings(String... more) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < more.length; i += 2) {
            values.put("signalbox.slurm." + more[i], more[i + 1]);
        }
        return LauncherContract.settings("signalbox.slurm", SlurmProperties.class, values);
    }

    private static Launch launch(int gpus, @Nullable Long memory, @Nullable Duration time, int priority) {
        Assignment assignment = new Assignment(
                7, 2, "hunter2", 0, HOME, HOME, null, null, List.of(), null, null, HOME, Duration.ofHours(1), null);
        return new Launch(assignment, FOLDER, 4, gpus, memory, time, priority);
    }

    @Test
    void asksForWhatTheJobNeeds() {
        List<String> options =
                new SlurmScript(settings()).options("run-7-2", launch(2, (3L << 30) + 1, Duration.ofHours(1), 10));

        assertThat(options)
                .contains(
                        "--job-name=run-7-2",
                        "--cpus-per-task=4",
                        "--gres=gpu:2",
                        "--mem=3073M",
                        "--nice=90",
                        "--time=67",
                        "--signal=B:TERM@120",
                        "--no-requeue",
                        "--chdir=" + FOLDER)
                .noneMatch(option -> option.startsWith("--partition") || option.startsWith("--account"));
    }

    @Test
    void asksForNoMoreTimeThanAnAttemptMayTake() {
        SlurmScript script = new SlurmScript(settings("time-limit", "30m", "save-within", "60s"));

        assertThat(script.options("n", launch(0, null, Duration.ofHours(1), 0))).contains("--time=30");
        assertThat(script.options("n", launch(0, null, Duration.ofMinutes(1), 0)))
                .contains("--time=7");
        assertThat(script.options("n", launch(0, null, null, 0))).contains("--time=30", "--mem=4096M");
    }

    @Test
    void hasTheSitesOwnOptions() {
        SlurmScript script = new SlurmScript(
                settings("partition", "gpu", "account", "lab", "qos", "long", "flags[0]", "--constraint=a100|h100"));

        assertThat(script.options("n", launch(0, null, null, 0)))
                .contains("--partition=gpu", "--account=lab", "--qos=long", "--constraint=a100|h100");
    }

    @Test
    void theScriptNamesTheAssignmentAndHoldsNoneOfIt() {
        String script = new SlurmScript(settings("java", "/opt/jdk/bin/java", "setup[0]", "module load cuda"))
                .text(launch(0, 4L << 30, null, 0), FOLDER.resolve("assignment.json"));

        assertThat(script)
                .startsWith("#!/bin/sh\n")
                .contains(
                        "\nmodule load cuda\n",
                        "'/opt/jdk/bin/java'",
                        "'-Xmx2147483648'",
                        "'--assignment' '/shared/it'\\''s home/jobs/7/attempts/2/assignment.json'")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "job-name, a b",
        "job-name, ''",
        "flags[0], main",
        "memory, 0B",
        "time-limit, 60s",
        "save-within, 0s",
        "save-within, 100000s",
        "poll, 0s",
        "nice, -1",
    })
    void refusesSettingsThatMakeNoSense(String setting, String value) {
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> settings(setting, value));
    }
}
