package io.signalbox.server.worker;

import io.signalbox.link.TrainerCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What Slurm is asked for to run an attempt, and the script that becomes its trainer. */
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

    SlurmRequest request(String name, Launch launch, Path assignment) {
        Long memory = launch.memory();
        long bytes = memory == null ? settings.memory().toBytes() : memory;
        Duration time = time(launch.time());
        Long minutes = time == null ? null : (time.toSeconds() + SECONDS_A_MINUTE - 1) / SECONDS_A_MINUTE;
        return new SlurmRequest(
                name,
                launch.folder(),
                launch.cpus(),
                launch.gpus(),
                Math.max(1, ((bytes - 1) >> MEBI) + 1),
                Math.max(0, settings.nice() - launch.priority()), // below 0 is for administrators
                minutes,
                text(launch, minutes, assignment));
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

    private String text(Launch launch, @Nullable Long minutes, Path assignment) {
        Path report = launch.folder().resolve(CrashReport.KEPT);
        String java = settings.java() == null ? null : settings.java().toString();
        String command = TrainerCommand.assigned(java, launch.memory(), report, assignment).stream()
                .map(SlurmScript::quoted)
                .collect(Collectors.joining(" "));
        boolean watched = settings.restUrl() != null;
        return String.format(
                Locale.ROOT,
                """
                #!/bin/sh
                # What Slurm runs a second time is another attempt, which only the server may begin.
                [ "${SLURM_RESTART_COUNT:-0}" = 0 ] || exit 0
                %s%s
                set --
                for name in %s; do
                    eval "value=\\${$name-}"
                    [ -z "$value" ] || set -- "$@" "$name=$value"
                done
                %senv -i "$@" OMP_NUM_THREADS=1 %s
                """,
                watched ? end(minutes) : "",
                String.join("\n", settings.setup()),
                PASSED,
                watched ? beforeTheEnd() : "exec ",
                command);
    }

    /**
     * When the attempt's time ends. Over REST some releases refuse to warn a batch script of that, so the script watches it by itself.
     * 24.11 says when it is, 22.05 does not: there it is what it was asked for.
     */
    private static String end(@Nullable Long minutes) {
        String asked = minutes == null ? "" : "$(($(date +%s) + " + minutes * SECONDS_A_MINUTE + "))";
        return "signalbox_end=${SLURM_JOB_END_TIME:-" + asked + "}\n";
    }

    private String beforeTheEnd() {
        return String.format(Locale.ROOT, """
                signalbox_left=${signalbox_end:+$((signalbox_end - %d - $(date +%%s)))}
                [ "${signalbox_left:-1}" -gt 0 ] || signalbox_left=1
                exec ${signalbox_left:+timeout --foreground --preserve-status --signal=TERM $signalbox_left} \
                """, settings.saveWithin().toSeconds());
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
