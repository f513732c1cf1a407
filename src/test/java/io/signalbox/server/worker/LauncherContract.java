package io.signalbox.server.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.link.Assignment;
import io.signalbox.link.Ledger;
import io.signalbox.link.LinkServer;
import io.signalbox.link.TrainerCommand;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.worker.Placement.State;
import io.signalbox.trainer.TrainerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What every launcher does, with real trainers. */
abstract class LauncherContract {

    static final Duration SOON = Duration.ofSeconds(90);
    private static final int LONG = 100_000;

    @TempDir
    static Path folder;

    /** Attempts of the one job that all tests have; no number comes twice. */
    private static int number;

    private Home home;
    Launcher launcher;
    Ledger ledger;
    private LinkServer server;

    /** Opens one on the home. */
    abstract Launcher launcher(Home on);

    @BeforeEach
    void open() throws IOException {
        home = new Home(settings(
                "signalbox",
                SignalboxProperties.class,
                Map.of("signalbox.home", folder.resolve("home").toString())));
        launcher = launcher(home);
        launcher.open(() -> {});
        nextAttempt();
    }

    /** Spring's own reading of settings. */
    static <T> T settings(String prefix, Class<T> type, Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(prefix, type);
    }

    @AfterEach
    void close() {
        launcher.cancel(attempt());
        launcher.close();
        server.close();
        home.close();
    }

    /** As a server started again does. */
    void reopen() {
        launcher.close();
        launcher = another();
    }

    /** A second one on the same home. */
    Launcher another() {
        Launcher other = launcher(home);
        other.open(() -> {});
        return other;
    }

    /** From here on another one is meant. */
    void nextAttempt() throws IOException {
        if (server != null) {
            server.close();
        }
        number++;
        ledger = new Ledger(number);
        server = new LinkServer(linkFile(), ledger);
    }

    /** One for each: what an earlier attempt left running finds no server, which it does not need. */
    private static Path linkFile() {
        return folder.resolve("link-" + number + ".json");
    }

    Attempt attempt() {
        return new Attempt(1, number);
    }

    Assignment assignment() {
        return assignmentOf(attempt());
    }

    Assignment assignmentOf(Attempt attempt) {
        return TrainerProcess.assignment(home.root(), attempt.number(), 0, null, linkFile());
    }

    Launch launch(int gpus, int priority) {
        return new Launch(assignment(), assignment().attemptFolder(), 1, gpus, 1L << 30, null, priority);
    }

    void submit(int epochs) throws IOException {
        TrainerProcess.writeJob(home.root(), epochs, "");
        launcher.submit(launch(0, 0));
    }

    /** One that trains. */
    void submitLong() throws IOException {
        submit(LONG);
        await("training").atMost(SOON).until(() -> ledger.size() > 0);
    }

    Placement awaitEnd() {
        return await(attempt(), Placement::isOver);
    }

    Placement await(Attempt attempt, Predicate<Placement> what) {
        return await(attempt.name()).atMost(SOON).until(() -> launcher.observe(attempt), what);
    }

    private JobState lastState() {
        return ledger.events().stream()
                .map(event -> event.detail())
                .filter(StateChanged.class::isInstance)
                .map(detail -> ((StateChanged) detail).to())
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    @Test
    void whatIsDoneEndsWith0() throws Exception {
        submit(1);

        assertThat(awaitEnd().state()).isEqualTo(State.EXITED);
        assertThat(launcher.observe(attempt()).exitCode()).isEqualTo(TrainerCommand.EXIT_DONE);
        assertThat(lastState()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void aSpecThatIsNoneEndsWith64() throws Exception {
        Path spec = Files.createDirectories(TrainerProcess.job(home.root())).resolve("spec.json");
        Files.writeString(spec, "{\"epochs\": -1}");
        launcher.submit(launch(0, 0));

        assertThat(awaitEnd().exitCode()).isEqualTo(TrainerCommand.EXIT_BAD_SPEC);
    }

    @Test
    void aKilledTrainerIsToldOfByItsSignal() throws Exception {
        submitLong();

        ProcessHandle.of(ledger.pid()).orElseThrow().destroyForcibly();

        assertThat(awaitEnd().state()).isEqualTo(State.EXITED);
        assertThat(launcher.observe(attempt()).exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void aSignalHasATrainerSaveItselfAndEndWith85() throws Exception {
        submitLong();
        assertThat(launcher.observe(attempt()).state()).isEqualTo(State.RUNNING);

        launcher.signal(attempt());

        assertThat(awaitEnd().exitCode()).isEqualTo(TrainerCommand.EXIT_AGAIN);
        assertThat(lastState()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void whatIsCancelledIsOverAndItsProcessGone() throws Exception {
        submitLong();

        launcher.cancel(attempt());

        awaitEnd();
        await("the end of the process")
                .atMost(SOON)
                .until(() -> ProcessHandle.of(ledger.pid())
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
    }

    @Test
    void whatNobodyHandedOverIsLost() {
        assertThat(awaitEnd().state()).isEqualTo(State.LOST);
    }

    @Test
    void theNextServerFindsWhatThisOneStarted() throws Exception {
        submitLong();
        reopen();
        await(attempt(), found -> found.state() != State.UNKNOWN);

        assertThat(launcher.observe(attempt()).state()).isEqualTo(State.RUNNING);

        launcher.connected(attempt(), ledger.pid());
        launcher.signal(attempt());
        awaitEnd();
        assertThat(lastState()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void theSecretIsInNoArgumentAndNoVariable() throws Exception {
        submitLong();

        Path process = Path.of("/proc", Long.toString(ledger.pid()));
        assertThat(Files.readString(process.resolve("cmdline")))
                .contains("TrainerMain")
                .doesNotContain(Ledger.SECRET);
        assertThat(Files.readString(process.resolve("environ")))
                .contains("PATH=")
                .doesNotContain(Ledger.SECRET);
    }

    private static org.awaitility.core.ConditionFactory await(String what) {
        return org.awaitility.Awaitility.await(what);
    }
}
