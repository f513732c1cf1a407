package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.FreePorts;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.S3Server;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The service as it is installed in a cluster: its trainers are Jobs, and share nothing with it but a bucket and the encrypted
 * link. The API is fabric8's mock, a test plays its controllers, and the trainers are real.
 */
class KubernetesIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LONG = 10_000;

    @TempDir
    Path folder;

    private S3Server store;
    private KubernetesCluster cluster;
    private Kubelet kubelet;
    private ServerProcess server;
    private Jobs jobs;

    @BeforeEach
    void anInstallation() throws IOException {
        store = new S3Server();
        cluster = new KubernetesCluster();
        kubelet = new Kubelet(cluster, folder.resolve("kubelet"));
        Path config = Files.writeString(folder.resolve("kubeconfig"), cluster.config());
        server = store.reachedBy(ServerProcess.unstarted(
                        folder,
                        "signalbox.launcher=kubernetes",
                        "signalbox.kubernetes.image=registry/signalbox:1",
                        "signalbox.kubernetes.job-name=box",
                        "signalbox.kubernetes.jar=" + ServerProcess.JAR,
                        "signalbox.kubernetes.memory=1GB",
                        "signalbox.link.host=localhost",
                        "signalbox.link.port=" + FreePorts.one(),
                        "signalbox.files.store=s3",
                        "signalbox.files.s3.bucket=" + S3Server.BUCKET,
                        "signalbox.files.s3.endpoint=" + store.endpoint(),
                        "signalbox.files.node-folder=" + folder.resolve("node")))
                .with("KUBECONFIG", config.toString());
        server.start();
        jobs = server.jobs();
        Fixtures.uploadCorners(server.api(), 640).expect(201);
    }

    @AfterEach
    void end() {
        kubelet.close();
        server.close();
        cluster.close();
        store.close();
    }

    @Test
    void aJobOutlivesItsServerAndItsNodeAndLeavesNothingInTheCluster() throws IOException {
        long id = jobs.submit(Fixtures.cornersJob(LONG) + """
                callbacks: [{type: BackupAndRestore, save_freq: 5}]
                """);
        String first = "box-" + id + "-1";
        String second = "box-" + id + "-2";
        jobs.awaitEpochs(id, 1);
        JsonNode placement = jobs.await(
                        id,
                        "its node",
                        job -> job.path("placement").path("node").isString())
                .path("placement");
        assertThat(placement.path("id").stringValue()).startsWith(first);
        assertThat(placement.path("node").stringValue()).isEqualTo("node-1");

        server.killNine();
        server.start();
        int epochs = jobs.epochs(id).size();
        jobs.awaitEpochs(id, epochs + 1);
        assertThat(jobs.get(id).path("attempt").intValue()).isEqualTo(1);

        await("a checkpoint").atMost(SOON).until(() -> !jobs.checkpoints(id).isEmpty());
        cluster.disrupts(first, "DeletionByTaintManager", "node is unreachable");
        kubelet.process(first).destroyForcibly();
        await("training elsewhere")
                .atMost(SOON)
                .until(() -> jobs.events(id, "train_begin").size() == 2);
        assertThat(jobs.get(id).path("attempt").intValue()).isEqualTo(2);
        assertThat(jobs.events(id, "train_begin"))
                .last()
                .satisfies(begin ->
                        assertThat(begin.path("resumed_from").asString("")).startsWith("backup-"));

        jobs.applied(id, "{\"type\": \"stop\"}");
        jobs.awaitState(id, "stopped");
        jobs.wholeStream(id, "stopped");
        assertThat(server.api()
                        .get("/jobs/" + id + "/checkpoints/final/content")
                        .status())
                .isEqualTo(200);
        await("an end without remains")
                .atMost(SOON)
                .until(() -> cluster.jobs().isEmpty() && cluster.secret(second) == null);
        assertThat(kubelet.pods()).isEqualTo(List.of(first, second));
        assertThat(folder.resolve("node/jobs")).as("what the pods worked in").satisfies(it -> {
            try (var left = Files.list(it)) {
                assertThat(left.filter(path -> path.getFileName().toString().startsWith(id + "-2-")))
                        .isEmpty();
            }
        });
    }
}
