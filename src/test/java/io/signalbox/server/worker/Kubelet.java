package io.signalbox.server.worker;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a cluster does with Jobs, on this machine: makes the pod of each, runs its container's command as a process that sees its
 * Secret as files, tells the API how it is with it, and ends it when its Job is deleted or suspended. An image it has none:
 * Java and the jar are this machine's.
 */
final class Kubelet implements AutoCloseable {

    private static final String NODE = "node-1";
    private static final long LOOK_MILLIS = 100;
    private static final long END_SECONDS = 20;

    private final KubernetesCluster cluster;
    private final Path folder;
    private final Map<String, Process> pods = new ConcurrentHashMap<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

    Kubelet(KubernetesCluster cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder;
        executor.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            for (Job job : cluster.jobs()) {
                String name = job.getMetadata().getName();
                if (!pods.containsKey(name) && cluster.secret(name) != null) {
                    cluster.podOf(name);
                    pods.put(name, run(job, cluster.secret(name)));
                    cluster.runs(name, NODE);
                }
            }
            pods.forEach((name, process) -> {
                Job job = cluster.job(name);
                if (job == null || Boolean.TRUE.equals(job.getSpec().getSuspend())) {
                    process.destroy();
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process run(Job job, Secret secret) throws IOException {
        String name = job.getMetadata().getName();
        Path mount = Files.createDirectories(folder.resolve(name));
        for (Map.Entry<String, String> file : secret.getStringData().entrySet()) {
            Files.writeString(mount.resolve(file.getKey()), mounted(file.getValue(), mount));
        }
        Container container =
                job.getSpec().getTemplate().getSpec().getContainers().get(0);
        List<String> command = new ArrayList<>(container.getCommand().stream()
                .map(word -> mounted(word, mount))
                .toList());
        command.set(
                0,
                Path.of(System.getProperty("java.home"), "bin", command.get(0)).toString());
        ProcessBuilder starting = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(mount.resolve("log").toFile());
        starting.environment().clear();
        for (EnvVar variable : container.getEnv()) {
            starting.environment().put(variable.getName(), variable.getValue());
        }
        Process process = starting.start();
        process.onExit().thenAcceptAsync(ended -> exited(name, ended.exitValue()), executor);
        return process;
    }

    /** As if the volume that is mounted in the container were mounted here. */
    private static String mounted(String text, Path mount) {
        return text.replace(KubernetesManifest.TOLD.toString(), mount.toString());
    }

    private void exited(String name, int code) {
        if (cluster.job(name) != null) {
            cluster.exits(name, code, code == 0 ? "Completed" : "Error");
        }
    }

    /** The process of a Job's pod. */
    ProcessHandle process(String job) {
        return pods.get(job).toHandle();
    }

    /** Pods so far. */
    List<String> pods() {
        return pods.keySet().stream().sorted().toList();
    }

    /** What a pod has printed. */
    String log(String job) {
        try {
            return Files.readString(folder.resolve(job).resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        pods.values().forEach(Process::destroyForcibly);
        pods.values()
                .forEach(process -> process.onExit()
                        .orTimeout(END_SECONDS, TimeUnit.SECONDS)
                        .join());
    }
}
