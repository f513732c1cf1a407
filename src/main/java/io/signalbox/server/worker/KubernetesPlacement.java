package io.signalbox.server.worker;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.signalbox.link.TrainerCommand;
import io.signalbox.server.worker.Placement.State;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a Job and its pods say of an attempt. */
final class KubernetesPlacement {

    private static final String TRUE = "True";

    private final Job job;
    private final @Nullable Pod pod;

    private KubernetesPlacement(Job job, @Nullable Pod pod) {
        this.job = job;
        this.pod = pod;
    }

    /** There is one pod, or none yet; where a cluster made two all the same, the last one made counts. */
    static Placement of(Job job, List<Pod> pods) {
        Pod last = pods.stream()
                .max(Comparator.comparing(
                        pod -> Optional.ofNullable(pod.getMetadata().getCreationTimestamp())
                                .orElse("")))
                .orElse(null);
        return new KubernetesPlacement(job, last).placement();
    }

    private Placement placement() {
        ContainerStateTerminated ended = container(ContainerState::getTerminated);
        PodCondition disrupted = podCondition("DisruptionTarget");
        if (ended != null && ended.getExitCode() != null) {
            return exited(ended, disrupted);
        }
        if (disrupted != null) {
            return at(disruption(disrupted), text(disrupted.getReason(), disrupted.getMessage()), null);
        }
        JobCondition failed = condition("Failed");
        if (failed != null) {
            State state = "DeadlineExceeded".equals(failed.getReason()) ? State.TIMED_OUT : failedPod();
            return at(state, text(failed.getReason(), failed.getMessage()), null);
        }
        if (condition("Complete") != null) {
            return at(State.EXITED, null, TrainerCommand.EXIT_DONE);
        }
        if (job.getMetadata().getDeletionTimestamp() != null) {
            return at(State.CANCELLED, "the Job was deleted", null);
        }
        return underWay();
    }

    private Placement exited(ContainerStateTerminated ended, @Nullable PodCondition disrupted) {
        int code = ended.getExitCode();
        if ("OOMKilled".equals(ended.getReason())) {
            return at(State.OUT_OF_MEMORY, text(ended.getReason(), ended.getMessage()), code);
        }
        if (disrupted != null && code != TrainerCommand.EXIT_AGAIN && code != TrainerCommand.EXIT_DONE) {
            return at(disruption(disrupted), text(disrupted.getReason(), disrupted.getMessage()), code);
        }
        JobCondition failed = condition("Failed");
        if (failed != null
                && "DeadlineExceeded".equals(failed.getReason())
                && code != TrainerCommand.EXIT_AGAIN
                && code != TrainerCommand.EXIT_DONE) {
            return at(State.TIMED_OUT, text(failed.getReason(), failed.getMessage()), code);
        }
        return at(State.EXITED, text(ended.getReason(), ended.getMessage()), code);
    }

    private static State disruption(PodCondition disrupted) {
        return switch (String.valueOf(disrupted.getReason())) {
            case "DeletionByTaintManager", "DeletionByPodGC" -> State.NODE_LOST;
            case "TerminationByKubelet" ->
                String.valueOf(disrupted.getMessage()).contains("memory") ? State.EVICTED : State.NODE_LOST;
            default -> State.PREEMPTED; // by a more urgent pod, or by somebody who drains the node
        };
    }

    private State failedPod() {
        String reason =
                pod == null || pod.getStatus() == null ? null : pod.getStatus().getReason();
        return "NodeLost".equals(reason) || "NodeShutdown".equals(reason) ? State.NODE_LOST : State.EXITED;
    }

    private Placement underWay() {
        boolean suspended = Boolean.TRUE.equals(job.getSpec().getSuspend());
        if (suspended && pod != null) {
            return at(State.PREEMPTED, "the Job was suspended", null);
        }
        if (suspended) {
            return at(State.WAITING, "the Job waits in its queue", null);
        }
        if (container(ContainerState::getRunning) != null) {
            return at(State.RUNNING, null, null);
        }
        return at(State.WAITING, waitsFor(), null);
    }

    private @Nullable String waitsFor() {
        var waiting = container(ContainerState::getWaiting);
        if (waiting != null) {
            return text(waiting.getReason(), waiting.getMessage());
        }
        PodCondition scheduled = pod == null || pod.getStatus() == null
                ? null
                : conditions(pod)
                        .filter(one -> "PodScheduled".equals(one.getType()) && "False".equals(one.getStatus()))
                        .findFirst()
                        .orElse(null);
        return scheduled == null ? null : text(scheduled.getReason(), scheduled.getMessage());
    }

    private Placement at(State state, @Nullable String reason, @Nullable Integer exitCode) {
        return new Placement(
                state,
                pod == null ? job.getMetadata().getName() : pod.getMetadata().getName(),
                pod == null || pod.getSpec() == null ? null : pod.getSpec().getNodeName(),
                reason,
                exitCode);
    }

    private static @Nullable String text(@Nullable String reason, @Nullable String message) {
        if (reason == null || reason.isEmpty()) {
            return message == null || message.isEmpty() ? null : message;
        }
        return message == null || message.isEmpty() ? reason : reason + ": " + message;
    }

    private <T> @Nullable T container(Function<ContainerState, T> part) {
        if (pod == null || pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) {
            return null;
        }
        for (ContainerStatus status : pod.getStatus().getContainerStatuses()) {
            if (KubernetesManifest.CONTAINER.equals(status.getName()) && status.getState() != null) {
                return part.apply(status.getState());
            }
        }
        return null;
    }

    private @Nullable PodCondition podCondition(String type) {
        return pod == null || pod.getStatus() == null
                ? null
                : conditions(pod)
                        .filter(one -> type.equals(one.getType()) && TRUE.equals(one.getStatus()))
                        .findFirst()
                        .orElse(null);
    }

    private static Stream<PodCondition> conditions(Pod pod) {
        List<PodCondition> all = pod.getStatus().getConditions();
        return all == null ? Stream.empty() : all.stream();
    }

    private @Nullable JobCondition condition(String type) {
        if (job.getStatus() == null || job.getStatus().getConditions() == null) {
            return null;
        }
        return job.getStatus().getConditions().stream()
                .filter(one -> type.equals(one.getType()) && TRUE.equals(one.getStatus()))
                .findFirst()
                .orElse(null);
    }
}
