package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.signalbox.event.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingLoopTest {

    private final List<String> hooks = new ArrayList<>();

    private class Recorder implements Callback {

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public void onTrainBegin(Run run) {
            hooks.add("train begin");
        }

        @Override
        public void onTrainEnd(Logs logs, Run run) {
            hooks.add("train end " + logs);
        }

        @Override
        public void onEpochBegin(int epoch, Run run) {
            hooks.add("epoch begin " + epoch);
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            hooks.add("epoch end " + epoch + " " + logs);
        }

        @Override
        public void onTrainBatchBegin(int batch, Run run) {
            hooks.add("batch begin " + batch);
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            hooks.add("batch end " + batch + " " + logs);
        }

        @Override
        public void onTestBegin(Run run) {
            hooks.add("test begin");
        }

        @Override
        public void onTestEnd(Logs logs, Run run) {
            hooks.add("test end " + logs);
        }

        @Override
        public void onTestBatchBegin(int batch, Run run) {
            hooks.add("test batch begin " + batch);
        }

        @Override
        public void onTestBatchEnd(int batch, Logs logs, Run run) {
            hooks.add("test batch end " + batch + " " + logs);
        }
    }

    private static final List<Map<String, Double>> TWO_EPOCHS =
            List.of(Map.of("loss", 0.5), Map.of("loss", 0.25, "val_loss", 0.75));

    @Test
    void callsEveryHookInKerasOrder() {
        ScriptedRun run = new ScriptedRun(0.1, TWO_EPOCHS).withSteps(2);

        assertThat(run.train(List.of(new Recorder()))).isEqualTo(2);

        assertThat(hooks)
                .containsExactly(
                        "train begin",
                        "epoch begin 0",
                        "batch begin 0",
                        "batch end 0 {loss=0.5}",
                        "batch begin 1",
                        "batch end 1 {loss=0.5}",
                        "epoch end 0 {loss=0.5}",
                        "epoch begin 1",
                        "batch begin 0",
                        "batch end 0 {loss=0.25}",
                        "batch begin 1",
                        "batch end 1 {loss=0.25}",
                        "test begin",
                        "test batch begin 0",
                        "test batch end 0 {loss=0.75}",
                        "test end {loss=0.75}",
                        "epoch end 1 {loss=0.25, val_loss=0.75}",
                        "train end {loss=0.25, val_loss=0.75}");
        assertThat(run.boundaries)
                .containsExactly(
                        new TrainingLoop.Position(0, 1),
                        new TrainingLoop.Position(0, 2),
                        new TrainingLoop.Position(1, 0),
                        new TrainingLoop.Position(1, 1),
                        new TrainingLoop.Position(1, 2),
                        new TrainingLoop.Position(2, 0));
    }

    @Test
    void aStopWithinAnEpochStillEndsTheEpoch() {
        ScriptedRun run = new ScriptedRun(0.1, TWO_EPOCHS).withSteps(2);

        run.train(List.of(new Recorder() {
            @Override
            public void onTrainBatchEnd(int batch, Logs logs, Run of) {
                super.onTrainBatchEnd(batch, logs, of);
                of.stop(StopRequest.of(Outcome.EARLY_STOPPED, "enough", name()));
            }
        }));

        assertThat(hooks)
                .containsExactly(
                        "train begin",
                        "epoch begin 0",
                        "batch begin 0",
                        "batch end 0 {loss=0.5}",
                        "epoch end 0 {loss=0.5}",
                        "train end {loss=0.5}");
    }

    @Test
    void anAbortCallsNoFurtherHook() {
        ScriptedRun run = new ScriptedRun(0.1, TWO_EPOCHS).withSteps(2);

        run.train(List.of(new Recorder() {
            @Override
            public void onTrainBatchEnd(int batch, Logs logs, Run of) {
                super.onTrainBatchEnd(batch, logs, of);
                of.stop(new StopRequest(Outcome.STOPPED_BY_COMMAND, "cancel", name(), true, null, false));
            }
        }));

        assertThat(hooks).containsExactly("train begin", "epoch begin 0", "batch begin 0", "batch end 0 {loss=0.5}");
    }

    @Test
    void goingOnWithinAnEpochDoesNotBeginItAgain() {
        ScriptedRun killed = new ScriptedRun(0.1, TWO_EPOCHS).withSteps(2).killedAt(1);
        try {
            killed.train(List.of(new Recorder()));
        } catch (ScriptedRun.Killed e) {
            hooks.clear();
        }

        new ScriptedRun(0.1, TWO_EPOCHS).withSteps(2).goOn(killed, List.of(new Recorder()));

        assertThat(hooks)
                .startsWith("train begin", "batch begin 1", "batch end 1 {loss=0.5}", "epoch end 0 {loss=0.5}");
    }

    @Test
    void everyTrainEndHookRunsAlsoAfterOneThatFailed() {
        Callback failing = new Callback() {
            @Override
            public String name() {
                return "failing";
            }

            @Override
            public void onTrainEnd(Logs logs, Run run) {
                throw new IllegalStateException("broken");
            }
        };
        ScriptedRun run = new ScriptedRun(0.1, TWO_EPOCHS);

        assertThatIllegalStateException()
                .isThrownBy(() -> run.train(List.of(failing, new Recorder())))
                .withMessage("broken");

        assertThat(hooks).contains("train end {loss=0.25, val_loss=0.75}");
    }
}
