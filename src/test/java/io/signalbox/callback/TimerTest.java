package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class TimerTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long SECOND = 1_000_000_000;

    private long now;
    private final LongSupplier clock = () -> now;

    @Test
    void stopsAtTheBatchEndAfterWhichAnotherWouldPassTheLimit() {
        ScriptedRun run = ScriptedRun.of("val_loss", 1, 2, 3).withSteps(4);

        run.train(List.of(passing(3, 0), Timer.timeLimit(LIMIT, clock)));

        assertThat(run.stopRequest().outcome()).isEqualTo(Outcome.TIME_LIMIT);
        assertThat(run.batchesRun).containsExactly(3);
        assertThat(run.stopped).hasSize(1);
        assertThat(now).isLessThanOrEqualTo(LIMIT.toNanos());
    }

    @Test
    void reckonsWithTheValidationThatClosesTheEpoch() {
        ScriptedRun run = ScriptedRun.of("val_loss", 1, 2, 3).withSteps(2);

        run.train(List.of(passing(1, 3), Timer.timeLimit(LIMIT, clock)));

        assertThat(run.batchesRun).containsExactly(2, 2);
        assertThat(now).isLessThanOrEqualTo(LIMIT.toNanos());
    }

    @Test
    void byEpochItStopsAtTheEpochEndAfterWhichAnotherWouldPassTheLimit() {
        ScriptedRun run = ScriptedRun.of("val_loss", 1, 2, 3, 4, 5).withSteps(2);

        run.train(List.of(passing(1, 1), new Timer("timer", new Timer.Params("10s", "epoch"), clock)));

        assertThat(run.batchesRun).containsExactly(2, 2, 2);
        assertThat(run.stopRequest().by()).isEqualTo("timer");
    }

    @Test
    void timeSpentBeforeACrashCounts() {
        ScriptedRun killed = ScriptedRun.of("val_loss", 1, 2, 3).withSteps(4).killedAt(3);
        try {
            killed.train(List.of(passing(2, 0), Timer.timeLimit(LIMIT, clock)));
        } catch (ScriptedRun.Killed e) {
            now += 1_000 * SECOND;
        }
        ScriptedRun run = ScriptedRun.of("val_loss", 1, 2, 3).withSteps(4);

        run.goOn(killed, List.of(passing(2, 0), Timer.timeLimit(LIMIT, clock)));

        assertThat(run.batchesRun).containsExactly(4, 1);
    }

    @Test
    void tellsWhatIsSpentAndWhatTheNextWillTake() {
        ScriptedRun run = ScriptedRun.of("val_loss", 1).withSteps(2);
        Timer timer = Timer.timeLimit(LIMIT, clock);

        run.train(List.of(passing(2, 1), timer));

        assertThat(timer.explain(run))
                .isEqualTo("5.0 s of 10 s are spent; stops when the next step, about 3.0 s, would pass that");
    }

    private Callback passing(int secondsOfStep, int secondsOfValidation) {
        return new Callback() {
            @Override
            public String name() {
                return "time";
            }

            @Override
            public void onTrainBatchEnd(int batch, Logs logs, Run run) {
                now += secondsOfStep * SECOND;
            }

            @Override
            public void onTestBatchEnd(int batch, Logs logs, Run run) {
                now += secondsOfValidation * SECOND;
            }
        };
    }
}
