package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.MetricsLogged;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThroughputMonitorTest {

    private static final long SECOND = 1_000_000_000;

    private long now;

    @Test
    void logsRatesOverTheWindowWithoutValidation() {
        ScriptedRun run = ScriptedRun.of("val_loss", 1, 1).withSteps(4);
        ThroughputMonitor monitor = monitor(4, 4);

        run.train(List.of(monitor, time(3)));

        assertThat(run.told(MetricsLogged.class))
                .extracting(MetricsLogged::logs)
                .containsExactly(
                        Map.of(
                                "examples_per_second",
                                128 / 7.0,
                                "batches_per_second",
                                4 / 7.0,
                                "wait_share",
                                1 - 4 / 7.0),
                        Map.of("examples_per_second", 16.0, "batches_per_second", 0.5, "wait_share", 0.5));
        assertThat(monitor.explain(run)).isEqualTo("16.0 examples per second over the last 4 steps");
    }

    @Test
    void forgetsWhatLeavesTheWindow() {
        ScriptedRun run = ScriptedRun.of("val_loss", 1).withSteps(4);

        run.train(List.of(monitor(1, 4), time(0)));

        assertThat(run.told(MetricsLogged.class).get(0).logs()).containsEntry("batches_per_second", 0.5);
    }

    private ThroughputMonitor monitor(int window, int logEvery) {
        return new ThroughputMonitor("speed", new ThroughputMonitor.Params(window, logEvery), () -> now);
    }

    /** An update takes a second, what comes between two updates another. */
    private Callback time(int secondsOfValidation) {
        return new Callback() {
            @Override
            public String name() {
                return "time";
            }

            @Override
            public void onTrainBatchBegin(int batch, Run run) {
                now += SECOND;
            }

            @Override
            public void onTrainBatchEnd(int batch, Logs logs, Run run) {
                now += SECOND;
            }

            @Override
            public void onTestBatchEnd(int batch, Logs logs, Run run) {
                now += secondsOfValidation * SECOND;
            }
        };
    }
}
