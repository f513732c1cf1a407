package io.signalbox.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That memory does not grow: a trainer's over its steps, checkpoints written all along, and the server's over jobs. */
class FlatMemoryBench {

    private static final double KIBIBYTES_PER_MEBIBYTE = 1024;
    private static final int[] STEPS = {1_000, 5_000, 10_000, 20_000};
    private static final int[] JOBS = {50, 100, 200};

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final Report report = new Report("flat memory");

    @BeforeEach
    void onlyWhereTheSystemTells() {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "resident memory is read from /proc");
    }

    @Test
    void trainerOverTwentyThousandSteps(@TempDir Path folder) throws IOException {
        try (ServerProcess server = ServerProcess.startPlain(folder, "signalbox.workers.slots=1")) {
            Fixtures.uploadFlowers(server.api()).expect(201);
            Jobs jobs = server.jobs().patient(PATIENCE);
            long id = jobs.submit(Fixtures.flowersJob(1_000_000)
                    .replace("log_every: 1", "log_every: 10")
                    .replace("callbacks:", "callbacks:\n  - {type: BackupAndRestore, save_freq: 100}"));
            List<Double> resident = new ArrayList<>();
            for (int steps : STEPS) {
                jobs.await(
                        id,
                        steps + " steps",
                        job -> job.path("progress").path("step").longValue() >= steps);
                resident.add(resident(server.trainerOf(id).pid()));
                report.line("trainer after %d steps: %.1f MB resident", steps, last(resident));
            }
            jobs.applied(id, "{\"type\": \"stop\"}");
            jobs.awaitState(id, "stopped");
            report.line(
                    "trainer: slope from %d to %d steps %.2f MB per 1,000 steps",
                    STEPS[1],
                    STEPS[STEPS.length - 1],
                    (last(resident) - resident.get(1)) / (STEPS[STEPS.length - 1] - STEPS[1]) * 1000);
        }
    }

    @Test
    void serverOverTwoHundredJobs(@TempDir Path folder) throws IOException {
        try (ServerProcess server = ServerProcess.startPlain(folder, "signalbox.workers.slots=2")) {
            Fixtures.uploadFlowers(server.api()).expect(201);
            Jobs jobs = server.jobs().patient(PATIENCE);
            List<Double> resident = new ArrayList<>();
            int done = 0;
            for (int count : JOBS) {
                List<Long> ids = new ArrayList<>();
                for (; done < count; done++) {
                    ids.add(jobs.submit(Fixtures.flowersJob(2)));
                }
                ids.forEach(id -> jobs.awaitState(id, "completed"));
                resident.add(resident(server.pid()));
                report.line("server after %d jobs: %.1f MB resident", count, last(resident));
            }
            report.line(
                    "server: slope from %d to %d jobs %.2f MB per 100 jobs (a heap that is let grow grows)",
                    JOBS[0], JOBS[2], (last(resident) - resident.get(0)) / (JOBS[2] - JOBS[0]) * 100);
        }
    }

    private static double last(List<Double> values) {
        return values.get(values.size() - 1);
    }

    private static double resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / KIBIBYTES_PER_MEBIBYTE)
                .findFirst()
                .orElse(Double.NaN);
    }
}
