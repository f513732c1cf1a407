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
    private static final String KEPT = "hs_err.log";

    private CrashReport() {}

    /** Takes the report of a process into its attempt's folder; its path within the job's, null if there is none. */
    static @Nullable String take(Path run, long pid, Path attempt) {
        Path report = run.resolve("hs_err_pid" + pid + ".log");
        if (Files.notExists(report)) {
            return null;
        }
        try {
            Files.move(report, attempt.resolve(KEPT), StandardCopyOption.REPLACE_EXISTING);
            return "attempts/" + attempt.getFileName() + "/" + KEPT;
        } catch (IOException e) {
            log.warn("the report of a crash stays in {}: {}", report, e.getMessage());
            return report.toString();
        }
    }
}
