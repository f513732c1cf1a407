package io.signalbox.bench;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How long users wait: for the server, and from a submission to the first training step. */
class StartupBench {

    private static final int STARTS = 3;
    private static final int SUBMISSIONS = 5;
    private static final Duration SPARE_READY = Duration.ofSeconds(60);

    /** A trainer that used less than this of the time between two looks at it is at rest. */
    private static final Duration REST = Duration.ofMillis(500);

    private static final double BUSY_SECONDS = 0.03;

    private final Report report = new Report("startup");

    @Test
    void serverStartToHealthy(@TempDir Path folder) throws Exception {
        List<Double> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            long begin = System.nanoTime();
            try (ServerProcess server = ServerProcess.startPlain(folder.resolve("n" + i), "signalbox.workers.warm=0")) {
                starts.add((System.nanoTime() - begin) / 1e6);
                server.term();
            }
        }
        report.line(
                "server process start to healthy: median %.0f ms, worst %.0f ms of %d (aim: under 6000 ms; a JVM that does"
                        + " nothing takes %.0f ms here, now)",
                Report.median(starts), Report.max(starts), STARTS, emptyJvm());
    }

    private static double emptyJvm() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .start();
        process.getInputStream().readAllBytes();
        process.waitFor(1, TimeUnit.MINUTES);
        return (System.nanoTime() - begin) / 1e6;
    }

    @Test
    void submissionToFirstStep(@TempDir Path folder) {
        double warm = submissions("with a warm spare", folder.resolve("warm"), 1);
        double cold = submissions("without one", folder.resolve("cold"), 0);
        report.line("a warm spare is %.1f times as fast as a cold start", cold / warm);
    }

    private double submissions(String what, Path folder, int spares) {
        List<Double> answers = new ArrayList<>();
        List<Double> begins = new ArrayList<>();
        List<Double> firstSteps = new ArrayList<>();
        try (ServerProcess server =
                ServerProcess.startPlain(folder, "signalbox.workers.slots=1", "signalbox.workers.warm=" + spares)) {
            Fixtures.uploadFlowers(server.api()).expect(201);
            for (int i = 0; i < SUBMISSIONS; i++) {
                awaitSpares(server, spares);
                Instant asked = Instant.now();
                long id = server.jobs().submit(Fixtures.flowersJob(1));
                answers.add(Report.millis(Duration.between(asked, Instant.now())));
                server.jobs().awaitState(id, "completed");
                begins.add(sinceAsked(asked, server.jobs(), id, "train_begin"));
                firstSteps.add(sinceAsked(asked, server.jobs(), id, "batch_end"));
            }
        }
        report.line(
                "submission to first training step done, %s: median %.0f ms, worst %.0f ms of %d (aim with a spare: under"
                        + " 500 ms); of it until the answer %.0f ms, until train_begin %.0f ms",
                what,
                Report.median(firstSteps),
                Report.max(firstSteps),
                SUBMISSIONS,
                Report.median(answers),
                Report.median(begins));
        return Report.median(firstSteps);
    }

    /** A spare is worth its name once it has loaded the engine and rests. */
    private static void awaitSpares(ServerProcess server, int spares) {
        Map<Long, Double> before = new HashMap<>();
        Awaitility.await("the warm spare")
                .atMost(SPARE_READY)
                .pollInterval(REST)
                .until(() -> server.trainers().stream()
                                .filter(trainer -> trainer.path("job_id").isNull())
                                .filter(trainer -> rests(trainer, before))
                                .count()
                        >= spares);
    }

    private static boolean rests(JsonNode trainer, Map<Long, Double> before) {
        double now = trainer.path("cpu_seconds").doubleValue();
        Double last = before.put(trainer.path("pid").longValue(), now);
        return last != null && now - last < BUSY_SECONDS;
    }

    private static double sinceAsked(Instant asked, Jobs jobs, long id, String type) {
        JsonNode first = jobs.events(id, type).get(0);
        return Report.millis(Duration.between(asked, Report.at(first)));
    }
}
