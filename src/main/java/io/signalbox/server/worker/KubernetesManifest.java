package io.signalbox.server.worker;

import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import io.signalbox.link.TrainerCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An attempt as Kubernetes is told of it: a Job of one pod that is never tried again, and a Secret with what its trainer is told. */
final class KubernetesManifest {

    static final String SERVER = "signalbox.io/server";
    static final String JOB = "signalbox.io/job";
    static final String ATTEMPT = "signalbox.io/attempt";
    static final String CONTAINER = "trainer";

    /** Where the trainer finds its secret. */
    static final Path TOLD = Path.of("/run/signalbox");

    static final String ASSIGNMENT = "assignment.json";
    static final String LINK = "link.json";

    private static final String QUEUE = "kueue.x-k8s.io/queue-name";
    private static final String FILES = "files";
    private static final Pattern TOLERATION = Pattern.compile(KubernetesProperties.TOLERATION);

    /** How long a Job that has ended is kept for a server that is away: longer than one should be. */
    private static final int KEPT_SECONDS = 86_400;

    /** How long a pod stays on a node that nobody hears of. */
    private static final long UNREACHABLE_SECONDS = 60;

    private static final int OWNER_READS = 0400;

    private final KubernetesProperties settings;
    private final Path files;

    /** {@code files} is where the trainer finds and keeps its files: the home folder, or a folder of the node. */
    KubernetesManifest(KubernetesProperties settings, Path files) {
        this.settings = settings;
        this.files = files;
    }

    String name(Attempt attempt) {
        return settings.jobName() + "-" + attempt.jobId() + "-" + attempt.number();
    }

    /** What all things of this server bear. */
    Map<String, String> labels() {
        return Map.of("app.kubernetes.io/name", "signalbox-trainer", SERVER, settings.jobName());
    }

    /** Whether this server, or one before it, made that. */
    boolean isOwn(Job job) {
        return job.getMetadata().getLabels() != null
                && settings.jobName().equals(job.getMetadata().getLabels().get(SERVER));
    }

    private Map<String, String> labels(Attempt attempt) {
        Map<String, String> labels = new LinkedHashMap<>(labels());
        labels.put(JOB, Long.toString(attempt.jobId()));
        labels.put(ATTEMPT, Integer.toString(attempt.number()));
        return labels;
    }

    Secret secret(Attempt attempt, String assignment, String link) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name(attempt))
                .withLabels(labels(attempt))
                .endMetadata()
                .withImmutable(true)
                .withStringData(Map.of(ASSIGNMENT, assignment, LINK, link))
                .build();
    }

    /** What has a Secret go when the Job does, whoever deletes that: a merge patch. */
    static String ownedBy(Job job) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata")
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "batch/v1")
                .put("kind", "Job")
                .put("name", job.getMetadata().getName())
                .put("uid", job.getMetadata().getUid());
        return patch.toString();
    }

    Job job(Launch launch) {
        Attempt attempt = launch.attempt();
        Map<String, String> labels = labels(attempt);
        Map<String, String> jobLabels = new LinkedHashMap<>(labels);
        if (settings.queue() != null) {
            jobLabels.put(QUEUE, settings.queue());
        }
        return new JobBuilder()
                .withNewMetadata()
                .withName(name(attempt))
                .withLabels(jobLabels)
                .endMetadata()
                .withNewSpec()
                .withSuspend(settings.queue() != null) // Kueue lets it go
                .withCompletions(1)
                .withParallelism(1)
                .withBackoffLimit(0) // this server counts attempts, and each has a secret of its own
                .withActiveDeadlineSeconds(
                        settings.timeLimit() == null
                                ? null
                                : settings.timeLimit().toSeconds())
                .withTtlSecondsAfterFinished(KEPT_SECONDS)
                .withPodFailurePolicy(failurePolicy())
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withSpec(pod(launch))
                .endTemplate()
                .endSpec()
                .build();
    }

    /** The first failure is the last whatever it was; named one by one so that the Job says which. */
    private static PodFailurePolicy failurePolicy() {
        return new PodFailurePolicyBuilder()
                .addNewRule()
                .withAction("FailJob")
                .withNewOnExitCodes()
                .withContainerName(CONTAINER)
                .withOperator("In")
                .withValues(TrainerCommand.EXIT_BAD_SPEC, TrainerCommand.EXIT_AGAIN)
                .endOnExitCodes()
                .endRule()
                .addNewRule()
                .withAction("FailJob")
                .addNewOnPodCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .endOnPodCondition()
                .endRule()
                .build();
    }

    private PodSpec pod(Launch launch) {
        String name = name(launch.attempt());
        PodSpecBuilder pod = new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(settings.saveWithin().toSeconds())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withServiceAccountName(settings.serviceAccount())
                .withPriorityClassName(settings.priorityClass())
                .withNodeSelector(settings.nodeSelector())
                .withTolerations(tolerations())
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(settings.user())
                .withFsGroup(settings.user())
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withVolumes(
                        files(),
                        new VolumeBuilder()
                                .withName("told")
                                .withNewSecret()
                                .withSecretName(name)
                                .withDefaultMode(OWNER_READS)
                                .endSecret()
                                .build());
        if (settings.imagePullSecret() != null) {
            pod.withImagePullSecrets(new LocalObjectReference(settings.imagePullSecret()));
        }
        return pod.addNewContainer()
                .withName(CONTAINER)
                .withImage(settings.image())
                // No shell: Java gets the signals.
                .withCommand(TrainerCommand.assigned(
                        "java",
                        settings.jar().toString(),
                        launch.cpus(),
                        memory(launch),
                        files.resolve("hs_err_" + name + ".log"),
                        TOLD.resolve(ASSIGNMENT)))
                .withEnv(
                        new EnvVarBuilder()
                                .withName("DJL_CACHE_DIR")
                                .withValue(files.resolve(".djl").toString())
                                .build(),
                        new EnvVarBuilder()
                                .withName("OMP_NUM_THREADS")
                                .withValue(Integer.toString(launch.cpus()))
                                .build())
                .withResources(resources(launch))
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .addNewVolumeMount()
                .withName(FILES)
                .withMountPath(files.toString())
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("told")
                .withMountPath(TOLD.toString())
                .withReadOnly(true)
                .endVolumeMount()
                .endContainer()
                .build();
    }

    private Volume files() {
        VolumeBuilder volume = new VolumeBuilder().withName(FILES);
        if (settings.claim() != null) {
            return volume.withNewPersistentVolumeClaim()
                    .withClaimName(settings.claim())
                    .endPersistentVolumeClaim()
                    .build();
        }
        if (settings.nodePath() != null) {
            return volume.withNewHostPath()
                    .withPath(settings.nodePath().toString())
                    .withType("Directory")
                    .endHostPath()
                    .build();
        }
        return volume.withNewEmptyDir().endEmptyDir().build();
    }

    private List<Toleration> tolerations() {
        List<Toleration> tolerations = settings.tolerations().stream()
                .map(TOLERATION::matcher)
                .filter(Matcher::matches)
                .map(taint -> new TolerationBuilder()
                        .withKey(taint.group(1))
                        .withOperator(taint.group(3) == null ? "Exists" : "Equal")
                        .withValue(taint.group(3))
                        .withEffect(taint.group(4))
                        .build())
                .collect(Collectors.toCollection(ArrayList::new));
        for (String lost : List.of("node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready")) {
            tolerations.add(new TolerationBuilder()
                    .withKey(lost)
                    .withOperator("Exists")
                    .withEffect("NoExecute")
                    .withTolerationSeconds(UNREACHABLE_SECONDS)
                    .build());
        }
        return tolerations;
    }

    private long memory(Launch launch) {
        Long memory = launch.memory();
        return memory == null ? settings.memory().toBytes() : memory;
    }

    private ResourceRequirements resources(Launch launch) {
        Map<String, Quantity> requests = new HashMap<>();
        requests.put("cpu", new Quantity(Integer.toString(launch.cpus())));
        requests.put("memory", new Quantity(Long.toString(memory(launch))));
        Map<String, Quantity> limits = new HashMap<>();
        limits.put("memory", requests.get("memory"));
        if (launch.gpus() > 0) {
            limits.put(settings.gpu(), new Quantity(Integer.toString(launch.gpus())));
        }
        return new ResourceRequirementsBuilder()
                .withRequests(requests)
                .withLimits(limits)
                .build();
    }

    /**
     * What a cluster did not keep of what it was sent: an old one drops fields that it does not know without a word.
     *
     * @return the field that the promises of this service hang on; null if all are there
     */
    static @Nullable String dropped(Job sent, Job kept) {
        Map<String, Object> before = promises(sent);
        Map<String, Object> after = promises(kept);
        return before.keySet().stream()
                .filter(field -> !Objects.equals(before.get(field), after.get(field)))
                .findFirst()
                .orElse(null);
    }

    private static Map<String, Object> promises(Job job) {
        PodSpec pod = job.getSpec().getTemplate().getSpec();
        Map<String, Object> promises = new LinkedHashMap<>();
        promises.put("spec.suspend", Boolean.TRUE.equals(job.getSpec().getSuspend()));
        promises.put("spec.backoffLimit", job.getSpec().getBackoffLimit());
        promises.put("spec.activeDeadlineSeconds", job.getSpec().getActiveDeadlineSeconds());
        promises.put("spec.template.spec.restartPolicy", pod.getRestartPolicy());
        promises.put("spec.template.spec.terminationGracePeriodSeconds", pod.getTerminationGracePeriodSeconds());
        promises.put("spec.template.spec.automountServiceAccountToken", pod.getAutomountServiceAccountToken());
        promises.put("spec.template.spec.nodeSelector", Objects.requireNonNullElse(pod.getNodeSelector(), Map.of()));
        promises.put(
                "spec.template.spec.containers[0].resources.limits",
                pod.getContainers().get(0).getResources().getLimits());
        return promises;
    }
}
