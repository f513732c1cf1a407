package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Failpoints;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.ServerProcess;
import io.signalbox.link.FaultyProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Random faults for as long as asked: {@code ./mvnw -Pchaos -Dchaos.minutes=30 -Dchaos.seed=7 verify}. Jobs come and go
 * meanwhile; in the end each has the history and the weights of one that nobody disturbed, and the {@link Invariants} hold.
 */
class RandomFaultsChaos {

    private static final int JOBS_AT_ONCE = 3;
    private static final int EPOCHS = 6;
    private static final int FAULTS_BETWEEN_CHECKS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int MOST_PAUSE_MILLIS = 4_000;
    private static final int FREEZE_MILLIS = 3_000;

    /** Trainers save after each epoch and may be killed as often as there are minutes. */
    private static final String SPEC = Fixtures.cornersJob(EPOCHS)
            + "retries: 100\ncallbacks: [{type: ModelCheckpoint, filepath: 'e-{epoch:02d}'}]\n";

    private static final List<String> POINTS = List.of(
            "submit.after-commit",
            "start.before-spawn",
            "start.after-spawn",
            "ingest.before-commit",
            "ingest.before-ack",
            "live.fan-out",
            "checkpoint.register",
            "checkpoint.create",
            "checkpoint.write",
            "checkpoint.sync",
            "checkpoint.move",
            "checkpoint.moved");

    private final long seed = Long.getLong("chaos.seed", System.nanoTime() & 0xffff_ffffL);
    private final Duration time = Duration.ofMinutes(Integer.getInteger("chaos.minutes", 2));
    private final Random random = new Random(seed);
    private final List<Long> disturbed = new ArrayList<>();
    private final Map<Long, Long> killedAt = new HashMap<>();
    private ServerProcess server;
    private Failpoints failpoints;
    private Invariants invariants;
    private FaultyProxy proxy;
    private int keys;

    @Test
    void jobsEndOnH2AsIfNothingHadHappened(@TempDir Path folder) throws Exception {
        disturb(ServerProcess.unstarted(folder, "signalbox.workers.slots=2"));
    }

    @Test
    void jobsEndOnPostgresAsIfNothingHadHappened(@TempDir Path folder) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            disturb(ServerProcess.unstarted(
                    folder,
                    "signalbox.workers.slots=2",
                    "spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                    "spring.datasource.username=postgres",
                    "spring.datasource.password=postgres"));
        }
    }

    private void disturb(ServerProcess fresh) throws Exception {
        System.out.println("chaos.seed=" + seed + " chaos.minutes=" + time.toMinutes());
        try (ServerProcess closing = fresh) {
            server = closing;
            failpoints = server.failpoints();
            server.start();
            invariants = new Invariants(server);
            Fixtures.uploadFlowers(server.api()).expect(201);
            Fixtures.uploadCorners(server.api(), 320).expect(201);
            long undisturbed = submit();
            server.jobs().awaitState(undisturbed, "completed");
            stepBetween();

            long end = System.nanoTime() + time.toNanos();
            for (int fault = 1; System.nanoTime() - end < 0; fault++) {
                keepBusy();
                fault();
                FaultsSpecification.await(Duration.ofMillis(random.nextInt(MOST_PAUSE_MILLIS)));
                if (fault % FAULTS_BETWEEN_CHECKS == 0) {
                    calm();
                }
            }

            calm();
            for (long id : disturbed) {
                JsonNode job = server.jobs().awaitState(id, "completed");
                assertThat(server.jobs().history(id))
                        .as("seed %s, %s", seed, job)
                        .isEqualTo(server.jobs().history(undisturbed));
                assertThat(weights(id)).as("seed %s, %s", seed, job).isEqualTo(weights(undisturbed));
            }
            invariants.check();
        } finally {
            if (proxy != null) {
                proxy.close();
            }
        }
    }

    private long submit() {
        return invariants.submit("chaos-" + keys++, SPEC);
    }

    private void keepBusy() {
        long atWork = disturbed.stream()
                .filter(id -> !server.jobs().state(id).equals("completed"))
                .count();
        for (; atWork < JOBS_AT_ONCE; atWork++) {
            disturbed.add(submit());
        }
    }

    private byte[] weights(long id) {
        return server.api()
                .get("/jobs/" + id + "/checkpoints/latest/files/model.safetensors")
                .expect(200)
                .body();
    }

    private void fault() throws Exception {
        int which = random.nextInt(6);
        String told = switch (which) {
            case 0 -> {
                restart();
                yield "server killed";
            }
            case 1 -> aTrainer().map(trainer -> killTrainer(trainer.pid())).orElse("nobody trains");
            case 2 -> {
                freeze(server.pid());
                yield "server frozen";
            }
            case 3 -> {
                Optional<ProcessHandle> trainer = aTrainer();
                if (trainer.isPresent()) {
                    freeze(trainer.get().pid());
                }
                yield "trainer frozen";
            }
            case 4 -> {
                FaultyProxy.Fault next = FaultyProxy.Fault.values()[random.nextInt(FaultyProxy.Fault.values().length)];
                proxy.next(next);
                yield "wire: " + next;
            }
            default -> killAt(POINTS.get(random.nextInt(POINTS.size())));
        };
        System.out.println(told);
    }

    /** Whoever comes to the point next is killed there; nobody may come. */
    private String killAt(String point) throws IOException {
        failpoints.set(point);
        FaultsSpecification.await(Duration.ofMillis(MOST_PAUSE_MILLIS));
        long pid = failpoints.reached(point);
        if (pid == server.pid()) {
            restart();
        } else if (pid > 0) {
            killTrainer(pid);
        }
        failpoints.clear();
        return "killed at " + point + ": " + pid;
    }

    /** Not twice at one step: jobs that crash there again and again are given up, and rightly. */
    private String killTrainer(long pid) {
        for (JsonNode trainer : server.trainers()) {
            long job = trainer.path("job_id").longValue(-1);
            if (trainer.path("pid").longValue(-1) == pid && job >= 0) {
                long step = server.jobs().get(job).path("progress").path("step").longValue();
                Long before = killedAt.put(job, step);
                if (before != null && before == step) {
                    return "spared at step " + step + ": " + pid;
                }
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                return "trainer of job " + job + " killed at step " + step;
            }
        }
        return "nobody trains";
    }

    private void restart() throws IOException {
        server.killNine();
        server.start();
        stepBetween();
    }

    private void stepBetween() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        proxy = FaultyProxy.before(server.home().resolve("run/link.json"));
    }

    private Optional<ProcessHandle> aTrainer() {
        List<Long> pids = server.trainers().stream()
                .filter(trainer -> trainer.hasNonNull("job_id") && trainer.hasNonNull("pid"))
                .map(trainer -> trainer.path("pid").longValue())
                .toList();
        return pids.isEmpty() ? Optional.empty() : ProcessHandle.of(pids.get(random.nextInt(pids.size())));
    }

    private void freeze(long pid) throws Exception {
        signal("STOP", pid);
        FaultsSpecification.await(Duration.ofMillis(random.nextInt(FREEZE_MILLIS)));
        signal("CONT", pid);
    }

    private static void signal(String name, long pid) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    /** No new fault until all have got over the last ones. */
    private void calm() {
        failpoints.clear();
        Awaitility.await("the jobs, seed " + seed)
                .atMost(PATIENCE.multipliedBy(JOBS_AT_ONCE))
                .until(() -> disturbed.stream()
                        .allMatch(id -> server.jobs().state(id).equals("completed")));
        invariants.check();
    }
}
