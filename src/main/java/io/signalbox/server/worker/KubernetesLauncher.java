package io.signalbox.server.worker;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Store;
import io.signalbox.server.StartRefusedException;
import io.signalbox.server.worker.Placement.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trainers as Jobs of a Kubernetes cluster, one for each attempt. Informers keep what the cluster says of Jobs and pods that bear
 * this server's label, through broken watches too; whatever is wished of the cluster happens on one thread, and is tried again
 * while the cluster is away.
 */
final class KubernetesLauncher implements Launcher {

    private static final Logger log = LoggerFactory.getLogger(KubernetesLauncher.class);

    private static final Duration TRY_AGAIN = Duration.ofSeconds(2);
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;

    /** Of those the request is not to blame: who asks is not known yet, or asks too much. */
    private static final List<Integer> PASSING = List.of(401, 403, 404, 408, 429);

    private final KubernetesManifest manifest;
    private final Path linkFile;
    private final Supplier<KubernetesClient> connect;
    private final @Nullable String namespace;
    private final Map<Attempt, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicBoolean due = new AtomicBoolean();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kubernetes");
        thread.setDaemon(true);
        return thread;
    });
    private Runnable wake = () -> {};
    private boolean complained;
    private boolean warned;
    private volatile @Nullable Cluster cluster;

    /** What there is once the first connection was made. */
    private record Cluster(
            KubernetesClient client, String namespace, SharedIndexInformer<Job> jobs, SharedIndexInformer<Pod> pods) {

        boolean isKnown() {
            return jobs.hasSynced() && pods.hasSynced();
        }
    }

    /** An attempt: what is wished of it, and what is known. The pool's thread wishes, the launcher's does. */
    private static final class Watched {
        volatile @Nullable Launch launch;
        volatile boolean signal;
        volatile boolean cancel;

        /** What the cluster answered when it was made, until an informer tells of it. */
        volatile @Nullable Job made;

        /** An informer has told of it: without it there it is gone. */
        volatile boolean seen;

        /** The end, once it is known: a Job that is deleted after it changes nothing. */
        volatile @Nullable Placement end;

        /** Why it is not handed over yet. */
        volatile @Nullable String trouble;

        Watched(@Nullable Launch launch) {
            this.launch = launch;
        }
    }

    KubernetesLauncher(
            KubernetesManifest manifest,
            Path linkFile,
            @Nullable String namespace,
            Supplier<KubernetesClient> connect) {
        this.manifest = manifest;
        this.linkFile = linkFile;
        this.namespace = namespace;
        this.connect = connect;
    }

    static KubernetesLauncher of(SignalboxProperties properties, KubernetesProperties settings, Home home) {
        require(!settings.image().isBlank(), "signalbox.kubernetes.image must name an image");
        require(properties.link().port() != 0, "signalbox.link.port must be one port, which pods reach");
        require(
                properties.link().host() != null,
                "signalbox.link.host must be the name by which pods reach this server");
        boolean bucket = properties.files().store() == Store.S3;
        require(
                bucket || settings.claim() != null,
                "signalbox.kubernetes.claim must name the volume of the home folder, or"
                        + " signalbox.files.store must be s3");
        return new KubernetesLauncher(
                new KubernetesManifest(settings, bucket ? properties.files().nodeFolder() : home.root()),
                home.run().resolve("link.json"),
                settings.namespace(),
                () -> new KubernetesClientBuilder().build());
    }

    private static void require(boolean met, String what) {
        if (!met) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    what + " where signalbox.launcher is kubernetes.",
                    "See docs/kubernetes.md for a whole set of settings.");
        }
    }

    @Override
    public void open(Runnable whenChanged) {
        wake = whenChanged;
        executor.scheduleWithFixedDelay(this::round, 0, TRY_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void submit(Launch launch) {
        watched.put(launch.attempt(), new Watched(launch));
        hurry();
    }

    @Override
    public Placement observe(Attempt attempt) {
        Watched one = watched.computeIfAbsent(attempt, known -> new Watched(null));
        Placement end = one.end;
        if (end == null) {
            Placement now = now(attempt, one);
            one.end = now.isOver() ? now : null;
            return now;
        }
        return end;
    }

    private Placement now(Attempt attempt, Watched one) {
        Cluster known = cluster;
        if (one.launch != null) {
            return new Placement(State.WAITING, null, null, one.trouble, null);
        }
        if (known == null || !known.isKnown()) {
            return Placement.of(State.UNKNOWN);
        }
        String name = manifest.name(attempt);
        Job job = known.jobs().getStore().getByKey(known.namespace() + "/" + name);
        if (job != null) {
            one.seen = true;
            return KubernetesPlacement.of(job, pods(known, name));
        }
        Job made = one.made;
        if (made != null && !one.seen) {
            return KubernetesPlacement.of(made, List.of());
        }
        return one.seen
                ? new Placement(State.CANCELLED, name, null, "the Job was deleted", null)
                : new Placement(State.LOST, null, null, "the cluster knows no Job " + name, null);
    }

    private static List<Pod> pods(Cluster known, String job) {
        return known.pods().getStore().list().stream()
                .filter(pod -> job.equals(pod.getMetadata().getLabels().get("job-name"))
                        || job.equals(pod.getMetadata().getLabels().get("batch.kubernetes.io/job-name")))
                .toList();
    }

    /** Suspending a Job has Kubernetes send SIGTERM to its pod, and leaves the pod the time to save itself. */
    @Override
    public void signal(Attempt attempt) {
        Watched one = watched.get(attempt);
        if (one != null && observe(attempt).state() == State.RUNNING) {
            one.signal = true;
            hurry();
        }
    }

    @Override
    public void cancel(Attempt attempt) {
        Watched one = watched.get(attempt);
        if (one != null && !one.cancel) {
            log.info("job {}: {} is deleted", attempt.jobId(), manifest.name(attempt));
            one.cancel = true;
            hurry();
        }
    }

    @Override
    public void forget(Attempt attempt) {
        Watched one = watched.remove(attempt);
        if (one != null) {
            inTurn(() -> delete(attempt));
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        Cluster known = cluster;
        if (known != null) {
            known.client().close();
        }
    }

    private void hurry() {
        if (due.compareAndSet(false, true)) {
            inTurn(this::round);
        }
    }

    private void inTurn(Runnable task) {
        if (!executor.isShutdown()) {
            executor.execute(task);
        }
    }

    private void round() {
        due.set(false);
        try {
            Cluster known = cluster == null ? connected() : cluster;
            for (Map.Entry<Attempt, Watched> entry : watched.entrySet()) {
                bring(known, entry.getKey(), entry.getValue());
            }
            if (complained) {
                log.info("Kubernetes answers again");
                complained = false;
            }
        } catch (KubernetesClientException | IOException e) {
            complain(e);
        } catch (RuntimeException | LinkageError e) {
            log.error("a round over Kubernetes' Jobs broke off; the next one tries again", e);
        }
    }

    private Cluster connected() {
        KubernetesClient client = connect.get();
        String space = namespace == null ? client.getNamespace() : namespace;
        String used = space == null ? "default" : space;
        ResourceEventHandler<Object> handler = new Waking();
        Cluster made = new Cluster(
                client,
                used,
                client.batch()
                        .v1()
                        .jobs()
                        .inNamespace(used)
                        .withLabels(manifest.labels())
                        .runnableInformer(0),
                client.pods().inNamespace(used).withLabels(manifest.labels()).runnableInformer(0));
        made.jobs().addEventHandler(handler).exceptionHandler((begun, error) -> true);
        made.pods().addEventHandler(handler).exceptionHandler((begun, error) -> true);
        made.jobs().start();
        made.pods().start();
        cluster = made;
        log.info("Trainers are Jobs of Kubernetes, in namespace {}", used);
        return made;
    }

    private final class Waking implements ResourceEventHandler<Object> {
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

    /** Once for each time that it is away. */
    private void complain(Exception e) {
        if (!complained) {
            complained = true;
            log.warn("Kubernetes: {}; jobs train on, and it is asked again every {}", e.getMessage(), TRY_AGAIN);
        }
        watched.values().stream().filter(one -> one.launch != null).forEach(one -> one.trouble = e.getMessage());
        wake.run();
    }

    /** Brings one attempt to what is wished of it. */
    private void bring(Cluster known, Attempt attempt, Watched one) throws IOException {
        Launch launch = one.launch;
        if (launch != null) {
            submit(known, one, launch);
        }
        if (one.cancel && one.launch == null) {
            delete(attempt);
        } else if (one.signal && one.launch == null) {
            known.client()
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(known.namespace())
                    .withName(manifest.name(attempt))
                    .edit(job -> {
                        job.getSpec().setSuspend(true);
                        return job;
                    });
            one.signal = false;
        }
    }

    private void submit(Cluster known, Watched one, Launch launch) throws IOException {
        if (one.cancel) {
            one.end = new Placement(State.CANCELLED, null, null, "cancelled before it was handed over", null);
            one.launch = null;
            wake.run();
            return;
        }
        try {
            Job job = create(known, launch);
            String dropped = KubernetesManifest.dropped(manifest.job(launch), job);
            if (dropped != null) {
                delete(launch.attempt());
                reject(
                        one,
                        "the cluster does not keep " + dropped + " of a Job, which this service depends on: it is too"
                                + " old, or something changes Jobs on their way");
                return;
            }
            one.made = job;
            one.launch = null;
            log.info(
                    "job {}: attempt {} is Job {}",
                    launch.attempt().jobId(),
                    launch.attempt().number(),
                    job.getMetadata().getName());
            wake.run();
        } catch (KubernetesClientException e) {
            int code = e.getCode();
            if (code < CLIENT_ERROR || code >= SERVER_ERROR || PASSING.contains(code)) {
                throw e; // the others would fare no better
            }
            reject(one, String.valueOf(e.getMessage()));
        }
    }

    private void reject(Watched one, String why) {
        one.end = new Placement(State.REJECTED, null, null, why, null);
        one.launch = null;
        wake.run();
    }

    private Job create(Cluster known, Launch launch) throws IOException {
        Attempt attempt = launch.attempt();
        String assignment = launch.assignment()
                .withLinkFile(KubernetesManifest.TOLD.resolve(KubernetesManifest.LINK))
                .toJson();
        Secret secret = manifest.secret(attempt, assignment, Files.readString(linkFile));
        var secrets = known.client().secrets().inNamespace(known.namespace());
        var jobs = known.client().batch().v1().jobs().inNamespace(known.namespace());
        try {
            secrets.resource(secret).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
            secrets.withName(manifest.name(attempt)).delete(); // of an attempt at this whose answer got lost
            secrets.resource(secret).create();
        }
        Job job;
        try {
            job = jobs.resource(manifest.job(launch)).create();
        } catch (KubernetesClientException e) {
            job = e.getCode() == CONFLICT
                    ? jobs.withName(manifest.name(attempt)).get()
                    : null;
            if (job == null || !manifest.isOwn(job)) {
                throw e;
            }
        }
        // Not read first: this server is allowed to read no Secret.
        secrets.withName(manifest.name(attempt))
                .patch(PatchContext.of(PatchType.JSON_MERGE), KubernetesManifest.ownedBy(job));
        if (job.getSpec().getPodFailurePolicy() == null && !warned) {
            warned = true;
            log.warn("the cluster keeps no podFailurePolicy: it is older than 1.31; Jobs will not say why pods failed");
        }
        return job;
    }

    private void delete(Attempt attempt) {
        Cluster known = cluster;
        if (known == null) {
            return;
        }
        String name = manifest.name(attempt);
        try {
            known.client()
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(known.namespace())
                    .withName(name)
                    .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                    .delete();
            known.client()
                    .secrets()
                    .inNamespace(known.namespace())
                    .withName(name)
                    .delete();
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                log.warn(
                        "Job {} could not be deleted ({}); the cluster does so a day after its end",
                        name,
                        e.getMessage());
            }
        }
    }
}
