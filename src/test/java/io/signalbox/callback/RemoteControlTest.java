package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.callback.replay.ReplayRun;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.CommandRejected;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.Restored;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import io.signalbox.spec.SpecParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class RemoteControlTest {

    private static final Command.Stop STOP = new Command.Stop("batch", null, true, null);

    private static final Roster NOBODY = new Roster(new Callbacks(), List.of(), List.of(), List.of());
    private static final byte[] PATIENT =
            "{\"monitor\": \"val_loss\", \"patience\": 9, \"min_delta\": 0, \"mode\": \"min\"}"
                    .getBytes(StandardCharsets.UTF_8);

    private final Mailbox mailbox = new Mailbox();
    private final Map<String, List<Command>> orders = new LinkedHashMap<>();
    private final ScriptedRun run = ScriptedRun.of("val_loss", 5, 4, 3, 2, 1).withSteps(4);

    /** Puts commands in the mailbox while training is in a batch, as a user does. */
    private final class User implements Callback {
        private int ids;

        @Override
        public String name() {
            return "user";
        }

        @Override
        public void onTrainBatchBegin(int batch, Run of) {
            send("e" + of.epoch() + "b" + batch);
        }

        @Override
        public void onTestBatchBegin(int batch, Run of) {
            send("e" + of.epoch() + "test");
        }

        @Override
        public void onTrainEnd(Logs logs, Run of) {
            send("end");
        }

        private void send(String when) {
            orders.getOrDefault(when, List.of())
                    .forEach(command -> mailbox.put(new CommandRequest("id-" + ids++, command)));
        }
    }

    private void order(String when, Command... commands) {
        orders.put(when, List.of(commands));
    }

    private int train(Callback... callbacks) {
        List<Callback> all = new CopyOnWriteArrayList<>(callbacks);
        List<CallbackSpec> specs = Arrays.stream(callbacks)
                .map(callback -> new CallbackSpec("EarlyStopping", callback.name(), SpecParser.readJson(PATIENT)))
                .toList();
        all.add(
                0,
                new RemoteControl(
                        mailbox, new Roster(new Callbacks(), all, List.of(callbacks), specs), System::nanoTime));
        all.add(0, new User());
        return run.train(all);
    }

    @Test
    void aStopTakesEffectAfterTheBatch() {
        order("e1b2", STOP);

        assertThat(train()).isEqualTo(2);

        assertThat(run.batchesRun).containsExactly(4, 3);
        assertThat(run.stopRequest().outcome()).isEqualTo(Outcome.STOPPED_BY_COMMAND);
        assertThat(run.told(CommandApplied.class))
                .containsExactly(new CommandApplied(
                        "id-0",
                        "stop",
                        "stopping in epoch 1 after 7 steps; kept as checkpoint 'final'",
                        "running",
                        "stopping"));
        assertThat(run.told(StateChanged.class))
                .containsExactly(new StateChanged(JobState.RUNNING, JobState.STOPPING, null, null));
    }

    @Test
    void aStopAtTheEpochEndWaitsForIt() {
        order("e1b0", new Command.Stop("epoch", null, false, null));

        assertThat(train()).isEqualTo(2);

        assertThat(run.batchesRun).containsExactly(4, 4);
        assertThat(run.stopRequest().save()).isFalse();
        assertThat(run.told.get(run.told.size() - 1).step()).isEqualTo(8);
        assertThat(run.told(CommandApplied.class))
                .containsExactly(new CommandApplied(
                        "id-0",
                        "stop",
                        "stopping in epoch 1 after 8 steps; no checkpoint is kept",
                        "running",
                        "stopping"));
    }

    @Test
    void aCancelLeavesAtOnceAlsoDuringValidationAndAfterAStop() {
        order("e0b3", STOP);
        order("e0test", new Command.Cancel());

        train();

        assertThat(run.stopRequest().abort()).isTrue();
        assertThat(run.told(CommandApplied.class))
                .extracting(CommandApplied::command)
                .containsExactly("stop", "cancel");
    }

    @Test
    void theFirstStopDecidesAndLaterOnesAreRejected() {
        order("e0b0", STOP, STOP);

        train();

        assertThat(run.told(CommandRejected.class))
                .containsExactly(
                        new CommandRejected("id-1", "stop", "training is stopping already: stopped by command"));
    }

    @Test
    void aPinnedRateHoldsAgainstCallbacksUntilItIsReleased() {
        order("e0b1", new Command.SetLearningRate(null, 0.5, null));
        order("e2b0", new Command.ReleaseLearningRate());
        Callback schedule = Schedulers.of("0.1 / (1 + epoch)");

        train(schedule);

        assertThat(run.told(LearningRateChanged.class))
                .containsExactly(
                        new LearningRateChanged(0.1, 0.05, "command"),
                        new LearningRateChanged(0.05, 0.1 / 3, "schedule"),
                        new LearningRateChanged(0.1 / 3, 0.1 / 4, "schedule"),
                        new LearningRateChanged(0.1 / 4, 0.1 / 5, "schedule"));
        assertThat(run.told(CommandApplied.class))
                .extracting(CommandApplied::message)
                .containsExactly(
                        "learning rate 0.1 -> 0.05, pinned until it is released",
                        "learning rate 0.05 -> 0.0333333, schedule decides again");
    }

    @Test
    void aPinnedRateIsReleasedByItselfWhenItsEpochBegins() {
        order("e0b1", new Command.SetLearningRate(0.7, null, 2));

        train();

        assertThat(run.told)
                .filteredOn(told -> told.detail() instanceof LearningRateChanged)
                .extracting(ScriptedRun.Told::step)
                .containsExactly(2L, 8L);
        assertThat(run.learningRate().owner()).isEqualTo(LearningRate.OPTIMIZER);
    }

    @Test
    void whatCannotTakeEffectIsRejectedWithTheReason() {
        order(
                "e1b0",
                new Command.ReleaseLearningRate(),
                new Command.SetLearningRate(0.7, null, 1),
                new Command.SetLearningRate(0.7, 2.0, null),
                new Command.SetLearningRate(null, Double.MIN_VALUE, null));
        order("end", STOP);

        assertThat(train()).isEqualTo(5);

        assertThat(run.told(CommandRejected.class))
                .extracting(CommandRejected::message)
                .containsExactly(
                        "no learning rate is pinned; optimizer decides on it",
                        "until_epoch 1 is over: the run is in epoch 1",
                        "exactly one of value and factor must be given",
                        "the rate would be 0.0; it must be more than 0",
                        "training has ended");
        assertThat(run.learningRate().value()).isEqualTo(0.1);
    }

    @Test
    void aRedeliveredCommandIsNotAppliedAgain() {
        order("e0b0", new Command.SetLearningRate(null, 0.5, null));
        mailbox.put(new CommandRequest("id-0", new Command.SetLearningRate(null, 0.5, null)));

        train();

        assertThat(run.learningRate().value()).isEqualTo(0.05);
        assertThat(run.told(CommandApplied.class)).hasSize(1);
    }

    @Test
    void bestWeightsComeFromTheBestCheckpointWhereNoCallbackKeepsThem() {
        order("e3b0", new Command.Stop("epoch", true, true, null));
        ModelCheckpoint best = new ModelCheckpoint(
                "best", new ModelCheckpoint.Params(null, "val_loss", 0, true, true, "max", null, null, true));

        train(best);

        assertThat(run.weights()).isEqualTo(new ScriptedRun.Weights(0, 4));
        assertThat(run.told(Restored.class)).containsExactly(new Restored("checkpoint best", null, "command"));
    }

    @Test
    void missingBestWeightsAreAWarning() {
        order("e0b0", new Command.Stop("batch", true, true, null));

        train();

        assertThat(run.told(CallbackActed.class)).singleElement().satisfies(acted -> {
            assertThat(acted.level()).isEqualTo("warning");
            assertThat(acted.message()).startsWith("there are no best weights");
        });
    }

    @Test
    void aStopCommandDecidesWhetherEarlyStoppingRestores() {
        order("e4b0", new Command.Stop("epoch", false, true, null));
        EarlyStopping keeping =
                new EarlyStopping("stop", new EarlyStopping.Params("val_loss", 0, 9, 0, "max", null, true, 0, true));

        train(keeping);

        assertThat(run.restored).isEmpty();
    }

    @Test
    void aPausedRunAnswersCommandsAndGoesOnWhenResumed() {
        order("e1b1", new Command.Pause(), new Command.SetLearningRate(0.5, null, null), new Command.Resume());

        assertThat(train()).isEqualTo(5);

        assertThat(run.told)
                .filteredOn(told -> told.detail() instanceof CommandApplied)
                .extracting(told -> ((CommandApplied) told.detail()).command() + " " + told.step())
                .containsExactly("pause 6", "set_learning_rate 6", "resume 6");
        assertThat(run.told(StateChanged.class))
                .containsExactly(
                        new StateChanged(JobState.RUNNING, JobState.PAUSED, null, null),
                        new StateChanged(JobState.PAUSED, JobState.RUNNING, null, null));
        assertThat(run.learningRate().value()).isEqualTo(0.5);
    }

    @Test
    void aRunThatDiedInAPauseIsPausedAgain() {
        order("e1b1", new Command.Pause(), new Command.Cancel());
        mailbox.put(new CommandRequest("paused", new Command.Pause()));
        run.killedAt(2); // the boundary after the first batch again, now that the pause is in force
        assertThatThrownBy(this::train).isInstanceOf(ScriptedRun.Killed.class);
        assertThat(run.backups).hasSize(1);
        ScriptedRun again = ScriptedRun.of("val_loss", 5, 4, 3, 2, 1).withSteps(4);
        Mailbox later = new Mailbox();
        later.put(new CommandRequest("paused", new Command.Pause()));
        later.put(new CommandRequest("resumed", new Command.Resume()));

        again.goOn(run, List.of(new RemoteControl(later, NOBODY, System::nanoTime)));

        assertThat(again.told(StateChanged.class))
                .containsExactly(
                        new StateChanged(JobState.RUNNING, JobState.PAUSED, null, null),
                        new StateChanged(JobState.PAUSED, JobState.RUNNING, null, null));
        assertThat(again.told(CommandRejected.class)).isEmpty();
    }

    @Test
    void callbacksAreToldHowLongTrainingStoodStill() {
        order("e0b0", new Command.Pause());
        List<Long> pauses = new ArrayList<>();
        long[] now = {0};
        Callback listener = new Callback() {
            @Override
            public String name() {
                return "listener";
            }

            @Override
            public void onPaused(long nanos, Run of) {
                pauses.add(nanos);
            }
        };
        RemoteControl control =
                new RemoteControl(mailbox, new Roster(new Callbacks(), List.of(listener), List.of(), List.of()), () -> {
                    mailbox.put(new CommandRequest("resumed", new Command.Resume()));
                    return now[0] += 5;
                });

        run.train(List.of(new User(), control));

        assertThat(pauses).containsExactly(5L);
    }

    @Test
    void commandsTakeEffectInTheOrderInWhichTheyCame() {
        order(
                "e0b1",
                new Command.SetLearningRate(0.5, null, null),
                new Command.Pause(),
                new Command.SetLearningRate(null, 0.1, null),
                new Command.Resume(),
                STOP);

        assertThat(train()).isEqualTo(1);

        assertThat(run.told(CommandApplied.class))
                .extracting(CommandApplied::command)
                .containsExactly("set_learning_rate", "pause", "set_learning_rate", "resume", "stop");
    }

    @Test
    void aCancelOvertakesWhatWaits() {
        order("e0b1", new Command.Pause(), new Command.Cancel());

        train();

        assertThat(run.told(CommandApplied.class))
                .extracting(CommandApplied::command)
                .containsExactly("cancel");
        assertThat(run.stopRequest().abort()).isTrue();
    }

    @Test
    void aStopEndsAPause() {
        order("e0b1", new Command.Pause(), STOP);

        train();

        assertThat(run.told(StateChanged.class))
                .containsExactly(
                        new StateChanged(JobState.RUNNING, JobState.PAUSED, null, null),
                        new StateChanged(JobState.PAUSED, JobState.STOPPING, null, null));
    }

    @Test
    void onlyAPausedRunResumesAndOnlyARunningOneIsPaused() {
        order("e0b1", new Command.Resume(), new Command.Pause(), new Command.Pause(), new Command.Resume());

        train();

        assertThat(run.told(CommandRejected.class))
                .extracting(CommandRejected::message)
                .containsExactly("training is not paused", "training is paused already");
    }

    @Test
    void aStopThatWaitsForTheEpochsEndOutlivesACrashBeforeIt() {
        order("e0b0", new Command.Stop("epoch", null, true, null));
        run.killedAt(2);
        assertThatThrownBy(this::train).isInstanceOf(ScriptedRun.Killed.class);
        ScriptedRun again = ScriptedRun.of("val_loss", 5, 4, 3, 2, 1).withSteps(4);
        Mailbox redelivered = new Mailbox();
        redelivered.put(new CommandRequest("id-0", new Command.Stop("epoch", null, true, null)));

        int epochs = again.goOn(run, List.of(new RemoteControl(redelivered, NOBODY, System::nanoTime)));

        assertThat(epochs).isEqualTo(1);
    }

    private static ObjectNode json(String text) {
        return SpecParser.readJson(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static EarlyStopping patient(int epochs) {
        return new EarlyStopping(
                "stop", new EarlyStopping.Params("val_loss", 0, epochs, 0, "max", null, false, 0, true));
    }

    @Test
    void aCallbackThatIsChangedKeepsWhatItRemembers() {
        order("e2b0", new Command.UpdateCallback("stop", json("{'patience': 3, 'mode': 'max'}")));

        assertThat(train(patient(9))).isEqualTo(4); // epoch 0 is the best, three are no better

        assertThat(run.told(CommandApplied.class)).singleElement().satisfies(applied -> {
            assertThat(applied.before()).isEqualTo("{\"patience\":9,\"mode\":\"min\"}");
            assertThat(applied.after()).isEqualTo("{\"patience\":3,\"mode\":\"max\"}");
        });
        assertThat(run.stopRequest().by()).isEqualTo("stop");
    }

    @Test
    void aCallbackIsAddedAndRemovedBetweenTwoHooks() {
        order(
                "e0b0",
                new Command.AddCallback(
                        json("{'type': 'EarlyStopping', 'name': 'more', 'mode': 'max', 'patience': 1}")),
                new Command.RemoveCallback("stop"));

        assertThat(train(patient(0))).isEqualTo(2);

        assertThat(run.stopRequest().by()).isEqualTo("more");
    }

    @Test
    void whatIsNoCallbackIsRejectedAndNothingChanges() {
        order(
                "e0b0",
                new Command.UpdateCallback("stop", json("{'patience': -1}")),
                new Command.UpdateCallback("other", json("{}")),
                new Command.AddCallback(json("{'type': 'EarlyStopping', 'name': 'stop'}")),
                new Command.AddCallback(json("{'type': 'Nothing', 'name': 'new'}")),
                new Command.AddCallback(json("{'type': 'LayerFreezing', 'name': 'new', 'layers': ['0']}")),
                new Command.RemoveCallback("other"));

        assertThat(train(patient(9))).isEqualTo(5);

        assertThat(run.told(CommandRejected.class))
                .extracting(CommandRejected::message)
                .satisfiesExactly(
                        message -> assertThat(message).contains("patience"),
                        message -> assertThat(message).contains("no callback 'other'", "stop"),
                        message -> assertThat(message).contains("already"),
                        message -> assertThat(message).contains("no such callback"),
                        message -> assertThat(message).contains("fork the job"),
                        message -> assertThat(message).contains("no callback 'other'"));
    }

    private static Command rate(double value) {
        return new Command.SetLearningRate(value, null, null);
    }

    private List<Long> stepsAppliedAt() {
        return run.told.stream()
                .filter(told -> told.detail() instanceof CommandApplied)
                .map(ReplayRun.Told::step)
                .toList();
    }

    @Test
    void whatAnAttemptBeforeAppliedTakesEffectWhereItDidThenAndNotEarlier() {
        mailbox.put(new CommandRequest("first", rate(0.5)).again(7));
        mailbox.put(new CommandRequest("second", new Command.ReleaseLearningRate()).again(10));

        train();

        assertThat(run.told(CommandApplied.class))
                .extracting(CommandApplied::commandId)
                .containsExactly("first", "second");
        assertThat(stepsAppliedAt()).containsExactly(7L, 10L);
    }

    @Test
    void whatAnAttemptBeforeAppliedAtAPlaceThatIsPassedTakesEffectAtOnce() {
        mailbox.put(new CommandRequest("first", rate(0.5)).again(0));

        train();

        assertThat(stepsAppliedAt()).containsExactly(1L);
    }

    @Test
    void aNewerWordComesAfterThoseBeforeIt() {
        mailbox.put(new CommandRequest("first", rate(0.5)).again(15));
        order("e1b0", rate(0.25));

        train();

        assertThat(run.told(CommandApplied.class))
                .extracting(CommandApplied::commandId)
                .containsExactly("first", "id-0");
        assertThat(stepsAppliedAt()).containsExactly(5L, 5L);
        assertThat(run.learningRate().value()).isEqualTo(0.25);
    }

    @Test
    void aStopDoesNotWaitForWhatIsAhead() {
        mailbox.put(new CommandRequest("first", rate(0.5)).again(15));
        order("e1b0", STOP);

        train();

        assertThat(run.told(CommandApplied.class))
                .extracting(CommandApplied::commandId)
                .containsExactly("id-0");
        assertThat(run.told(CommandRejected.class)).isEmpty();
    }

    @Test
    void aStopThatPutsTheBestWeightsBackNamesTheCheckpointThatHoldsThem() {
        order("e1b2", new Command.Stop("batch", true, true, null));

        train();

        assertThat(run.told(CommandApplied.class).get(0).message())
                .isEqualTo(
                        "stopping in epoch 1 after 7 steps; kept as checkpoint 'final'; the best weights are put back and"
                                + " kept as checkpoint 'restored'");
    }
}
