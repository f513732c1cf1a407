package io.signalbox.harness;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A Slurm cluster of this machine alone, thrown away afterwards: munged, slurmctld and a slurmd for each node, as child processes that
 * tests kill and start again. Nodes {@code n1}, {@code n2} … have four cpus and two GPUs that are none; partition {@code urgent}
 * preempts {@code main}.
 */
public final class SlurmCluster implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int KEY_BYTES = 128;
    private static final int GPUS = 2;
    private static final int FIRST_TTY = 2;
    private static final List<String> DAEMONS = List.of("/usr/sbin/munged", "/usr/sbin/slurmctld", "/usr/sbin/slurmd");

    private final Path folder;
    private final int nodes;
    private final @Nullable SlurmRestDaemon rest;
    private final List<Integer> ports;
    private final TreeMap<String, Process> daemons = new TreeMap<>();

    private SlurmCluster(Path folder, int nodes, boolean rest) {
        this.folder = folder;
        this.nodes = nodes;
        this.ports = FreePorts.some(nodes + 2);
        this.rest = rest ? new SlurmRestDaemon(folder, ports.get(nodes + 1)) : null;
    }

    /** Starts one; the test is skipped where Slurm is not installed. */
    public static SlurmCluster start(int nodes) {
        return start(nodes, false);
    }

    /** One that has slurmrestd, too; the test is skipped where that cannot be started. */
    public static SlurmCluster startWithRest(int nodes) {
        SlurmRestDaemon.assumeThatItCanBeStarted();
        return start(nodes, true);
    }

    private static SlurmCluster start(int nodes, boolean rest) {
        assumeTrue(
                DAEMONS.stream().allMatch(daemon -> Files.isExecutable(Path.of(daemon))),
                "Slurm is not installed: apt-get install slurmctld slurmd slurm-client munge");
        try {
            // Not under a test's own folder: munge refuses a socket in a place that others may not enter.
            Path folder = Files.createTempDirectory(
                    "slurm", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            SlurmCluster cluster = new SlurmCluster(folder, nodes, rest);
            try {
                cluster.start();
            } catch (Throwable e) {
                cluster.close();
                throw e;
            }
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start() throws IOException {
        for (String part : List.of("state", "spool")) {
            Files.createDirectories(folder.resolve(part));
        }
        Path keyFile = key("munge.key", KEY_BYTES);
        Files.writeString(conf(), configuration());
        Files.writeString(folder.resolve("gres.conf"), graphicsProcessors());
        Files.writeString(folder.resolve("cgroup.conf"), "CgroupAutomount=no\n");
        if (rest != null) {
            key(SlurmRestDaemon.KEY, SlurmRestDaemon.KEY_BYTES);
        }
        daemon(
                "munged",
                DAEMONS.get(0),
                "--foreground",
                "--key-file=" + keyFile,
                "--socket=" + folder.resolve("munge.sock"),
                "--pid-file=" + folder.resolve("munge.pid"),
                "--log-file=" + folder.resolve("munge.log"),
                "--seed-file=" + folder.resolve("munge.seed"),
                "--num-threads=2");
        await("munged").atMost(SOON).until(() -> Files.exists(folder.resolve("munge.sock")));
        startController();
        for (int node = 1; node <= nodes; node++) {
            startNode("n" + node);
        }
        await("the nodes of Slurm")
                .atMost(SOON)
                .until(() -> run("sinfo", "-h", "-N", "-p", "main", "-o", "%t")
                                .lines()
                                .filter(state -> state.equals("idle"))
                                .count()
                        == nodes);
        if (rest != null) {
            Files.writeString(key(SlurmRestDaemon.TOKEN, 0), run("scontrol", "token", "lifespan=3600"));
            daemon("slurmrestd", rest.command());
            rest.awaitConnection();
        }
    }

    private Path key(String name, int bytes) throws IOException {
        byte[] key = new byte[bytes];
        new SecureRandom().nextBytes(key);
        Path file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.write(file, key);
    }

    private String configuration() {
        String host = run("hostname", "-s").strip();
        String user = System.getProperty("user.name");
        StringBuilder conf = new StringBuilder("""
                ClusterName=test
                SlurmctldHost=%1$s(127.0.0.1)
                SlurmctldPort=%2$d
                SlurmUser=%3$s
                SlurmdUser=%3$s
                AuthType=auth/munge
                AuthInfo=socket=%4$s/munge.sock,cred_expire=5
                StateSaveLocation=%4$s/state
                SlurmdSpoolDir=%4$s/spool/%%n
                SlurmctldPidFile=%4$s/slurmctld.pid
                SlurmdPidFile=%4$s/slurmd-%%n.pid
                ProctrackType=proctrack/linuxproc
                TaskPlugin=task/none
                MpiDefault=none
                JobAcctGatherType=jobacct_gather/none
                SelectType=select/cons_tres
                SelectTypeParameters=CR_Core_Memory
                SchedulerParameters=sched_interval=1,bf_interval=1
                PriorityType=priority/multifactor
                PriorityWeightPartition=10000
                PreemptType=preempt/partition_prio
                PreemptMode=REQUEUE
                KillWait=5
                SlurmdTimeout=10
                ReturnToService=2
                SlurmdParameters=config_overrides
                GresTypes=gpu
                PartitionName=main Nodes=ALL Default=YES State=UP DefMemPerCPU=100 PriorityTier=10 PreemptMode=REQUEUE
                PartitionName=urgent Nodes=ALL State=UP DefMemPerCPU=100 PriorityTier=20 PreemptMode=OFF
                """.formatted(host, ports.get(0), user, folder));
        if (rest != null) {
            conf.append(rest.configuration());
        }
        for (int node = 1; node <= nodes; node++) {
            conf.append("NodeName=n%d NodeHostname=%s NodeAddr=127.0.0.1 Port=%d CPUs=4 RealMemory=16000 Gres=gpu:%d%n"
                    .formatted(node, host, ports.get(node), GPUS));
        }
        return conf.toString();
    }

    /** Any character devices will do: a job is told their numbers, and nobody opens them. */
    private String graphicsProcessors() {
        StringBuilder conf = new StringBuilder();
        for (int node = 1; node <= nodes; node++) {
            int first = FIRST_TTY + (node - 1) * GPUS;
            conf.append("NodeName=n%d Name=gpu File=/dev/tty[%d-%d]%n".formatted(node, first, first + GPUS - 1));
        }
        return conf.toString();
    }

    /** What a server is told to use it. */
    public String[] settings() {
        return new String[] {
            "signalbox.launcher=slurm",
            "signalbox.slurm.conf=" + conf(),
            "signalbox.slurm.memory=1GB",
            "signalbox.slurm.poll=300ms",
            "signalbox.link.bind=127.0.0.1"
        };
    }

    /** Of one that was started with it. */
    public SlurmRestDaemon rest() {
        return Objects.requireNonNull(rest);
    }

    /** The file that a server is told of. */
    public Path conf() {
        return folder.resolve("slurm.conf");
    }

    public void startController() {
        daemon("slurmctld", DAEMONS.get(1), "-D");
    }

    public void startNode(String node) {
        daemon("slurmd-" + node, DAEMONS.get(2), "-D", "-N", node);
    }

    /** Ends the controller in order: it keeps what it knows. */
    public void stopController() {
        Process controller = daemons.remove("slurmctld");
        controller.destroy();
        controller.onExit().join();
    }

    public void killController() {
        kill("slurmctld");
    }

    /** Kills the node's daemon; what runs there runs on. */
    public void killNode(String node) {
        kill("slurmd-" + node);
    }

    /** The process that has an attempt, whose folder this is. */
    public static ProcessHandle trainer(Path attempt) {
        return await("the trainer of " + attempt)
                .atMost(SOON)
                .until(() -> processes(attempt), found -> found.size() == 1)
                .get(0);
    }

    private static List<ProcessHandle> processes(Path attempt) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains(attempt + "/assignment.json"))
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    private void kill(String name) {
        daemons.remove(name).destroyForcibly().onExit().join();
    }

    /** What a command of Slurm's prints. */
    public String run(String... command) {
        try {
            ProcessBuilder starting = new ProcessBuilder(command);
            starting.environment().put("SLURM_CONF", conf().toString());
            Process process = starting.redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void daemon(String name, String... command) {
        try {
            ProcessBuilder starting = new ProcessBuilder(command);
            starting.environment().put("SLURM_CONF", conf().toString());
            daemons.put(
                    name,
                    starting.redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    folder.resolve(name + ".log").toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing of it is left: jobs first, munged last, which the others need to end. */
    @Override
    public void close() {
        if (daemons.containsKey("slurmctld")) {
            run("timeout", "10", "scancel", "--signal=KILL", "--full", "--user=" + System.getProperty("user.name"));
            run("timeout", "10", "scancel", "--user=" + System.getProperty("user.name"));
        }
        for (String name : daemons.descendingKeySet()) {
            Process daemon = daemons.get(name);
            daemon.destroy();
            try {
                if (!daemon.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)) {
                    daemon.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
