package io.signalbox.server.worker;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This server's Jobs in a cluster, each with the Secret that is its trainer's. What the cluster says of them and of their pods is
 * kept level by informers, through broken watches too, and read from memory by any thread; what is asked of the cluster waits for
 * its answer, and is for one thread.
 */
final class KubernetesJobs implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KubernetesJobs.class);

    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

    private final KubernetesClient client;
    private final KubernetesManifest manifest;
    private final String namespace;
    private final Path linkFile;
    private final SharedIndexInformer<Job> jobs;
    private final SharedIndexInformer<Pod> pods;
    private boolean warned;

    /**
     * Begins to watch.
     *
     * @param namespace null for the one that the client's configuration names
     * @param linkFile what tells trainers where this server is
     * @param wake called whenever something may have changed
     */
    KubernetesJobs(
            KubernetesClient client,
            KubernetesManifest manifest,
            @Nullable String namespace,
            Path linkFile,
            Runnable wake) {
        this.client = client;
        this.manifest = manifest;
        this.linkFile = linkFile;
        String named = namespace == null ? client.getNamespace() : namespace;
        this.namespace = named == null ? "default" : named;
        this.jobs = client.batch()
                .v1()
                .jobs()
                .inNamespace(this.namespace)
                .withLabels(manifest.labels())
                .runnableInformer(0);
        this.pods = client.pods()
                .inNamespace(this.namespace)
                .withLabels(manifest.labels())
                .runnableInformer(0);
        ResourceEventHandler<Object> handler = new Waking(wake);
        jobs.addEventHandler(handler).exceptionHandler((begun, error) -> true);
        pods.addEventHandler(handler).exceptionHandler((begun, error) -> true);
        jobs.start();
        pods.start();
        log.info("Trainers are Jobs of Kubernetes, in namespace {}", this.namespace);
    }

    private record Waking(Runnable wake) implements ResourceEventHandler<Object> {
        @Override
        public void onAdd(Object added) {
            wake.run();
        }

        @Override
        public void onUpdate(Object before, Object after) {
            wake.run();
        }

        @Override
        public void onDelete(Object deleted, boolean finalStateUnknown) {
            wake.run();
        }

        @Override
        public void onNothing() {
            wake.run(); // nothing is there, which is known now
        }
    }

    /** Whether all that is there is known. */
    boolean isKnown() {
        return jobs.hasSynced() && pods.hasSynced();
    }

    /** An attempt's Job as it was last heard of; null for none. */
    @Nullable
    Job find(Attempt attempt) {
        return jobs.getStore().getByKey(namespace + "/" + manifest.name(attempt));
    }

    /** Where the attempt is of which this is the Job. */
    Placement placement(Job job) {
        String name = job.getMetadata().getName();
        return KubernetesPlacement.of(
                job,
                pods.getStore().list().stream()
                        .filter(pod -> name.equals(pod.getMetadata().getLabels().get("job-name"))
                                || name.equals(pod.getMetadata().getLabels().get("batch.kubernetes.io/job-name")))
                        .toList());
    }

    /** Makes a Job and its Secret; also where an earlier attempt at this got no answer. Answers what the cluster kept. */
    Job create(Launch launch) throws IOException {
        Attempt attempt = launch.attempt();
        String assignment = launch.assignment()
                .withLinkFile(KubernetesManifest.TOLD.resolve(KubernetesManifest.LINK))
                .toJson();
        Secret secret = manifest.secret(attempt, assignment, Files.readString(linkFile));
        var secrets = client.secrets().inNamespace(namespace);
        try {
            secrets.resource(secret).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
            secrets.withName(manifest.name(attempt)).delete(); // of an attempt at this whose answer got lost
            secrets.resource(secret).create();
        }
        Job job = createJob(launch);
        // Not read first: this server is allowed to read no Secret.
        secrets.withName(manifest.name(attempt))
                .patch(PatchContext.of(PatchType.JSON_MERGE), KubernetesManifest.ownedBy(job));
        if (job.getSpec().getPodFailurePolicy() == null && !warned) {
            warned = true;
            log.warn("the cluster keeps no podFailurePolicy: it is older than 1.31; Jobs will not say why pods failed");
        }
        return job;
    }

    private Job createJob(Launch launch) {
        var all = client.batch().v1().jobs().inNamespace(namespace);
        try {
            return all.resource(manifest.job(launch)).create();
        } catch (KubernetesClientException e) {
            Job job = e.getCode() == CONFLICT
                    ? all.withName(manifest.name(launch.attempt())).get()
                    : null;
            if (job == null || !manifest.isOwn(job)) {
                throw e;
            }
            return job;
        }
    }

    /** Has Kubernetes send SIGTERM to the pod, and leave it the time to save itself. */
    void suspend(Attempt attempt) {
        client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(manifest.name(attempt))
                .edit(job -> {
                    job.getSpec().setSuspend(true);
                    return job;
                });
    }

    void delete(Attempt attempt) {
        String name = manifest.name(attempt);
        try {
            client.batch()
                    .v1()
                    .jobs()
                    .inNamespace(namespace)
                    .withName(name)
                    .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                    .delete();
            client.secrets().inNamespace(namespace).withName(name).delete();
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                log.warn(
                        "Job {} could not be deleted ({}); the cluster does so a day after its end",
                        name,
                        e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
