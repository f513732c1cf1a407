package io.signalbox.server.worker;

import io.signalbox.link.TrainerCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An attempt as Slurm is asked for it: options of sbatch, and the script that becomes the trainer. */
final class SlurmScript {

    /** Beside the time that a job trains: to start, and to end. */
    private static final Duration AROUND_TRAINING = Duration.ofMinutes(5);

    /**
     * What a trainer is let see of the node's environment, to which slurmd's own and its administrator's belong otherwise.
     */
    private static final String PASSED =
            "PATH HOME USER LOGNAME LANG TMPDIR LD_LIBRARY_PATH CUDA_HOME CUDA_VISIBLE_DEVICES PYTORCH_LIBRARY_PATH"
                    + " DJL_CACHE_DIR SLURM_JOB_ID SLURM_JOB_NODELIST";

    private static final int MEBI = 20;
    private static final int SECONDS_A_MINUTE = 60;

    private final SlurmProperties settings;

    SlurmScript(SlurmProperties settings) {
        this.settings = settings;
    }

    /** Options of sbatch. */
    List<String> options(String name, Launch launch) {
        Path folder = launch.folder();
        Long memory = launch.memory();
        long bytes = memory == null ? settings.memory().toBytes() : memory;
        List<String> options = new ArrayList<>(List.of(
                "--job-name=" + name,
                "--chdir=" + folder,
                "--output=" + folder.resolve("trainer.log").toString().replace("%", "%%"),
                "--open-mode=append",
                "--export=PATH=/usr/local/bin:/usr/bin:/bin",
                "--no-requeue",
                "--nodes=1",
                "--ntasks=1",
                "--cpus-per-task=" + launch.cpus(),
                "--mem=" + Math.max(1, ((bytes - 1) >> MEBI) + 1) + "M",
                "--nice=" + Math.max(0, settings.nice() - launch.priority()), // below 0 is for administrators
                "--signal=B:TERM@" + settings.saveWithin().toSeconds()));
        if (launch.gpus() > 0) {
            options.add("--gres=gpu:" + launch.gpus());
        }
        Duration time = time(launch.time());
        if (time != null) {
            options.add("--time=" + (time.toSeconds() + SECONDS_A_MINUTE - 1) / SECONDS_A_MINUTE);
        }
        add(options, "--partition=", settings.partition());
        add(options, "--account=", settings.account());
        add(options, "--qos=", settings.qos());
        options.addAll(settings.flags());
        return options;
    }

    private static void add(List<String> options, String option, @Nullable String value) {
        if (value != null) {
            options.add(option + value);
        }
    }

    /** What one attempt may take; null for what the partition gives. */
    private @Nullable Duration time(@Nullable Duration training) {
        Duration most = settings.timeLimit();
        Duration whole =
                training == null ? null : training.plus(AROUND_TRAINING).plus(settings.saveWithin());
        if (whole == null || most == null) {
            return whole == null ? most : whole;
        }
        return whole.compareTo(most) < 0 ? whole : most;
    }

    /** The script. */
    String text(Launch launch, Path assignment) {
        Path report = launch.folder().resolve(CrashReport.KEPT);
        String java = settings.java() == null ? null : settings.java().toString();
        String command = TrainerCommand.assigned(java, launch.memory(), report, assignment).stream()
                .map(SlurmScript::quoted)
                .collect(Collectors.joining(" "));
        return String.format(Locale.ROOT, """
                #!/bin/sh
                # What Slurm runs a second time is another attempt, which only the server may begin.
                [ "${SLURM_RESTART_COUNT:-0}" = 0 ] || exit 0
                %s
                set --
                for name in %s; do
                    eval "value=\\${$name-}"
                    [ -z "$value" ] || set -- "$@" "$name=$value"
                done
                exec env -i "$@" OMP_NUM_THREADS=1 %s
                """, String.join("\n", settings.setup()), PASSED, command);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
