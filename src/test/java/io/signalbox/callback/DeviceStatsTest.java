package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.replay.Recording;
import io.signalbox.callback.replay.ReplayRun;
import io.signalbox.event.EventDetail.MetricsLogged;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceStatsTest {

    @Test
    void logsEachReadingOnceAtTheNextBatch() {
        ReplayRun run = new ReplayRun(new Recording(1, 3, 0.1, List.of(Map.of("loss", 1.0)), null, List.of()));
        DeviceStats stats = new DeviceStats("device", new DeviceStats.Params(1), () -> Map.of("rss_bytes", 7.0));

        run.train(List.of(readingBefore(1, stats), stats));

        assertThat(run.told())
                .filteredOn(told -> told.detail() instanceof MetricsLogged)
                .singleElement()
                .satisfies(told -> {
                    assertThat(told.step()).isEqualTo(2);
                    assertThat(told.detail()).isEqualTo(new MetricsLogged("device", Map.of("rss_bytes", 7.0)));
                });
    }

    @Test
    void aReplayReadsNothing() {
        ReplayRun run = new ReplayRun(new Recording(1, 3, 0.1, List.of(Map.of("loss", 1.0)), null, List.of()));

        run.train(List.of(new DeviceStats("device", new DeviceStats.Params(1), () -> {
            throw new AssertionError("read in a replay");
        })));

        assertThat(run.told()).isEmpty();
    }

    @Test
    void readsThisMachine() {
        assertThat(new DeviceReadings().read())
                .containsKeys("host_memory_free_bytes", "rss_bytes")
                .allSatisfy((name, value) -> assertThat(value).isFinite().isNotNegative());
    }

    @Test
    void readsWhatNvidiaTellsOfEachProcessorAndLeavesOutWhatItDoesNot() {
        assertThat(DeviceReadings.parse("0, 97, 1024, 61, 320.55\n1, 0, 3, [N/A], [N/A]\n"))
                .containsOnly(
                        Map.entry("gpu0_utilization_percent", 97.0),
                        Map.entry("gpu0_memory_bytes", 1024.0 * (1 << 20)),
                        Map.entry("gpu0_temperature_celsius", 61.0),
                        Map.entry("gpu0_power_watts", 320.55),
                        Map.entry("gpu1_utilization_percent", 0.0),
                        Map.entry("gpu1_memory_bytes", 3.0 * (1 << 20)));
    }

    private static Callback readingBefore(int batchToRead, DeviceStats stats) {
        return new Callback() {
            @Override
            public String name() {
                return "reader";
            }

            @Override
            public void onTrainBatchBegin(int batch, Run run) {
                if (batch == batchToRead) {
                    stats.read();
                }
            }
        };
    }
}
