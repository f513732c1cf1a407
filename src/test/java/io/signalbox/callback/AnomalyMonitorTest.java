package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Metric.Direction;
import io.signalbox.callback.replay.Recording;
import io.signalbox.callback.replay.ReplayRun;
import io.signalbox.event.EventDetail.Alert;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnomalyMonitorTest {

    private static final AnomalyMonitor.Params PARAMS = new AnomalyMonitor.Params(8, 3, 10, 3, 0.3, 2);

    private final AnomalyMonitor monitor = new AnomalyMonitor("anomaly_monitor", PARAMS);

    @Test
    void tellsAJumpOfTheLossOnceWhileItLasts() {
        ReplayRun run = batches(1.0, 1.1, 0.9, 1.0, 1.1, 0.9, 50.0, 60.0, 1.0, 70.0);

        assertThat(alerts(run)).extracting(Alert::kind).containsExactly("loss_spike", "loss_spike");
        assertThat(run.told()).extracting(ReplayRun.Told::step).containsExactly(7L, 10L);
    }

    @Test
    void saysHowFarTheJumpIsFromWhatWasUsual() {
        assertThat(alerts(batches(1.0, 1.1, 0.9, 1.0, 1.1, 0.9, 50.0)).get(0).message())
                .isEqualTo("the loss is 50.0, 331.0 deviations above the median 1.0");
    }

    @Test
    void ordinaryNoiseIsNoJump() {
        assertThat(alerts(batches(1.0, 1.3, 0.8, 1.1, 0.7, 1.2, 1.5, 0.9, 1.6, 1.0)))
                .isEmpty();
    }

    @Test
    void theFirstBatchesAreNotJudged() {
        assertThat(alerts(batches(0.1, 50.0, 0.1, 60.0))).isEmpty();
    }

    @Test
    void aLossThatIsNotFiniteIsToldOnce() {
        assertThat(alerts(batches(1.0, Double.NaN, Double.NaN, Double.POSITIVE_INFINITY)))
                .extracting(Alert::kind)
                .containsExactly("loss_not_finite");
    }

    @Test
    void aLossThatGrowsStepByStepDiverges() {
        double[] losses = new double[60];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = Math.pow(1.05, i);
        }

        assertThat(alerts(batches(losses))).extracting(Alert::kind).contains("divergence");
    }

    @Test
    void aMetricThatDoesNotMoveIsDeadUnlessItIsTheLearningRate() {
        List<Map<String, Double>> epochs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            epochs.add(logs("loss", 1.0 / (i + 1), "accuracy", 0.1, "learning_rate", 0.1));
        }

        assertThat(alerts(epochs(epochs)))
                .containsExactly(new Alert("anomaly_monitor", "dead_metric", "accuracy has been 0.1 for 3 epochs"));
    }

    @Test
    void aValidationLossThatLeavesTheTrainingLossBehindIsOverfitting() {
        List<Map<String, Double>> epochs = List.of(
                logs("loss", 1.0, "val_loss", 1.1),
                logs("loss", 0.8, "val_loss", 1.0),
                logs("loss", 0.6, "val_loss", 1.1),
                logs("loss", 0.5, "val_loss", 1.2),
                logs("loss", 0.4, "val_loss", 1.3));

        assertThat(alerts(epochs(epochs)))
                .containsExactly(new Alert(
                        "anomaly_monitor",
                        "overfitting",
                        "val_loss 1.2 is above loss 0.5 and has been no better than 1.0 for 2 epochs"));
        assertThat(monitor.explain(epochs(epochs))).isEqualTo("1 alerts so far; now: overfitting");
    }

    @Test
    void aGapThatStillShrinksIsNone() {
        List<Map<String, Double>> epochs = new ArrayList<>();
        for (int i = 1; i < 8; i++) {
            epochs.add(logs("loss", 0.1 / i, "val_loss", 1.0 / i));
        }

        assertThat(alerts(epochs(epochs))).isEmpty();
    }

    @Test
    void remembersEverythingInItsState() {
        ReplayRun run = batches(1.0, 1.1, 0.9, 1.0, 1.1, 0.9, 50.0);
        alerts(run);
        AnomalyMonitor other = new AnomalyMonitor("other", PARAMS);
        other.onTrainBegin(run);

        other.restore(monitor.state());

        assertThat(other.state()).isEqualTo(monitor.state());
    }

    private List<Alert> alerts(ReplayRun run) {
        run.train(List.of(monitor));
        return run.told().stream().map(told -> (Alert) told.detail()).toList();
    }

    private static ReplayRun batches(double... losses) {
        List<Map<String, Double>> batches = new ArrayList<>();
        for (double loss : losses) {
            batches.add(logs("loss", loss));
        }
        return new ReplayRun(
                new Recording(1, losses.length, 0.1, List.of(logs("loss", 1.0)), List.of(batches), List.of()));
    }

    private static ReplayRun epochs(List<Map<String, Double>> epochs) {
        return new ReplayRun(
                new Recording(epochs.size(), 1, 0.1, epochs, null, List.of(new Metric("accuracy", Direction.MAX))));
    }

    private static Map<String, Double> logs(Object... namesAndValues) {
        Map<String, Double> logs = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            logs.put((String) namesAndValues[i], (Double) namesAndValues[i + 1]);
        }
        return logs;
    }
}
