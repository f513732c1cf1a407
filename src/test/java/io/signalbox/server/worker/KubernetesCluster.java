package io.signalbox.server.worker;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The API of a cluster, by fabric8's mock server, and what its controllers and kubelets would write to it. */
final class KubernetesCluster implements AutoCloseable {

    static final String NAMESPACE = "test";
    private static final int GONE = 410;

    private final Api api = new Api();
    private KubernetesMockServer server = serve(0);
    private final KubernetesMockServer inside = serve(0);
    private final KubernetesClient hand = inside.createClient();
    private final int port = server.getPort();

    /** What is kept, whatever servers answer with it. */
    private static final class Api extends KubernetesCrudDispatcher {

        private volatile int gone;
        private volatile int refused;
        private volatile UnaryOperator<String> keeping = UnaryOperator.identity();

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (request.getPath().contains("watch=true") && gone > 0) {
                gone--;
                return new MockResponse()
                        .setResponseCode(GONE)
                        .setBody("{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\",\"message\":\"too old\"}");
            }
            if (request.getMethod().equals("POST") && request.getPath().endsWith("/jobs") && refused != 0) {
                return new MockResponse()
                        .setResponseCode(refused)
                        .setBody("{\"kind\":\"Status\",\"code\":" + refused + ",\"message\":\"no room for that\"}");
            }
            MockResponse answer = super.dispatch(request);
            if (request.getMethod().equals("POST") && request.getPath().endsWith("/jobs")) {
                answer.setBody(keeping.apply(answer.getBody().readUtf8()));
            }
            return answer;
        }
    }

    private KubernetesMockServer serve(int at) {
        KubernetesMockServer made =
                new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), api, false);
        made.init(java.net.InetAddress.getLoopbackAddress(), at);
        return made;
    }

    /** Another client of the API, as this server would make one. */
    KubernetesClient client() {
        return server.createClient(builder -> builder.editOrNewConfig()
                .withNamespace(NAMESPACE)
                .withWatchReconnectInterval(50)
                .withRequestRetryBackoffLimit(0)
                .endConfig());
    }

    /** What {@code kubectl}, and a server as a process of its own, reach it by. */
    String config() {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: mock, cluster: {server: "%s"}}]
                contexts: [{name: mock, context: {cluster: mock, user: nobody, namespace: %s}}]
                users: [{name: nobody, user: {}}]
                current-context: mock
                """.formatted(server.url("/"), NAMESPACE);
    }

    /** Nobody is answered; watches break. */
    void goesAway() {
        server.shutdown();
    }

    /** And has forgotten since when watches were. */
    void comesBackWithoutHistory() {
        api.gone = 2;
        server = serve(port);
    }

    /** From now on it answers so to new Jobs; 0 for as it should. */
    void refuses(int code) {
        api.refused = code;
    }

    /** From now on it answers with something else than it was sent, as one that does not know some field. */
    void keeps(UnaryOperator<String> change) {
        api.keeping = change;
    }

    Job job(String name) {
        return hand.batch().v1().jobs().inNamespace(NAMESPACE).withName(name).get();
    }

    List<Job> jobs() {
        return hand.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems();
    }

    Secret secret(String name) {
        return hand.secrets().inNamespace(NAMESPACE).withName(name).get();
    }

    void delete(String job) {
        hand.batch().v1().jobs().inNamespace(NAMESPACE).withName(job).delete();
    }

    void condition(String job, String type, String reason, String message) {
        hand.batch()
                .v1()
                .jobs()
                .inNamespace(NAMESPACE)
                .withName(job)
                .edit(kept -> kept.edit()
                        .editOrNewStatus()
                        .addNewCondition()
                        .withType(type)
                        .withStatus("True")
                        .withReason(reason)
                        .withMessage(message)
                        .endCondition()
                        .endStatus()
                        .build());
    }

    /** The Job's controller makes its pod. */
    void podOf(String job) {
        Map<String, String> labels =
                new HashMap<>(job(job).getSpec().getTemplate().getMetadata().getLabels());
        labels.put("job-name", job);
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(job + "-x7f3a")
                .withNamespace(NAMESPACE)
                .withLabels(labels)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
        hand.pods().inNamespace(NAMESPACE).resource(pod).create();
    }

    void unschedulable(String job, String message) {
        pod(
                job,
                pod -> pod.edit()
                        .editStatus()
                        .addNewCondition()
                        .withType("PodScheduled")
                        .withStatus("False")
                        .withReason("Unschedulable")
                        .withMessage(message)
                        .endCondition()
                        .endStatus()
                        .build());
    }

    void runs(String job, String node) {
        pod(job, pod -> pod.edit().editSpec().withNodeName(node).endSpec().build());
        state(job, new ContainerStateBuilder().withNewRunning().endRunning().build());
    }

    void waits(String job, String reason, String message) {
        state(
                job,
                new ContainerStateBuilder()
                        .withNewWaiting()
                        .withReason(reason)
                        .withMessage(message)
                        .endWaiting()
                        .build());
    }

    void exits(String job, int code, String reason) {
        state(
                job,
                new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(code)
                        .withReason(reason)
                        .endTerminated()
                        .build());
    }

    void disrupts(String job, String reason, String message) {
        pod(
                job,
                pod -> pod.edit()
                        .editStatus()
                        .addNewCondition()
                        .withType("DisruptionTarget")
                        .withStatus("True")
                        .withReason(reason)
                        .withMessage(message)
                        .endCondition()
                        .endStatus()
                        .build());
    }

    private void state(String job, ContainerState state) {
        pod(
                job,
                pod -> pod.edit()
                        .editStatus()
                        .withContainerStatuses()
                        .addNewContainerStatus()
                        .withName("trainer")
                        .withState(state)
                        .endContainerStatus()
                        .endStatus()
                        .build());
    }

    private void pod(String job, UnaryOperator<Pod> change) {
        hand.pods().inNamespace(NAMESPACE).withName(job + "-x7f3a").edit(change);
    }

    @Override
    public void close() {
        hand.close();
        inside.destroy();
        server.destroy();
    }
}
