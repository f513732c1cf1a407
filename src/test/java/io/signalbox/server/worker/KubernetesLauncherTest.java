package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.signalbox.link.Assignment;
import io.signalbox.server.worker.Placement.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

/** What is asked of a cluster, and what its answers mean. The mock checks no manifest: a real cluster would. */
class KubernetesLauncherTest {

    private static final Duration SOON = Duration.ofSeconds(6);
    private static final Attempt FIRST = new Attempt(7, 1);
    private static final String NAME = "box-7-1";
    private static final String SECRET = "hunter2";
    private static final long GIB = 1L << 30;

    @TempDir
    private Path folder;

    private KubernetesCluster cluster;
    private KubernetesLauncher launcher;

    @BeforeEach
    void aCluster() throws IOException {
        Files.writeString(folder.resolve("link.json"), "{\"host\":\"box\",\"port\":7070}");
        cluster = new KubernetesCluster();
        launcher = launcher(null);
    }

    @AfterEach
    void close() {
        launcher.close();
        cluster.close();
    }

    private KubernetesLauncher launcher(String queue) {
        KubernetesProperties settings = new KubernetesProperties(
                KubernetesCluster.NAMESPACE,
                "box",
                "registry/signalbox:1",
                Path.of("/opt/signalbox.jar"),
                DataSize.ofGigabytes(4),
                "nvidia.com/gpu",
                Duration.ofHours(2),
                Duration.ofSeconds(90),
                Map.of("pool", "gpu"),
                List.of("nvidia.com/gpu:NoSchedule", "dedicated=training:NoExecute"),
                "training",
                queue,
                null,
                null,
                null,
                null,
                10001);
        KubernetesLauncher made = new KubernetesLauncher(
                new KubernetesManifest(settings, Path.of("/scratch")),
                folder.resolve("link.json"),
                KubernetesCluster.NAMESPACE,
                cluster::client);
        made.open(() -> {});
        return made;
    }

    private static Launch launch() {
        Assignment assignment = new Assignment(
                7,
                1,
                SECRET,
                0,
                Path.of("/scratch/jobs/7"),
                Path.of("/scratch/datasets/d"),
                null,
                null,
                List.of(),
                null,
                null,
                Path.of("/data/run/link.json"),
                Duration.ofHours(1),
                null);
        return new Launch(assignment, Path.of("/data/jobs/7/attempts/1"), 2, 1, 8 * GIB, null, 0);
    }

    private Placement awaitState(State state) {
        return await().atMost(SOON).until(() -> launcher.observe(FIRST), placement -> placement.state() == state);
    }

    private void running() {
        launcher.submit(launch());
        await().atMost(SOON).until(() -> cluster.job(NAME) != null && cluster.secret(NAME) != null);
        cluster.podOf(NAME);
        cluster.runs(NAME, "node-3");
        awaitState(State.RUNNING);
    }

    @Test
    void makesOneJobOfOnePodThatIsNeverTriedAgain() {
        launcher.submit(launch());

        Job job = await().atMost(SOON).until(() -> cluster.job(NAME), made -> made != null);
        assertThat(job.getSpec().getBackoffLimit()).isZero();
        assertThat(job.getSpec().getCompletions()).isOne();
        assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(7200);
        assertThat(job.getSpec().getPodFailurePolicy().getRules()).hasSize(2);
        assertThat(job.getMetadata().getLabels())
                .containsEntry("signalbox.io/server", "box")
                .containsEntry("signalbox.io/job", "7")
                .containsEntry("signalbox.io/attempt", "1");
        PodSpec pod = job.getSpec().getTemplate().getSpec();
        assertThat(pod.getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(90);
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getNodeSelector()).containsEntry("pool", "gpu");
        assertThat(pod.getTolerations())
                .extracting("key", "operator", "value", "effect")
                .contains(
                        org.assertj.core.groups.Tuple.tuple("nvidia.com/gpu", "Exists", null, "NoSchedule"),
                        org.assertj.core.groups.Tuple.tuple("dedicated", "Equal", "training", "NoExecute"));
        Container container = pod.getContainers().get(0);
        assertThat(container.getImage()).isEqualTo("registry/signalbox:1");
        assertThat(container.getCommand())
                .startsWith("java")
                .endsWith("--assignment", "/run/signalbox/assignment.json");
        assertThat(container.getResources().getLimits())
                .containsEntry("nvidia.com/gpu", new Quantity("1"))
                .containsEntry("memory", new Quantity(Long.toString(8 * GIB)));
    }

    @Test
    void handsTheSecretOverInASecretThatGoesWithTheJob() {
        launcher.submit(launch());

        Secret secret = await().atMost(SOON)
                .until(
                        () -> cluster.secret(NAME),
                        made -> made != null
                                && !made.getMetadata().getOwnerReferences().isEmpty());
        assertThat(secret.getMetadata().getOwnerReferences().get(0).getKind()).isEqualTo("Job");
        Assignment told = Assignment.fromJson(secret.getStringData().get("assignment.json"));
        assertThat(told.secret()).isEqualTo(SECRET);
        assertThat(told.linkFile()).isEqualTo(Path.of("/run/signalbox/link.json"));
        assertThat(secret.getStringData().get("link.json")).contains("7070");
        assertThat(Serialization.asJson(cluster.job(NAME))).doesNotContain(SECRET);
    }

    @Test
    void tellsWhyItWaitsAndWhereItRuns() {
        launcher.submit(launch());
        awaitState(State.WAITING);
        await().atMost(SOON).until(() -> cluster.job(NAME) != null);
        cluster.podOf(NAME);
        cluster.unschedulable(NAME, "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.");
        await().atMost(SOON)
                .until(() -> String.valueOf(launcher.observe(FIRST).reason()).contains("Insufficient"));

        cluster.waits(NAME, "ImagePullBackOff", "no such image");
        await().atMost(SOON)
                .until(() -> String.valueOf(launcher.observe(FIRST).reason()).contains("no such image"));

        cluster.runs(NAME, "node-3");
        assertThat(awaitState(State.RUNNING))
                .isEqualTo(new Placement(State.RUNNING, NAME + "-x7f3a", "node-3", null, null));
    }

    @ParameterizedTest
    @CsvSource({"0, Completed, EXITED", "85, Error, EXITED", "64, Error, EXITED", "137, OOMKilled, OUT_OF_MEMORY"})
    void tellsTheExitCode(int code, String reason, State state) {
        running();

        cluster.exits(NAME, code, reason);

        Placement end = awaitState(state);
        assertThat(end.exitCode()).isEqualTo(code);
        assertThat(end.node()).isEqualTo("node-3");
    }

    @ParameterizedTest
    @CsvSource({
        "PreemptionByScheduler, a more urgent pod, PREEMPTED",
        "EvictionByEvictionAPI, node is drained, PREEMPTED",
        "DeletionByTaintManager, node is unreachable, NODE_LOST",
        "DeletionByPodGC, node does not exist, NODE_LOST",
        "TerminationByKubelet, The node was low on resource: memory, EVICTED",
        "TerminationByKubelet, node is shutting down, NODE_LOST"
    })
    void tellsWhatTheClusterDidToIt(String reason, String message, State state) {
        running();

        cluster.disrupts(NAME, reason, message);

        assertThat(awaitState(state).reason()).contains(message);
    }

    @Test
    void takesADisruptedTrainerThatSavedItselfAtItsWord() {
        running();

        cluster.disrupts(NAME, "PreemptionByScheduler", "a more urgent pod");
        cluster.exits(NAME, 85, "Error");

        await().atMost(SOON).until(() -> launcher.observe(FIRST).isOver());
        assertThat(launcher.observe(FIRST).state()).isIn(State.PREEMPTED, State.EXITED);
    }

    @Test
    void tellsThatItsTimeWasUp() {
        running();

        cluster.condition(NAME, "Failed", "DeadlineExceeded", "Job was active longer than specified deadline");

        awaitState(State.TIMED_OUT);
    }

    @Test
    void tellsThatSomebodyDeletedIt() {
        running();

        cluster.delete(NAME);

        assertThat(awaitState(State.CANCELLED).reason()).isEqualTo("the Job was deleted");
    }

    @Test
    void deletesTheJobThatIsCancelled() {
        running();

        launcher.cancel(FIRST);

        await().atMost(SOON).until(() -> cluster.job(NAME) == null && cluster.secret(NAME) == null);
        assertThat(awaitState(State.CANCELLED).exitCode()).isNull();
    }

    @Test
    void suspendsTheJobWhoseTrainerIsToSaveItself() {
        running();

        launcher.signal(FIRST);

        await().atMost(SOON).until(() -> cluster.job(NAME).getSpec().getSuspend());
        awaitState(State.PREEMPTED);
    }

    @Test
    void leavesItToKueueWhenItStarts() {
        launcher.close();
        launcher = launcher("gpu-queue");

        launcher.submit(launch());

        Job job = await().atMost(SOON).until(() -> cluster.job(NAME), made -> made != null);
        assertThat(job.getMetadata().getLabels()).containsEntry("kueue.x-k8s.io/queue-name", "gpu-queue");
        assertThat(job.getSpec().getSuspend()).isTrue();
        await().atMost(SOON)
                .until(() -> String.valueOf(launcher.observe(FIRST).reason()).contains("queue"));
    }

    @Test
    void isFoundByTheNextServer() {
        running();
        launcher.close();

        launcher = launcher(null);

        assertThat(awaitState(State.RUNNING).node()).isEqualTo("node-3");
        assertThat(await().atMost(SOON)
                        .until(() -> launcher.observe(new Attempt(8, 1)), other -> other.state() != State.UNKNOWN)
                        .state())
                .isEqualTo(State.LOST);
    }

    @Test
    void isSeenToHaveEndedThroughABreakOfTheWatchThatForgotWhereItWas() {
        running();
        cluster.goesAway();
        cluster.exits(NAME, 0, "Completed");

        cluster.comesBackWithoutHistory();

        assertThat(awaitState(State.EXITED).exitCode()).isZero();
    }

    @Test
    void isHandedOverWhenAClusterThatIsAwayComesBack() {
        cluster.goesAway();
        launcher.submit(launch());
        await().atMost(SOON).until(() -> launcher.observe(FIRST).reason() != null);

        cluster.comesBackWithoutHistory();

        await().atMost(SOON).until(() -> cluster.job(NAME) != null);
        assertThat(cluster.jobs()).hasSize(1);
    }

    @Test
    void isRejectedWhereTheClusterSaysSo() {
        cluster.refuses(422);

        launcher.submit(launch());

        assertThat(awaitState(State.REJECTED).reason()).contains("no room for that");
    }

    @Test
    void waitsWhereTheServerIsNotAllowedTo() {
        cluster.refuses(403);

        launcher.submit(launch());
        await().atMost(SOON)
                .until(() -> String.valueOf(launcher.observe(FIRST).reason()).contains("no room"));
        cluster.refuses(0);

        await().atMost(SOON).until(() -> cluster.job(NAME) != null);
    }

    @Test
    void isRejectedByAClusterThatDropsAFieldItDependsOn() {
        cluster.keeps(json -> json.replace("\"activeDeadlineSeconds\":7200,", ""));

        launcher.submit(launch());

        assertThat(awaitState(State.REJECTED).reason()).contains("spec.activeDeadlineSeconds");
        await().atMost(SOON).until(() -> cluster.job(NAME) == null);
    }

    @Test
    void isTakenUpWhereTheAnswerToItsSubmissionGotLost() {
        running();
        launcher.close();
        launcher = launcher(null);

        launcher.submit(launch());

        awaitState(State.RUNNING);
        assertThat(cluster.jobs()).hasSize(1);
    }

    @Test
    void leavesNothingOfWhatIsForgotten() {
        running();
        cluster.exits(NAME, 0, "Completed");
        awaitState(State.EXITED);

        launcher.forget(FIRST);

        await().atMost(SOON).until(() -> cluster.job(NAME) == null && cluster.secret(NAME) == null);
    }
}
