package io.signalbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import io.signalbox.harness.SlurmCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What takes a Slurm cluster minutes to do: lost nodes, time limits, a controller that is away. */
class SlurmChaos {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int LONG = 100_000;

    @TempDir
    Path folder;

    private SlurmCluster cluster;
    private ServerProcess server;
    private Jobs jobs;

    @BeforeEach
    void startCluster() {
        cluster = SlurmCluster.start(2);
    }

    private void startServer(String... more) {
        startServer(cluster.settings(), more);
    }

    private void startServer(String[] how, String... more) {
        List<String> settings = new ArrayList<>(Arrays.asList(how));
        settings.addAll(List.of(more));
        server = ServerProcess.start(folder, settings.toArray(String[]::new));
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
        cluster.close();
    }

    private JsonNode await(long id, String what, java.util.function.Predicate<JsonNode> wanted) {
        return Awaitility.await(what).atMost(PATIENCE).until(() -> jobs.get(id), wanted);
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private String node(long id, int attempt) {
        return await(
                        id,
                        "the node",
                        job -> job.path("attempt").intValue() == attempt
                                && job.path("placement").path("node").isString())
                .path("placement")
                .path("node")
                .stringValue();
    }

    private void stop(long id) {
        jobs.command(id, "{\"type\": \"stop\"}");
        await(id, "the end", job -> job.path("state").stringValue().equals("stopped"));
        jobs.wholeStream(id, "stopped");
    }

    private List<String> resumedFrom(long id) {
        return jobs.events(id, "train_begin").stream()
                .map(begin -> begin.path("resumed_from").asString(""))
                .toList();
    }

    @Test
    void aTrainerWhoseNodeIsLostToSlurmButNotToUsSavesItselfAndGoesOnElsewhere() {
        startServer();
        long id = jobs.submit(Fixtures.cornersJob(LONG));
        jobs.awaitEpochs(id, 2);

        cluster.killNode(node(id, 1));

        await(id, "the second attempt", job -> job.path("attempt").intValue() == 2);
        await(id, "running", job -> job.path("state").stringValue().equals("running"));
        assertThat(resumedFrom(id))
                .hasSize(2)
                .satisfies(from -> assertThat(from.get(1)).isNotEmpty());
        assertThat(jobs.events(id, "state_changed"))
                .anyMatch(event -> event.path("reason").asString("").contains("taken for ended"));
        stop(id);
    }

    @Test
    void aTrainerThatComesBackFromTheDeadIsFencedAndChangesNothing() throws Exception {
        startServer();
        long id = jobs.submit(Fixtures.cornersJob(LONG));
        jobs.awaitEpochs(id, 2);
        String lost = node(id, 1);
        ProcessHandle old = SlurmCluster.trainer(server.home().resolve("jobs/" + id + "/attempts/1"));
        signal("STOP", old);
        cluster.killNode(lost);

        await(
                id,
                "the second attempt at work",
                job -> job.path("attempt").intValue() == 2
                        && job.path("state").stringValue().equals("running"));
        List<JsonNode> before = jobs.checkpoints(id);
        signal("CONT", old);

        Awaitility.await("the end of the old one").atMost(PATIENCE).until(() -> !old.isAlive());
        assertThat(node(id, 2)).isNotEqualTo(lost);
        assertThat(jobs.checkpoints(id)).hasSizeGreaterThanOrEqualTo(before.size());
        assertThat(server.home().resolve("jobs/" + id + "/attempts/1/saving")).doesNotExist();
        stop(id);
        long begin = jobs.events(id, "train_begin").get(1).path("seq").longValue();
        assertThat(jobs.events(id))
                .filteredOn(event -> event.path("attempt").intValue() == 1)
                .allMatch(event -> event.path("seq").longValue() < begin);
    }

    @Test
    void anAttemptThatComesToSlurmsTimeLimitSavesItselfAndTheNextOneGoesOn() {
        startServer("signalbox.slurm.time-limit=2m", "signalbox.slurm.save-within=60s");

        aJobComesToTheLimitAndGoesOn();
    }

    @Test
    void soDoesOneThatWasHandedOverByRest() {
        cluster.close();
        cluster = SlurmCluster.startWithRest(1);
        startServer(cluster.rest().settings(), "signalbox.slurm.time-limit=1m", "signalbox.slurm.save-within=40s");

        aJobComesToTheLimitAndGoesOn();
    }

    private void aJobComesToTheLimitAndGoesOn() {
        long id = jobs.submit(Fixtures.cornersJob(LONG) + "retries: 0\n");

        await(
                id,
                "the second attempt",
                job -> job.path("attempt").intValue() == 2
                        && job.path("state").stringValue().equals("running"));

        assertThat(resumedFrom(id))
                .hasSize(2)
                .satisfies(from -> assertThat(from.get(1)).isNotEmpty());
        stop(id);
    }

    @Test
    void aControllerThatIsAwayHoldsUpNobody() {
        startServer();
        long id = jobs.submit(Fixtures.cornersJob(LONG));
        jobs.awaitEpochs(id, 2);
        await(
                id,
                "Slurm's word",
                job -> job.path("placement").path("reason").asString("").equals("RUNNING"));
        cluster.stopController();
        long waiting = jobs.submit(Fixtures.cornersJob(1));

        int epoch = jobs.get(id).path("progress").path("epoch").intValue();
        jobs.awaitEpochs(id, epoch + 3);
        await(
                waiting,
                "why it waits",
                job -> job.path("placement").path("reason").asString("").contains("sbatch")
                        || job.path("placement").path("reason").asString("").contains("squeue"));
        assertThat(jobs.get(id).path("attempt").intValue()).isEqualTo(1);
        cluster.startController();

        await(waiting, "its end", job -> job.path("state").stringValue().equals("completed"));
        assertThat(jobs.get(id).path("attempt").intValue()).isEqualTo(1);
        stop(id);
    }
}
