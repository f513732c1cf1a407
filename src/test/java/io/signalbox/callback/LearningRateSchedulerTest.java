package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.LearningRateChanged;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateSchedulerTest {

    private static final double INITIAL = 0.1;
    private static final int STEPS = 3;

    private final ScriptedRun run = ScriptedRun.of("val_loss", 1, 1, 1, 1).withSteps(STEPS);
    private final List<String> explained = new ArrayList<>();

    @Test
    void byEpochEveryUpdateOfAnEpochHasItsRate() {
        assertThat(ratesOfUpdates("{\"schedule\":{\"type\":\"exponential\",\"gamma\":0.5}}"))
                .containsExactly(0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125);
    }

    @Test
    void byStepEveryUpdateHasARateOfItsOwn() {
        List<Double> rates =
                ratesOfUpdates("{\"by\":\"step\",\"schedule\":{\"type\":\"step\",\"step_size\":5,\"gamma\":0.5}}");

        assertThat(rates).containsExactly(0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025);
    }

    @Test
    void byStepChangesAreToldWhenAnEpochBeginsAndEnds() {
        run.train(List.of(Schedulers.with("{\"by\":\"step\",\"schedule\":\"initial_lr / (1 + step)\"}")));

        assertThat(run.told(LearningRateChanged.class))
                .containsExactly(
                        new LearningRateChanged(INITIAL, INITIAL / 3, "schedule"),
                        new LearningRateChanged(INITIAL / 3, INITIAL / 4, "schedule"),
                        new LearningRateChanged(INITIAL / 4, INITIAL / 6, "schedule"),
                        new LearningRateChanged(INITIAL / 6, INITIAL / 7, "schedule"),
                        new LearningRateChanged(INITIAL / 7, INITIAL / 9, "schedule"),
                        new LearningRateChanged(INITIAL / 9, INITIAL / 10, "schedule"),
                        new LearningRateChanged(INITIAL / 10, INITIAL / 12, "schedule"));
    }

    @Test
    void anExpressionByStepKnowsTheEpoch() {
        assertThat(ratesOfUpdates("{\"by\":\"step\",\"schedule\":\"epoch + step / 100.0 + steps\"}"))
                .startsWith(12.0, 12.01, 12.02, 13.03);
    }

    @Test
    void aWarmUpComesBeforeTheScheduleBegins() {
        assertThat(ratesOfUpdates(
                        "{\"by\":\"step\",\"warmup\":4,\"warmup_start_factor\":0,\"schedule\":\"0.8 - step * 0.1\"}"))
                .zipSatisfy(
                        List.of(0.0, 0.2, 0.4, 0.6, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1),
                        (rate, expected) -> assertThat(rate).isCloseTo(expected, within(1e-12)));
    }

    @Test
    void oneCycleMovesTheMomentumAgainstTheRate() {
        List<Double> momentum = new ArrayList<>();
        Callback probe = new Callback() {
            @Override
            public String name() {
                return "probe";
            }

            @Override
            public void onEpochBegin(int epoch, Run of) {
                momentum.add(of.learningRate().momentum());
            }
        };

        run.train(List.of(
                Schedulers.with("{\"schedule\":{\"type\":\"one_cycle\",\"max_lr\":1,\"pct_start\":0.5}}"), probe));

        assertThat(momentum)
                .zipSatisfy(
                        List.of(0.95, 0.85, 0.9, 0.95),
                        (value, expected) -> assertThat(value).isCloseTo(expected, within(1e-12)));
    }

    @Test
    void aRateThatIsNoneEndsTheRunWithAnErrorThatNamesTheExpression() {
        assertThatThrownBy(() -> run.train(List.of(Schedulers.of("lr - 0.06"))))
                .isInstanceOf(CallbackException.class)
                .hasMessageStartingWith("schedule: the schedule 'lr - 0.06' gave -0.0")
                .hasMessageEndingWith("which is no learning rate, in epoch 1");
        assertThat(run.told(CallbackActed.class))
                .singleElement()
                .satisfies(event -> assertThat(event.level()).isEqualTo("error"));
    }

    @Test
    void anExpressionWithoutAValueEndsTheRunWithAnError() {
        assertThatThrownBy(() -> run.train(List.of(Schedulers.of("[0.1, 0.2][epoch]"))))
                .isInstanceOf(CallbackException.class)
                .hasMessageContaining("'[0.1, 0.2][epoch]' has no value")
                .hasMessageEndingWith("in epoch 2");
    }

    @Test
    void explainsWhenTheRateChangesNext() {
        explain("{\"schedule\":{\"type\":\"multi_step\",\"milestones\":[1,3],\"gamma\":0.5}}");

        assertThat(explained)
                .containsExactly(
                        "multi_step has set the rate to 0.1; 0.05 from epoch 1",
                        "multi_step has set the rate to 0.05; 0.025 from epoch 3",
                        "multi_step has set the rate to 0.05; 0.025 from epoch 3",
                        "multi_step has set the rate to 0.025; no change until the end");
    }

    @Test
    void explainsWhoElseOwnsTheRate() {
        run.learningRate().override(0.7, null);

        explain("{\"by\":\"step\",\"schedule\":{\"type\":\"exponential\",\"gamma\":0.5}}");

        assertThat(explained.get(0))
                .isEqualTo(
                        "the rate is 0.7 by command; exponential takes over again at the release: 0.0125 from step 3");
    }

    /** Trains and asks after every epoch. */
    private void explain(String params) {
        Callback scheduler = Schedulers.with(params);
        run.train(List.of(scheduler, new Callback() {
            @Override
            public String name() {
                return "asking";
            }

            @Override
            public void onEpochEnd(int epoch, Logs logs, Run of) {
                explained.add(scheduler.explain(of));
            }
        }));
    }

    private List<Double> ratesOfUpdates(String params) {
        run.train(List.of(Schedulers.with(params), new History(1, () -> 0)));
        return run.told(BatchEnd.class).stream()
                .map(batch -> batch.logs().get("learning_rate"))
                .toList();
    }
}
