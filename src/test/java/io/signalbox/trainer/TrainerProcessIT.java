package io.signalbox.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.link.FaultyProxy;
import io.signalbox.link.FaultyProxy.Fault;
import io.signalbox.link.Journal;
import io.signalbox.link.Ledger;
import io.signalbox.link.LinkServer;
import io.signalbox.link.TrainerCommand;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real trainer processes, killed and cut off. */
class TrainerProcessIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int BATCHES = 19; // 300 of 400 rows, 16 at a time
    private static final int LONG = 100_000;

    @TempDir
    Path home;

    private final Ledger ledger = new Ledger(1);
    private Path linkFile;
    private LinkServer server;

    @BeforeEach
    void startServer() throws IOException {
        linkFile = home.resolve("link.json");
        server = new LinkServer(linkFile, ledger);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void trainsTheJobThatItIsAssignedAndTellsEverythingOnce() throws Exception {
        TrainerProcess.writeJob(home, 3, "");
        try (TrainerProcess trainer = assigned(1, 0, null)) {
            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_DONE);

            List<Event> events = ledger.events();
            assertThat(events.get(0).detail())
                    .isEqualTo(new StateChanged(JobState.STARTING, JobState.RUNNING, null, null));
            assertThat(events.get(1).detail()).isInstanceOf(TrainBegin.class);
            assertThat(of(BatchEnd.class)).hasSize(3 * BATCHES);
            assertThat(of(EpochEnd.class))
                    .hasSize(3)
                    .allSatisfy(epoch ->
                            assertThat(epoch.logs()).containsKeys("loss", "accuracy", "val_loss", "val_accuracy"));
            assertThat(last().to()).isEqualTo(JobState.COMPLETED);
            assertThat(last().outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(Journal.read(journal(1), -1, LONG)).isEqualTo(events);
            assertThat(TrainerProcess.job(home).resolve("attempts/1/exit.json"))
                    .content()
                    .contains("\"code\":0", "\"finished\"");
            assertThat(trainer.log()).contains("Epoch 3/3 - ", " - loss: ", " - val_loss: ");
        }
    }

    @Test
    void endsQuietlyWhenItsInputEndsBeforeAnAssignment() throws Exception {
        try (TrainerProcess trainer = new TrainerProcess(home).abandon()) {
            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_DONE);
        }
    }

    @Test
    void trainsOnWithoutItsParentAndWithoutTheServerUntilANewOneComes() throws Exception {
        TrainerProcess.writeJob(home, 60, "");
        try (TrainerProcess trainer = assigned(1, 0, null)) {
            trainer.abandon();
            await().atMost(SOON).until(() -> ledger.size() > 50);
            server.close();
            long written = Files.size(journal(1));
            await().atMost(SOON).until(() -> Files.size(journal(1)) > 2 * written);
            server = new LinkServer(linkFile, ledger);

            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_DONE);
            assertThatTheWholeRunIsThere(60);
        }
    }

    @Test
    void tellsEverythingOnceWhateverHappensOnTheWay() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (FaultyProxy proxy = new FaultyProxy(home.resolve("cut.json"), linkFile);
                TrainerProcess trainer = new TrainerProcess(home)
                        .assign(TrainerProcess.assignment(home, 1, 0, null, home.resolve("cut.json")))) {
            for (Fault fault : Fault.values()) {
                int before = ledger.size();
                proxy.next(fault);
                await().atMost(SOON).until(() -> proxy.struck() && ledger.size() > before + 500);
            }
            ledger.session().send(new CommandRequest("c1", new Command.Stop("batch", null, false, null)));

            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_DONE);
            assertThat(proxy.connections()).isGreaterThan(3);
            assertThat(ledger.events()).isEqualTo(Journal.read(journal(1), -1, Integer.MAX_VALUE));
            assertThat(last().to()).isEqualTo(JobState.STOPPED);
        }
    }

    @Test
    void noticesAConnectionThatSwallowsEverythingAndComesBack() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (FaultyProxy proxy = new FaultyProxy(home.resolve("cut.json"), linkFile);
                TrainerProcess trainer = new TrainerProcess(home)
                        .assign(TrainerProcess.assignment(home, 1, 0, null, home.resolve("cut.json")))) {
            await().atMost(SOON).until(() -> ledger.size() > 50);
            proxy.blackhole(true);
            await().atMost(SOON).until(() -> proxy.connections() > 1);
            proxy.blackhole(false);

            int before = ledger.size();
            await().atMost(SOON).until(() -> ledger.size() > before + 1_000);
            assertThat(trainer.isAlive()).isTrue();
        }
    }

    @Test
    void killedItLeavesAJournalThatCompletesTheStreamAndALockThatIsFree() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (TrainerProcess trainer = assigned(1, 0, null)) {
            await().atMost(SOON).until(() -> ledger.size() > 200);
            trainer.kill();
        }
        server.close();
        List<Event> events = new ArrayList<>(ledger.events());
        events.addAll(Journal.read(journal(1), events.size() - 1L, LONG));

        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).seq()).isEqualTo(i);
        }
        assertThat(AttemptLock.take(TrainerProcess.job(home)))
                .isPresent()
                .hasValueSatisfying(lock -> assertThat(lock.channel().isOpen()).isTrue());
    }

    @Test
    void aSecondTrainerOfAJobEndsAtOnce() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (TrainerProcess first = assigned(1, 0, null)) {
            await().atMost(SOON).until(() -> ledger.size() > 0);
            try (TrainerProcess second = assigned(2, 1, null)) {
                assertThat(second.exitCode()).isEqualTo(TrainerCommand.EXIT_FENCED);
            }
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void aTrainerThatTheServerTakesForOutdatedEndsAtOnce() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (TrainerProcess trainer = assigned(7, 0, null)) {
            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_FENCED);
        }
        assertThat(ledger.events()).isEmpty();
    }

    @Test
    void tellsAndLeavesWhyASpecCannotBeTrained() throws Exception {
        TrainerProcess.writeJob(home, 1, "");
        Files.delete(home.resolve("datasets/points/points.csv"));
        try (TrainerProcess trainer = assigned(1, 0, null)) {
            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_ERROR);
        }
        assertThat(last().to()).isEqualTo(JobState.FAILED);
        assertThat(last().from()).isEqualTo(JobState.STARTING);
        assertThat(last().outcome()).isEqualTo(Outcome.ERROR);
        assertThat(last().reason()).contains("points.csv");
    }

    @Test
    void refusesASpecThatBreaksARule() throws Exception {
        TrainerProcess.writeJob(home, 0, "");
        try (TrainerProcess trainer = assigned(1, 0, null)) {
            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_BAD_SPEC);
        }
        assertThat(last().reason()).contains("#/epochs");
    }

    @Test
    void stopsAtACommandAndAppliesItOnceThoughItCameTwice() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (TrainerProcess trainer = assigned(1, 0, null)) {
            await().atMost(SOON).until(() -> ledger.size() > 20);
            CommandRequest rate = new CommandRequest("c1", new Command.SetLearningRate(0.5, null, null));
            ledger.session().send(rate);
            ledger.session().send(rate);
            ledger.session().send(new CommandRequest("c2", new Command.Stop("batch", null, true, null)));

            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_DONE);
        }
        assertThat(of(CommandApplied.class))
                .extracting(CommandApplied::commandId)
                .containsExactly("c1", "c2");
        assertThat(of(StateChanged.class))
                .extracting(StateChanged::to)
                .containsExactly(JobState.RUNNING, JobState.STOPPING, JobState.STOPPED);
        assertThat(last().outcome()).isEqualTo(Outcome.STOPPED_BY_COMMAND);
    }

    @Test
    void cancelEndsItAtOnce() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (TrainerProcess trainer = assigned(1, 0, null)) {
            await().atMost(SOON).until(() -> ledger.size() > 20);
            ledger.session().send(new CommandRequest("c1", new Command.Cancel()));

            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_DONE);
        }
        assertThat(last().to()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aSignalEndsItAfterACheckpointOfTheVeryStep() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (TrainerProcess trainer = assigned(1, 0, null)) {
            await().atMost(SOON).until(() -> ledger.size() > 50);
            trainer.term();

            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_AGAIN);
        }
        assertThat(states()).containsExactly(JobState.RUNNING, JobState.SUSPENDED, JobState.QUEUED);
        assertThat(Journal.read(journal(1), -1, LONG)).isEqualTo(ledger.events());
        int steps = of(BatchEnd.class).size();
        assertThat(TrainerProcess.job(home).resolve("checkpoints/backup-" + steps + "/manifest.json"))
                .exists();
    }

    @Test
    void withoutAServerForTooLongItEndsAfterACheckpointAndSaysSoInItsJournal() throws Exception {
        TrainerProcess.writeJob(home, LONG, "");
        try (TrainerProcess trainer = new TrainerProcess(home)
                .assign(TrainerProcess.assignment(home, 1, 0, null, linkFile, Duration.ofSeconds(1)))) {
            await().atMost(SOON).until(() -> ledger.size() > 50);
            ledger.session().send(new CommandRequest("c1", new Command.Pause()));
            await().atMost(SOON).until(() -> states().contains(JobState.PAUSED));
            server.close();

            assertThat(trainer.exitCode()).isEqualTo(TrainerCommand.EXIT_AGAIN);
        }
        List<Event> journal = Journal.read(journal(1), -1, LONG);
        StateChanged suspended = (StateChanged) journal.get(journal.size() - 2).detail();
        assertThat(suspended.from()).isEqualTo(JobState.PAUSED);
        assertThat(suspended.to()).isEqualTo(JobState.SUSPENDED);
        assertThat(suspended.reason()).contains("No server");
        assertThat(TrainerProcess.job(home).resolve("checkpoints")).isNotEmptyDirectory();
    }

    private List<JobState> states() {
        return of(StateChanged.class).stream().map(StateChanged::to).toList();
    }

    private void assertThatTheWholeRunIsThere(int epochs) throws IOException {
        List<Event> events = ledger.events(); // which holds no gap and no double: it checks
        assertThat(events).isEqualTo(Journal.read(journal(1), -1, LONG));
        assertThat(of(EpochEnd.class)).hasSize(epochs);
        assertThat(of(BatchEnd.class)).hasSize(epochs * BATCHES);
        assertThat(last().to()).isEqualTo(JobState.COMPLETED);
    }

    private TrainerProcess assigned(int attempt, long nextSeq, String resumeFrom) throws IOException {
        return new TrainerProcess(home).assign(TrainerProcess.assignment(home, attempt, nextSeq, resumeFrom, linkFile));
    }

    private Path journal(int attempt) {
        return TrainerProcess.job(home).resolve("attempts/" + attempt + "/journal.ndjson");
    }

    private <E> List<E> of(Class<E> type) {
        return ledger.events().stream()
                .map(Event::detail)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private StateChanged last() {
        List<StateChanged> changes = of(StateChanged.class);
        return changes.get(changes.size() - 1);
    }
}
