package io.signalbox.server.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The Kubernetes cluster that trainers run on, where {@code signalbox.launcher} is {@code kubernetes}. It is reached as kubectl
 * would: by the service account of the server's own pod, or by {@code KUBECONFIG}.
 *
 * @param namespace of the Jobs; by default that of the service account or of the kubeconfig's context
 * @param jobName what names of Jobs begin with; servers that share a namespace each need one of their own
 * @param image holds Java and this service's jar
 * @param jar where the image holds it
 * @param memory of a job that names none in its {@code resources}
 * @param gpu the resource that a graphics processor is
 * @param timeLimit longest that one attempt may run; a job that needs longer saves itself, and goes on in another
 * @param saveWithin what a trainer that is asked to end has to save itself
 * @param nodeSelector labels that nodes must have
 * @param tolerations taints that are put up with, as kubectl writes them: {@code nvidia.com/gpu:NoSchedule}, {@code
 *     dedicated=training:NoSchedule}
 * @param priorityClass of the pods; by default the cluster's own
 * @param queue Kueue's queue to which Jobs are submitted; null where there is none
 * @param imagePullSecret by which the image is pulled; null where none is needed
 * @param serviceAccount of the pods, of which they are given no token; by default the namespace's own
 * @param claim the persistent volume claim that holds the home folder, where files are shared by {@code folder}
 * @param nodePath folder of the nodes in which trainers keep their files and their cache; by default each pod has one of its own
 * @param user that the trainer runs as
 */
@ConfigurationProperties("signalbox.kubernetes")
record KubernetesProperties(
        @Nullable String namespace,
        @DefaultValue("signalbox") String jobName,
        @DefaultValue("") String image,
        @DefaultValue("/opt/signalbox.jar") Path jar,
        @DefaultValue("4GB") DataSize memory,
        @DefaultValue("nvidia.com/gpu") String gpu,
        @Nullable Duration timeLimit,
        @DefaultValue("120s") Duration saveWithin,
        @DefaultValue Map<String, String> nodeSelector,
        @DefaultValue List<String> tolerations,
        @Nullable String priorityClass,
        @Nullable String queue,
        @Nullable String imagePullSecret,
        @Nullable String serviceAccount,
        @Nullable String claim,
        @Nullable Path nodePath,
        @DefaultValue("10001") long user) {

    private static final String NAME = "[a-z]([a-z0-9-]{0,28}[a-z0-9])?";
    static final String TOLERATION = "([^=:\\s]+)(=([^=:\\s]+))?:(NoSchedule|PreferNoSchedule|NoExecute)";

    KubernetesProperties {
        if (!jobName.matches(NAME)) {
            throw new IllegalArgumentException(
                    "signalbox.kubernetes.job-name must be 1 to 30 small letters, digits or '-',"
                            + " beginning with a letter, was " + jobName);
        }
        for (String toleration : tolerations) {
            if (!toleration.matches(TOLERATION)) {
                throw new IllegalArgumentException("signalbox.kubernetes.tolerations must hold taints such as"
                        + " nvidia.com/gpu:NoSchedule, was " + toleration);
            }
        }
        if (memory.toBytes() <= 0) {
            throw new IllegalArgumentException("signalbox.kubernetes.memory must be above 0, was " + memory);
        }
        if (saveWithin.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "signalbox.kubernetes.save-within must be 1s or more, was " + saveWithin);
        }
        if (timeLimit != null && timeLimit.toSeconds() < 1) {
            throw new IllegalArgumentException("signalbox.kubernetes.time-limit must be 1s or more, was " + timeLimit);
        }
    }
}
