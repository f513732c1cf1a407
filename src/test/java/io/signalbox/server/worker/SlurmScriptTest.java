package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.link.Assignment;
import io.signalbox.link.TrainerCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;

class SlurmScriptTest {

    private static final Path HOME = Path.of("/shared/it's home");
    private static final Path FOLDER = HOME.resolve("jobs/7/attempts/2");

    private static final String REST = "http://slurm:6820/slurm/v0.0.38";

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

    private static SlurmRequest request(SlurmProperties settings, Launch launch) {
        return new SlurmScript(settings).request("run-7-2", launch, FOLDER.resolve("assignment.json"));
    }

    private static List<String> options(SlurmProperties settings, Launch launch) {
        return new SlurmCommands(settings).options(request(settings, launch));
    }

    @Test
    void asksForWhatTheJobNeeds() {
        List<String> options = options(settings(), launch(2, (3L << 30) + 1, Duration.ofHours(1), 10));

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
        SlurmProperties settings = settings("time-limit", "30m", "save-within", "60s");

        assertThat(options(settings, launch(0, null, Duration.ofHours(1), 0))).contains("--time=30");
        assertThat(options(settings, launch(0, null, Duration.ofMinutes(1), 0))).contains("--time=7");
        assertThat(options(settings, launch(0, null, null, 0))).contains("--time=30", "--mem=4096M");
    }

    @Test
    void hasTheSitesOwnOptions() {
        SlurmProperties settings =
                settings("partition", "gpu", "account", "lab", "qos", "long", "flags[0]", "--constraint=a100|h100");

        assertThat(options(settings, launch(0, null, null, 0)))
                .contains("--partition=gpu", "--account=lab", "--qos=long", "--constraint=a100|h100");
    }

    @Test
    void theScriptNamesTheAssignmentAndHoldsNoneOfIt() {
        SlurmProperties settings = settings("java", "/opt/jdk/bin/java", "setup[0]", "module load cuda");
        String script = request(settings, launch(0, 4L << 30, null, 0)).script();

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
        "rest-url, http://slurm:6820/slurm/v0.0.38",
        "token-file, /run/token",
        "rest-user, me",
    })
    void refusesSettingsThatMakeNoSense(String setting, String value) {
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> settings(setting, value));
    }

    @ParameterizedTest
    @CsvSource({
        "rest-url, http://slurm:6820",
        "rest-url, ftp://slurm/slurm/v0.0.38",
        "rest-url, http://me:secret@slurm/slurm/v0.0.38",
        "rest-user, a b",
        "flags[0], --constraint=a100",
    })
    void refusesWhatCannotBeSaidOverRest(String setting, String value) {
        settings("rest-url", REST, "token-file", "/run/token");
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> settings("rest-url", REST, "token-file", "/run/token", setting, value))
                .havingRootCause()
                .withMessageContaining("signalbox.slurm." + setting.replaceAll("\\[.*", ""));
    }

    @Test
    void overRestTheScriptWatchesTheTimeLimit() {
        SlurmProperties settings = settings("rest-url", REST, "token-file", "/run/token", "time-limit", "30m");

        assertThat(request(settings, launch(0, null, null, 0)).script())
                .contains(
                        "signalbox_end=${SLURM_JOB_END_TIME:-$(($(date +%s) + 1800))}",
                        "signalbox_end - 120 -", "timeout");
        assertThat(request(settings(), launch(0, null, null, 0)).script()).doesNotContain("timeout", "signalbox_end");
    }

    /** The exit code of a script on a node with that for a java. */
    private static int run(Path folder, String java, Map<String, String> slurm) throws Exception {
        Path program = Files.writeString(folder.resolve("java"), "#!/bin/sh\n" + java);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        SlurmProperties settings = settings(
                "rest-url", REST, "token-file", "/run/token", "save-within", "60s", "java", program.toString());
        String script = request(settings, launch(0, null, null, 0)).script();
        ProcessBuilder starting = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true);
        starting.redirectOutput(ProcessBuilder.Redirect.DISCARD).environment().putAll(slurm);
        return starting.start().waitFor();
    }

    @Test
    void theTrainerIsToldToSaveAheadOfTheEndThatSlurmNames(@TempDir Path folder) throws Exception {
        String end = Long.toString(Instant.now().getEpochSecond() + 61);

        assertThat(run(folder, "trap 'kill $!; exit 85' TERM\nsleep 60 & wait", Map.of("SLURM_JOB_END_TIME", end)))
                .isEqualTo(TrainerCommand.EXIT_AGAIN);
    }

    @Test
    void aLimitThatIsShorterThanWhatSavingTakesIsToldOfAtOnce(@TempDir Path folder) throws Exception {
        assertThat(run(folder, "trap 'kill $!; exit 85' TERM\nsleep 60 & wait", Map.of("SLURM_JOB_END_TIME", "1")))
                .isEqualTo(TrainerCommand.EXIT_AGAIN);
    }

    @Test
    void whereNoEndIsKnownNoneIsWatched(@TempDir Path folder) throws Exception {
        assertThat(run(folder, "exit 7", Map.of())).isEqualTo(7);
    }
}
