package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class TimeLimitTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private long now;
    private final LongSupplier clock = () -> now;

    @Test
    void stopsAtTheFirstBatchEndAfterTheLimit() {
        ScriptedRun run = ScriptedRun.of("val_loss", 1, 2, 3).withSteps(4);

        run.train(List.of(passing(2), new TimeLimit(LIMIT, clock)));

        assertThat(run.stopRequest().outcome()).isEqualTo(Outcome.TIME_LIMIT);
        assertThat(run.batchesRun).containsExactly(4, 1);
        assertThat(run.stopped).hasSize(1);
    }

    @Test
    void timeSpentBeforeACrashCounts() {
        ScriptedRun killed = ScriptedRun.of("val_loss", 1, 2, 3).withSteps(4).killedAt(3);
        try {
            killed.train(List.of(passing(2), new TimeLimit(LIMIT, clock)));
        } catch (ScriptedRun.Killed e) {
            now += 1_000_000_000_000L;
        }
        ScriptedRun run = ScriptedRun.of("val_loss", 1, 2, 3).withSteps(4);

        run.goOn(killed, List.of(passing(2), new TimeLimit(LIMIT, clock)));

        assertThat(run.batchesRun).containsExactly(4, 1);
    }

    private Callback passing(int seconds) {
        return new Callback() {
            @Override
            public String name() {
                return "time";
            }

            @Override
            public void onTrainBatchEnd(int batch, Logs logs, Run run) {
                now += seconds * 1_000_000_000L;
            }
        };
    }
}
