package io.signalbox.link;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a trainer process is started. */
public final class TrainerCommand {

    /** Exit codes of a trainer. */
    public static final int EXIT_DONE = 0;

    public static final int EXIT_ERROR = 1;
    /** The heap was not enough ({@code -XX:+ExitOnOutOfMemoryError}). */
    public static final int EXIT_OUT_OF_MEMORY = 3;
    /** The spec or the data is not what it was when the job was accepted. */
    public static final int EXIT_BAD_SPEC = 64;
    /** Another attempt of the job is at work. */
    public static final int EXIT_FENCED = 69;
    /** PyTorch could not be loaded. */
    public static final int EXIT_ENGINE = 70;

    /** A signal, or the want of a server, ended it, and a checkpoint is written: the job goes on in another process. */
    public static final int EXIT_AGAIN = 85;

    /** System property of the trainer: threads that compute. */
    public static final String THREADS = "ai.djl.pytorch.num_threads";

    /** First argument of a process that predicts; see {@link PredictorProcess}. */
    public static final String PREDICT = "--predict";

    /** First argument of a trainer that reads its {@link Assignment} from the file named by the second. */
    public static final String ASSIGNMENT = "--assignment";

    private static final String MAIN = "io.signalbox.trainer.TrainerMain";
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /** Nothing here reads Java's serialized objects, which can run anything: whatever tries to is refused. */
    private static final String NO_DESERIALIZATION = "-Djdk.serialFilter=!*";

    /**
     * Options of the trainer's JVM. One heap that grows slowly, for what counts lies outside of it: datasets in direct
     * buffers, which are let grow as far as the machine goes, and PyTorch's tensors. The serial collector starts no threads
     * that would compete with training. The compiler stays tiered: C1 alone costs half the speed of small models. DJL must
     * not look for the network, and its graph optimizer would break switching between training and validation.
     */
    private static final List<String> OPTIONS = List.of(
            "-Xms16m",
            "-XX:+UseSerialGC",
            "-XX:MaxDirectMemorySize=1t",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Dfile.encoding=UTF-8",
            NO_DESERIALIZATION,
            "-Djava.awt.headless=true",
            "-Dai.djl.offline=true",
            "-Dai.djl.pytorch.graph_optimizer=false",
            "-Dlogback.configurationFile=io/signalbox/trainer/logback.xml");

    private TrainerCommand() {}

    /**
     * A trainer that is ready to be started, with this process' Java and class path, in a session of its own where the
     * system has {@code setsid}, so that no signal meant for the server reaches it. It warms up, then waits for one line
     * ({@link Assignment#toJson}) on its standard input; it ends by itself if that is closed before. Output is not
     * redirected yet.
     *
     * @param threads that compute
     */
    public static ProcessBuilder of(int threads) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.addAll(java(ownJava(), threads));
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        if (threads > 1) { // spinning threads starve one another on a busy machine
            process.environment().put("OMP_WAIT_POLICY", "PASSIVE");
        }
        clean(process);
        return process;
    }

    /**
     * The same with a bound to its Java heap: half of {@code memory} bytes, for the other half is PyTorch's. What it takes in
     * all it watches itself.
     */
    public static ProcessBuilder bounded(int threads, long memory) {
        ProcessBuilder process = of(threads);
        process.command().add(process.command().indexOf("-cp"), "-Xmx" + memory / 2);
        return process;
    }

    private static List<String> java(String java, int threads) {
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(OPTIONS);
        command.add("-D" + THREADS + "=" + threads);
        command.addAll(List.of("-cp", classPath(), MAIN));
        return command;
    }

    private static String ownJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * Command line of a trainer that an engine starts, on whatever machine; it computes with one thread until its job says
     * otherwise, and has a bounded Java heap as {@link #bounded} has.
     *
     * @param java of that machine; null where it is what this process runs by
     * @param memory null for no bound
     * @param crashReport what is written when native code crashes
     * @param assignment the file of its {@link Assignment}
     */
    public static List<String> assigned(
            @Nullable String java, @Nullable Long memory, Path crashReport, Path assignment) {
        List<String> command = java(java == null ? ownJava() : java, 1);
        int options = command.indexOf("-cp");
        command.add(options, "-XX:ErrorFile=" + crashReport);
        if (memory != null) {
            command.add(options, "-Xmx" + memory / 2);
        }
        command.addAll(List.of(ASSIGNMENT, assignment.toString()));
        return command;
    }

    /**
     * Command line of a trainer that an engine starts from a container's image.
     *
     * @param threads that compute
     * @param memory bounds its Java heap as {@link #bounded} does
     * @param crashReport what is written when native code crashes
     * @param assignment the file of its {@link Assignment}
     */
    public static List<String> assigned(
            String java, String jar, int threads, long memory, Path crashReport, Path assignment) {
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(OPTIONS);
        command.addAll(List.of(
                "-XX:ErrorFile=" + crashReport,
                "-Xmx" + memory / 2,
                "-D" + THREADS + "=" + threads,
                "-cp",
                jar,
                MAIN,
                ASSIGNMENT,
                assignment.toString()));
        return command;
    }

    /**
     * A process that answers inputs by the network of a checkpoint: a line of JSON, {@code {"inputs": […]}}, on its standard
     * input by one on its standard output, until the former is closed. One thread, and a heap that bounds what a request can
     * take.
     *
     * @param job the job's folder
     */
    static ProcessBuilder predicting(Path job, String checkpoint) {
        ProcessBuilder process = of(1);
        process.command().add(process.command().indexOf("-cp"), "-Xmx1g");
        process.command().addAll(List.of(PREDICT, job.toAbsolutePath().toString(), checkpoint));
        return process;
    }

    /** A process that describes the plugins of a folder on its standard output and ends. */
    static ProcessBuilder describing(Path plugins) {
        ProcessBuilder process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Dfile.encoding=UTF-8",
                NO_DESERIALIZATION,
                "-cp",
                classPath(),
                MAIN,
                PluginDescriber.ARGUMENT,
                plugins.toAbsolutePath().toString());
        clean(process);
        return process;
    }

    /** The keys of the server's bucket are none of a trainer's business, nor are options meant for the server. */
    private static void clean(ProcessBuilder process) {
        process.environment().remove("JAVA_TOOL_OPTIONS");
        process.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    }

    /** Absolute, for the trainer may run in another folder. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
