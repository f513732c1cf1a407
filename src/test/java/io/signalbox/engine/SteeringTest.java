package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Mailbox;
import io.signalbox.callback.Run;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.CommandRejected;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users' commands to a real training. */
class SteeringTest {

    private static final int EPOCHS = 4;
    private static final int EXAMPLES = 50;
    private static final int STEPS_PER_EPOCH = 7;
    private static final TrainingData DATA = Jobs.images(EXAMPLES, 20, "aa");

    @TempDir
    Path folder;

    private final List<Jobs.Told> told = new ArrayList<>();

    /** Sends commands while the update that makes so many in all goes on. */
    private static final class User implements Callback {
        private final Mailbox mailbox;
        private final Map<Long, List<Command>> orders;

        User(Mailbox mailbox, Map<Long, List<Command>> orders) {
            this.mailbox = mailbox;
            this.orders = orders;
        }

        @Override
        public String name() {
            return "user";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            List<Command> due = orders.getOrDefault(run.step(), List.of());
            for (int i = 0; i < due.size(); i++) {
                mailbox.put(new CommandRequest("c" + run.step() + "-" + i, due.get(i)));
            }
        }
    }

    private Training.Result train(String job, int epochs, String resumeFrom, Map<Long, List<Command>> orders) {
        Mailbox mailbox = new Mailbox();
        CheckedSpec spec = Jobs.cnn(epochs, 8, Jobs.ADAM, EXAMPLES);
        List<Callback> callbacks = new ArrayList<>(
                new Callbacks().forRun(List.of(), new Callbacks.Surroundings(mailbox, 1, null, System::nanoTime)));
        callbacks.add(0, new User(mailbox, orders));
        return Jobs.run(spec, DATA, callbacks, folder.resolve(job), resumeFrom, told);
    }

    private String latest(String job) {
        List<CheckpointSaved> saved = Jobs.only(CheckpointSaved.class, told);
        return saved.get(saved.size() - 1).name();
    }

    private void assertSameEnd(String job, String other) throws IOException {
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertThat(Files.readAllBytes(folder.resolve(job + "/checkpoints/final/" + file)))
                    .as(file)
                    .isEqualTo(Files.readAllBytes(folder.resolve(other + "/checkpoints/final/" + file)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, STEPS_PER_EPOCH, 2 * STEPS_PER_EPOCH + 1, EPOCHS * STEPS_PER_EPOCH})
    void aSuspendedJobGoesOnBitForBit(long step) throws IOException {
        train("undisturbed", EPOCHS, null, Map.of());

        Training.Result held = train("suspended", EPOCHS, null, Map.of(step, List.of(new Command.Suspend())));

        assertThat(held.left()).isEqualTo(Training.Left.SUSPENDED);
        assertThat(folder.resolve("suspended/checkpoints/final")).doesNotExist();
        assertThat(Jobs.only(CommandApplied.class, told))
                .singleElement()
                .satisfies(applied -> assertThat(applied.after()).isEqualTo("suspended"));
        train("suspended", EPOCHS, latest("suspended"), Map.of());
        assertSameEnd("suspended", "undisturbed");
    }

    @ParameterizedTest
    @ValueSource(longs = {2 * STEPS_PER_EPOCH, STEPS_PER_EPOCH + 3, 1})
    void aStoppedJobGoesOnAsIfItHadNeverStopped(long step) throws IOException {
        train("undisturbed", EPOCHS, null, Map.of());

        train("stopped", EPOCHS, null, Map.of(step, List.of(new Command.Stop("batch", null, true, null))));
        boolean inEpoch = Files.exists(folder.resolve("stopped/checkpoints/stopped"));
        goOn("stopped", EPOCHS, inEpoch ? "stopped" : "final");

        assertThat(inEpoch).isEqualTo(step % STEPS_PER_EPOCH != 0);
        assertSameEnd("stopped", "undisturbed");
    }

    @Test
    void aJobThatIsTrainedLongerEndsAsOneThatWasMeantToBeSoLong() throws IOException {
        train("undisturbed", EPOCHS, null, Map.of());

        train("shorter", 2, null, Map.of());
        goOn("shorter", EPOCHS, "final");

        assertSameEnd("shorter", "undisturbed");
    }

    @Test
    void epochsCanBeSetWhileTrainingGoesOn() throws IOException {
        train("undisturbed", EPOCHS, null, Map.of());

        train("longer", 2, null, Map.of(2L * STEPS_PER_EPOCH, List.of(new Command.SetEpochs(EPOCHS))));
        train("shorter", 100, null, Map.of(3L, List.of(new Command.SetEpochs(EPOCHS))));

        assertSameEnd("longer", "undisturbed");
        assertSameEnd("shorter", "undisturbed");
    }

    @Test
    void aCheckpointIsSavedRestoredAndEvaluatedAtTheBoundary() throws IOException {
        train("undisturbed", EPOCHS, null, Map.of());

        train(
                "steered",
                EPOCHS,
                null,
                Map.of(
                        5L,
                        List.of(
                                new Command.SaveCheckpoint("mine"),
                                new Command.Evaluate(),
                                new Command.RestoreCheckpoint("mine", false)),
                        9L,
                        List.of(new Command.SaveCheckpoint("mine"), new Command.RestoreCheckpoint("none", true))));

        assertThat(Jobs.only(CommandApplied.class, told))
                .extracting(CommandApplied::command)
                .containsExactly("save_checkpoint", "evaluate", "restore_checkpoint");
        assertThat(Jobs.only(CommandRejected.class, told))
                .extracting(CommandRejected::message)
                .satisfiesExactly(
                        message -> assertThat(message).contains("already"),
                        message -> assertThat(message).contains("'none'"));
        assertThat(Jobs.only(MetricsLogged.class, told))
                .singleElement()
                .satisfies(logged -> assertThat(logged.logs()).containsKeys("val_loss", "val_accuracy"));
        assertSameEnd("steered", "undisturbed");
    }

    private void goOn(String job, int epochs, String checkpoint) {
        Training.run(new Training.Setup(
                Jobs.cnn(epochs, 8, Jobs.ADAM, EXAMPLES),
                DATA,
                new Callbacks().forRun(List.of(), new Callbacks.Surroundings(new Mailbox(), 1, null, System::nanoTime)),
                folder.resolve(job),
                checkpoint,
                Set.of(Anew.STOP),
                null,
                null,
                (epoch, step, detail) -> told.add(new Jobs.Told(epoch, step, detail))));
    }

    @Test
    void aPauseChangesNothingAndIsBackedUp() throws IOException {
        train("undisturbed", EPOCHS, null, Map.of());

        train("paused", EPOCHS, null, Map.of(9L, List.of(new Command.Pause(), new Command.Resume())));

        assertSameEnd("paused", "undisturbed");
        assertThat(Jobs.only(CheckpointSaved.class, told))
                .extracting(CheckpointSaved::name)
                .contains("backup-9");
    }
}
