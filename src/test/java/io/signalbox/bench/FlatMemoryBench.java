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

    private static final int[] STEPS = {1_000, 5_000, 10_000, 20_000};
    private static final int[] JOBS = {50, 100, 150, 200};

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
            List<Double> outside = new ArrayList<>();
            for (int steps : STEPS) {
                jobs.await(
                        id,
                        steps + " steps",
                        job -> job.path("progress").path("step").longValue() >= steps);
                JvmMemory memory = JvmMemory.of(server.trainerOf(id).pid());
                outside.add(memory.outsideHeap());
                report.line(
                        "trainer after %d steps: %.1f MB resident, of them %.1f heap and %.1f native",
                        steps, memory.resident(), memory.heap(), memory.outsideHeap());
            }
            jobs.applied(id, "{\"type\": \"stop\"}");
            jobs.awaitState(id, "stopped");
            report.line(
                    "trainer: from %d to %d steps its native memory grows by %.2f MB in 1,000 steps (aim: 0)",
                    STEPS[0], STEPS[3], slope(outside, STEPS[0], STEPS[3]) * 1000);
        }
    }

    @Test
    void serverOverTwoHundredJobs(@TempDir Path folder) throws IOException {
        try (ServerProcess server = ServerProcess.startPlain(folder, "signalbox.workers.slots=2")) {
            Fixtures.uploadFlowers(server.api()).expect(201);
            Jobs jobs = server.jobs().patient(PATIENCE);
            List<Double> outside = new ArrayList<>();
            int done = 0;
            for (int count : JOBS) {
                List<Long> ids = new ArrayList<>();
                for (; done < count; done++) {
                    ids.add(jobs.submit(Fixtures.flowersJob(2)));
                }
                ids.forEach(id -> jobs.awaitState(id, "completed"));
                double live = JvmMemory.liveHeap(server.pid());
                JvmMemory memory = JvmMemory.of(server.pid());
                outside.add(memory.outsideHeap());
                report.line(
                        "server after %d jobs: %.1f MB resident, of them %.1f heap, which holds %.1f, and %.1f native",
                        count, memory.resident(), memory.heap(), live, memory.outsideHeap());
            }
            report.line(
                    "server: from %d to %d jobs its native memory grows by %.2f MB in 100 jobs (aim: 0)",
                    JOBS[0], JOBS[3], slope(outside, JOBS[0], JOBS[3]) * 100);
        }
    }

    private static double slope(List<Double> values, int from, int to) {
        return (values.get(values.size() - 1) - values.get(0)) / (to - from);
    }
}
