package io.signalbox.server.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Java writes when native code crashes: {@code hs_err_pid123.log} in the folder that the trainer was started in. */
final class CrashReport {

    private static final Logger log = LoggerFactory.getLogger(CrashReport.class);

    /** Its name in the attempt's folder. */
    static final String KEPT = "hs_err.log";

    private CrashReport() {}

    /**
     * Takes the report of a process into its attempt's folder, where it may lie already; its path within the job's folder, null
     * if there is none.
     *
     * @param pid of the process; null where it is not known
     */
    static @Nullable String take(Path run, @Nullable String pid, Path attempt) {
        Path report = run.resolve("hs_err_pid" + pid + ".log");
        if (pid == null || Files.notExists(report)) {
            return Files.exists(attempt.resolve(KEPT)) ? path(attempt) : null;
        }
        try {
            Files.move(report, attempt.resolve(KEPT), StandardCopyOption.REPLACE_EXISTING);
            return path(attempt);
        } catch (IOException e) {
            log.warn("the report of a crash stays in {}: {}", report, e.getMessage());
            return report.toString();
        }
    }

    private static String path(Path attempt) {
        return "attempts/" + attempt.getFileName() + "/" + KEPT;
    }
}
