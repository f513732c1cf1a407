package io.signalbox.server.worker;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Store;
import io.signalbox.server.StartRefusedException;
import io.signalbox.server.worker.Placement.State;
import java.io.IOException;
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
 * Trainers as Jobs of a Kubernetes cluster, one for each attempt. Whatever is wished of the cluster happens on one thread, and is
 * tried again while the cluster is away.
 */
final class KubernetesLauncher implements Launcher {

    private static final Logger log = LoggerFactory.getLogger(KubernetesLauncher.class);

    private static final Duration TRY_AGAIN = Duration.ofSeconds(2);
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
    private volatile @Nullable KubernetesJobs cluster;

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
        KubernetesJobs known = cluster;
        if (one.launch != null) {
            return new Placement(State.WAITING, null, null, one.trouble, null);
        }
        if (known == null || !known.isKnown()) {
            return Placement.of(State.UNKNOWN);
        }
        Job job = known.find(attempt);
        if (job != null) {
            one.seen = true;
            return known.placement(job);
        }
        Job made = one.made;
        if (made != null && !one.seen) {
            return known.placement(made);
        }
        String name = manifest.name(attempt);
        return one.seen
                ? new Placement(State.CANCELLED, name, null, "the Job was deleted", null)
                : new Placement(State.LOST, null, null, "the cluster knows no Job " + name, null);
    }

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
            inTurn(() -> {
                KubernetesJobs known = cluster;
                if (known != null) {
                    known.delete(attempt);
                }
            });
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        KubernetesJobs known = cluster;
        if (known != null) {
            known.close();
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
            KubernetesJobs known = cluster == null ? connected() : cluster;
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

    private KubernetesJobs connected() {
        KubernetesJobs made = new KubernetesJobs(connect.get(), manifest, namespace, linkFile, wake);
        cluster = made;
        return made;
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
    private void bring(KubernetesJobs known, Attempt attempt, Watched one) throws IOException {
        Launch launch = one.launch;
        if (launch != null) {
            submit(known, one, launch);
        }
        if (one.cancel && one.launch == null) {
            known.delete(attempt);
        } else if (one.signal && one.launch == null) {
            known.suspend(attempt);
            one.signal = false;
        }
    }

    private void submit(KubernetesJobs known, Watched one, Launch launch) throws IOException {
        if (one.cancel) {
            one.end = new Placement(State.CANCELLED, null, null, "cancelled before it was handed over", null);
            one.launch = null;
            wake.run();
            return;
        }
        try {
            Job job = known.create(launch);
            String dropped = KubernetesManifest.dropped(manifest.job(launch), job);
            if (dropped != null) {
                known.delete(launch.attempt());
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
}
