package io.signalbox.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.callback.StopRequest;
import io.signalbox.event.Outcome;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryLimitTest {

    private static final long LIMIT = 512L << 20;

    private final List<StopRequest> stops = new ArrayList<>();
    private long resident;
    private long now;
    private final MemoryLimit limit = new MemoryLimit(LIMIT, () -> resident, () -> now);

    /** A run of which nothing is asked but that it stop. */
    private final Run run = (Run) Proxy.newProxyInstance(
            Run.class.getClassLoader(), new Class<?>[] {Run.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("stop");
                return stops.add((StopRequest) arguments[0]);
            });

    private void batchEnds() {
        limit.onTrainBatchEnd(0, new Logs(), run);
    }

    @Test
    void trainsOnUpToTheLimit() {
        resident = LIMIT;
        batchEnds();

        assertThat(stops).isEmpty();
    }

    @Test
    void stopsInOrderAboveItAndKeepsACheckpoint() {
        resident = LIMIT + (1 << 20);
        batchEnds();

        assertThat(stops).singleElement().satisfies(stop -> {
            assertThat(stop.outcome()).isEqualTo(Outcome.MEMORY_LIMIT);
            assertThat(stop.save()).isTrue();
            assertThat(stop.abort()).isFalse();
            assertThat(stop.reason()).contains("holds 513 MiB", "512 MiB of resources.memory");
        });
    }

    @Test
    void asksTheSystemAFewTimesASecondOnly() {
        resident = LIMIT;
        batchEnds();
        resident = LIMIT + 1;
        now += Duration.ofMillis(199).toNanos();
        batchEnds();
        assertThat(stops).isEmpty();
        now += Duration.ofMillis(1).toNanos();
        batchEnds();

        assertThat(stops).hasSize(1);
    }
}
