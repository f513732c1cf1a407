package io.signalbox.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The packaged service, as users run it: {@code java -jar target/signalbox.jar} on a free port, with a home of its own.
 * Survives being killed and started again. {@link #close} leaves no process behind, trainers included.
 */
public final class ServerProcess implements AutoCloseable {

    /** What {@code ./mvnw package} makes. */
    public static final Path JAR = Path.of("target", "signalbox.jar").toAbsolutePath();

    private static final Path KEPT_LOGS = Path.of("target", "server-logs").toAbsolutePath();
    private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration END = Duration.ofSeconds(60);
    private static final int TAIL_LINES = 60;

    private final Path home;
    private final Path log;
    private final List<String> jvmOptions;
    private final List<String> settings;
    private final Set<Long> trainersSeen = new LinkedHashSet<>();
    private final Map<String, String> environment = new HashMap<>();

    private @Nullable Process process;
    private @Nullable Api api;
    private @Nullable Failpoints failpoints;
    private List<String> prefix = List.of();

    private ServerProcess(Path home, Path log, List<String> jvmOptions, List<String> settings) {
        this.home = home;
        this.log = log;
        this.jvmOptions = jvmOptions;
        this.settings = settings;
    }

    /** Starts a server that is quick to start; {@code settings} are Spring's, such as {@code signalbox.workers.slots=2}. */
    public static ServerProcess start(Path folder, String... settings) {
        return started(unstarted(folder, settings));
    }

    /** A server that is yet to be started. */
    public static ServerProcess unstarted(Path folder, String... settings) {
        return of(folder, QUICK_START, settings);
    }

    /** A server that is yet to be started, on the home of this one. */
    public ServerProcess anotherOnTheSameHome() {
        return new ServerProcess(home, log.resolveSibling("another.log"), jvmOptions, settings);
    }

    /** A server that is yet to be started, on the home of this one, with settings of its own and a log of that name. */
    public ServerProcess anotherOnTheSameHome(String name, String... own) {
        return new ServerProcess(home, log.resolveSibling(name + ".log"), jvmOptions, List.of(own));
    }

    /** Has it see a variable of its environment. */
    public ServerProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Has it, and its trainers, run in another language, zone and character set than those who wrote them. */
    public ServerProcess in(String language, String country) {
        return with(
                "JDK_JAVA_OPTIONS",
                "-Duser.language=" + language + " -Duser.country=" + country
                        + " -Duser.timezone=Asia/Kathmandu -Dfile.encoding=ISO-8859-1");
    }

    /** Starts a server with the JVM options of its users, which are none. */
    public static ServerProcess startPlain(Path folder, String... settings) {
        return started(unstartedPlain(folder, settings));
    }

    /** One such that is yet to be started. */
    public static ServerProcess unstartedPlain(Path folder, String... settings) {
        return of(folder, List.of(), settings);
    }

    private static ServerProcess of(Path folder, List<String> jvmOptions, String... settings) {
        return new ServerProcess(folder.resolve("home"), folder.resolve("server.log"), jvmOptions, List.of(settings));
    }

    private static ServerProcess started(ServerProcess server) {
        try {
            server.start();
        } catch (Throwable e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** Starts it again, on the same home. */
    public void start() {
        launch();
        awaitHealthy();
    }

    /** Starts it again, on the port that it had. */
    public void startOnSamePort() {
        launch(api().uri("//").getPort());
        awaitHealthy();
    }

    /** Starts the process and does not wait for it. */
    public void launch() {
        launch(0);
    }

    /** Starts the process on a port and does not wait for it. */
    public void launch(int port) {
        process = launch(List.of("--server.port=" + port), settings, log);
    }

    /** Runs the jar with a command in place of serving, on this home; answers its exit status, and leaves {@link #log} alone. */
    public int run(String command, String... own) {
        Process running = launch(List.of(command), List.of(own), log.resolveSibling(command + ".log"));
        return running.onExit()
                .orTimeout(END.toSeconds(), TimeUnit.SECONDS)
                .join()
                .exitValue();
    }

    private Process launch(List<String> arguments, List<String> own, Path output) {
        assertThat(JAR).as("the service; ./mvnw package makes it").exists();
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        if (jvmOptions.equals(QUICK_START)) {
            command.addAll(ClassArchive.option(JAR, QUICK_START));
        }
        command.addAll(List.of("-jar", JAR.toString(), "--signalbox.home=" + home));
        command.addAll(arguments);
        own.forEach(setting -> command.add("--" + setting));
        try {
            Files.createDirectories(home.getParent());
            ProcessBuilder starting = new ProcessBuilder(command);
            starting.environment().putAll(environment);
            if (failpoints != null) {
                starting.environment().put("JDK_JAVA_OPTIONS", failpoints.option()); // trainers inherit it
            }
            return starting.directory(home.getParent().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes from its processes, from its next launch on, what lets a root pass over the permissions of files. */
    public void obeyPermissions() {
        prefix = "root".equals(System.getProperty("user.name"))
                ? List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search")
                : List.of();
    }

    /** Points at which this server and its trainers can be made to wait; asked for before it is launched. */
    public Failpoints failpoints() {
        if (failpoints == null) {
            failpoints = new Failpoints(home.resolveSibling("failpoints"));
        }
        return failpoints;
    }

    /** Waits until a launched server is up. */
    public void awaitHealthy() {
        await("the server to be up")
                .atMost(START)
                .pollInterval(Duration.ofMillis(25))
                .until(() -> {
                    assertThat(running().isAlive())
                            .as("the server ended while starting:\n%s", logTail())
                            .isTrue();
                    return isHealthy();
                });
        rememberTrainers();
    }

    private boolean isHealthy() {
        try {
            Path file = serverFile();
            JsonNode server = Json.read(Files.readString(file));
            if (server.path("pid").longValue() != running().pid()) {
                return false; // left by the one that was killed
            }
            URI url = URI.create("http://localhost:" + server.path("port").intValue());
            api = new Api(url, token());
            return api.withoutToken().get("//actuator/health").status() == 200;
        } catch (IOException | UncheckedIOException | tools.jackson.core.JacksonException e) {
            return false; // not written, not whole or not listening yet
        }
    }

    private String token() {
        try {
            return Files.readString(home.resolve("token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of several servers on a home each has its own, that begins with its process' number. */
    private Path serverFile() throws IOException {
        Path own = home.resolve("servers");
        if (Files.isDirectory(own)) {
            try (Stream<Path> files = Files.list(own)) {
                return files.filter(it ->
                                it.getFileName().toString().startsWith(running().pid() + "-"))
                        .findFirst()
                        .orElse(home.resolve("server.json"));
            }
        }
        return home.resolve("server.json");
    }

    public Api api() {
        if (api == null) {
            throw new IllegalStateException("the server was never up");
        }
        return api;
    }

    public Jobs jobs() {
        return new Jobs(this);
    }

    /** A URL that opens the dashboard as often as it is asked for. */
    public URI loginUrl() {
        return URI.create(api().uri("//") + "?token=" + token());
    }

    /** The URL, printed at the start, that opens the dashboard once. */
    public URI startUrl() {
        return log().lines()
                .filter(line -> line.contains("?token="))
                .reduce((first, last) -> last)
                .map(line -> URI.create(line.substring(line.indexOf("http")).strip()))
                .orElseThrow(() -> new AssertionError("no start URL in\n" + logTail()));
    }

    public Path home() {
        return home;
    }

    public long pid() {
        return running().pid();
    }

    public boolean isAlive() {
        return running().isAlive();
    }

    /** What the server has printed. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its embedded database, while the server stands still. */
    public Connection database() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:h2:file:" + home.toAbsolutePath().resolve("db/signalbox"), "sa", "");
    }

    /** The last lines of it, for assertion messages. */
    public String logTail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** Asks the process to end, and waits. */
    public void term() {
        rememberTrainers();
        running().destroy();
        awaitEnd();
    }

    /** Asks the process to end, and does not wait. */
    public void askToEnd() {
        rememberTrainers();
        running().destroy();
    }

    /** Ends the process as a power cut would: nothing in it runs any more. */
    public void killNine() {
        rememberTrainers();
        running().destroyForcibly();
        awaitEnd();
    }

    /** Waits until the process ends by itself, and returns its exit status. */
    public int awaitExit() {
        awaitEnd();
        return running().exitValue();
    }

    private void awaitEnd() {
        try {
            assertThat(running().waitFor(END.toSeconds(), TimeUnit.SECONDS))
                    .as("the server to end; it says\n%s", logTail())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The trainers that the server knows. */
    public List<JsonNode> trainers() {
        List<JsonNode> trainers = Json.elements(
                        api().get("/workers").expect(200).json().path("trainers"))
                .toList();
        // One that is being started has no process yet.
        trainers.stream()
                .map(trainer -> trainer.path("pid"))
                .filter(JsonNode::isNumber)
                .forEach(pid -> trainersSeen.add(pid.longValue()));
        return trainers;
    }

    /** The process that trains the job. */
    public ProcessHandle trainerOf(long jobId) {
        long pid = trainers().stream()
                .filter(trainer -> trainer.path("job_id").longValue(-1) == jobId)
                .filter(trainer -> trainer.path("pid").isNumber())
                .mapToLong(trainer -> trainer.path("pid").longValue())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no trainer for job " + jobId + "\n" + logTail()));
        return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError("no process " + pid));
    }

    private void rememberTrainers() {
        running().descendants().forEach(child -> trainersSeen.add(child.pid()));
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        if (process.isAlive()) {
            rememberTrainers();
            process.destroyForcibly();
            awaitEnd();
        }
        trainersSeen.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(ServerProcess::isJava)
                .forEach(ServerProcess::destroyAndWait);
        keepLog();
    }

    /** For whoever looks for the cause of a failure: the test's own folder is gone by then. */
    private void keepLog() {
        try {
            Path kept = Files.createDirectories(KEPT_LOGS)
                    .resolve("server-" + running().pid() + ".log");
            Files.copy(log, kept, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Guards against a number that the system has given to somebody else since. */
    private static boolean isJava(ProcessHandle process) {
        return process.info().command().filter(it -> it.endsWith("java")).isPresent();
    }

    private static void destroyAndWait(ProcessHandle trainer) {
        Stream.concat(trainer.descendants(), Stream.of(trainer)).forEach(ProcessHandle::destroyForcibly);
        trainer.onExit().orTimeout(END.toSeconds(), TimeUnit.SECONDS).join();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("the server was not started");
        }
        return process;
    }

    private static File nothing() {
        return new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
    }
}
