package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import io.signalbox.harness.SlurmCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs whose trainers a Slurm cluster runs. */
class SlurmIT {

    private static final int LONG = 10_000;

    private static SlurmCluster cluster;
    private static ServerProcess server;
    private static Jobs jobs;

    @BeforeAll
    static void start(@TempDir Path folder) {
        cluster = SlurmCluster.start(1);
        server = ServerProcess.start(folder, cluster.settings());
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private static JsonNode placement(long id) {
        return jobs.get(id).path("placement");
    }

    /** Somebody else's; its id. */
    private static String urgentJobThatTakesAllNodes() {
        return cluster.run(
                        "sbatch",
                        "--parsable",
                        "--partition=urgent",
                        "--exclusive",
                        "--mem=100",
                        "--output=/dev/null",
                        "--wrap=sleep 600")
                .strip();
    }

    @Test
    void aJobThatMakesRoomForAnotherSavesItselfAndGoesOnWhereItWas() {
        long id = jobs.submit(Fixtures.cornersJob(LONG));
        jobs.awaitEpochs(id, 2);
        JsonNode first = jobs.await(
                        id,
                        "its node",
                        job -> !job.path("placement").path("node").isNull())
                .path("placement");
        assertThat(first.path("node").stringValue()).isEqualTo("n1");
        assertThat(cluster.run("squeue", "-h", "-j", first.path("id").stringValue(), "-o", "%j %T")
                        .strip())
                .isEqualTo("run-" + id + "-1 RUNNING");

        String urgent = urgentJobThatTakesAllNodes();
        jobs.await(
                id,
                "its second attempt",
                job -> job.path("attempt").intValue() == 2
                        && job.path("placement").path("reason").asString("").contains("("));
        assertThat(placement(id).path("reason").stringValue()).startsWith("PENDING (");
        cluster.run("scancel", urgent);
        jobs.await(id, "running again", job -> job.path("state").stringValue().equals("running"));
        jobs.command(id, "{\"type\": \"stop\"}");

        jobs.awaitState(id, "stopped");
        assertThat(jobs.events(id, "train_begin"))
                .extracting(begin -> begin.path("resumed_from").asString(""))
                .hasSize(2)
                .satisfies(from -> assertThat(from.get(1)).isNotEmpty());
        jobs.wholeStream(id, "stopped");
    }

    @Test
    void aServerThatWasKilledFindsItsJobsAgain() {
        long id = jobs.submit(Fixtures.cornersJob(LONG));
        int epochs = jobs.awaitEpochs(id, 1).path("progress").path("epoch").intValue();
        String cluster1 = placement(id).path("id").stringValue();

        server.killNine();
        server.start();
        jobs = server.jobs();

        JsonNode job = jobs.awaitEpochs(id, epochs + 2);
        assertThat(job.path("attempt").intValue()).isEqualTo(1);
        assertThat(job.path("placement").path("id").stringValue()).isEqualTo(cluster1);
        jobs.command(id, "{\"type\": \"cancel\"}");
        jobs.awaitState(id, "cancelled");
        jobs.wholeStream(id, "cancelled");
    }

    @Test
    void aJobThatTheClustersAdministratorCancelsIsCancelled() {
        long id = jobs.submit(Fixtures.cornersJob(LONG) + "retries: 5\n");
        jobs.awaitEpochs(id, 1);

        cluster.run("scancel", placement(id).path("id").stringValue());

        JsonNode job = jobs.awaitState(id, "cancelled");
        assertThat(job.path("reason").stringValue()).contains("not here", "CANCELLED");
        assertThat(job.path("attempt").intValue()).isEqualTo(1);
    }

    @Test
    void aJobThatWaitsForTheClusterIsStoppedAtOnce() {
        String all = urgentJobThatTakesAllNodes();
        long id = jobs.submit(Fixtures.cornersJob(LONG));
        jobs.await(
                id,
                "the cluster's word",
                job -> job.path("placement").path("id").isString());

        jobs.command(id, "{\"type\": \"stop\"}");

        JsonNode job = jobs.awaitState(id, "stopped");
        assertThat(job.path("reason").stringValue()).isEqualTo("stopped before it began");
        cluster.run("scancel", all);
    }
}
