package io.signalbox.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the service takes of a machine's memory while three jobs run. */
class MemoryBench {

    private static final int JOBS = 3;
    private static final int EPOCHS = 20;
    private static final double MEBIBYTE = 1 << 20;

    private static final String ORDINARY = Fixtures.cornersJob(10_000).replace("log_every: 1", "log_every: 10");

    private final Report report = new Report("memory");

    @Test
    void residentMemoryWithThreeOrdinaryJobs(@TempDir Path folder) throws IOException {
        measure("ordinary jobs (LeNet, an event every 10 steps)", folder, ORDINARY, EPOCHS);
    }

    @Test
    void residentMemoryWithThreeTalkativeJobs(@TempDir Path folder) throws IOException {
        measure("jobs that tell every step of a tiny network", folder, Fixtures.flowersJob(1_000_000), 40 * EPOCHS);
    }

    private void measure(String what, Path folder, String spec, int epochs) throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "resident memory is read from /proc");
        try (ServerProcess server =
                ServerProcess.startPlain(folder, "signalbox.workers.slots=" + JOBS, "signalbox.workers.warm=0")) {
            Fixtures.uploadFlowers(server.api()).expect(201);
            Fixtures.uploadCorners(server.api(), 640).expect(201);
            double idle = resident(server.pid());
            Jobs jobs = server.jobs();
            List<Long> ids =
                    IntStream.range(0, JOBS).mapToObj(i -> jobs.submit(spec)).toList();
            ids.forEach(id -> jobs.await(
                    id,
                    epochs + " epochs",
                    job -> job.path("progress").path("epoch").intValue() >= epochs));
            List<Double> trainers = new ArrayList<>();
            for (long id : ids) {
                trainers.add(resident(server.trainerOf(id).pid()));
            }
            report.line(
                    "%s: server with %d of them running: %.0f MB resident (aim: under 400 MB; idle %.0f MB)",
                    what, JOBS, resident(server.pid()), idle);
            report.line(
                    "%s: trainer: median %.0f MB, most %.0f MB resident (aim on a small model: under 600 MB)",
                    what, Report.median(trainers), Report.max(trainers));
        }
    }

    private static double resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / MEBIBYTE)
                .findFirst()
                .orElse(Double.NaN);
    }
}
