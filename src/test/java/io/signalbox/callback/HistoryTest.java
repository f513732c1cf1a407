package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochBegin;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TestEnd;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final long SECOND = 1_000_000_000L;

    private long now;
    private final ScriptedRun run = ScriptedRun.of("val_loss", 0.75, 0.5).withSteps(5);

    /** A batch takes a second, a validation batch three. */
    private final class Time implements Callback {
        @Override
        public String name() {
            return "time";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run of) {
            now += SECOND;
        }

        @Override
        public void onTestBatchEnd(int batch, Logs logs, Run of) {
            now += 3 * SECOND;
        }
    }

    @Test
    void tellsEveryEpochWithItsTimeAndThroughput() {
        run.train(List.of(new Time(), new History(0, () -> now)));

        assertThat(run.told(EpochBegin.class)).hasSize(2);
        assertThat(run.told(TestEnd.class))
                .containsExactly(new TestEnd(Map.of("loss", 0.75)), new TestEnd(Map.of("loss", 0.5)));
        assertThat(run.told(EpochEnd.class))
                .containsExactly(
                        new EpochEnd(Map.of("loss", 1.0, "val_loss", 0.75), 8, 32),
                        new EpochEnd(Map.of("loss", 1.0, "val_loss", 0.5), 8, 32));
        assertThat(run.told(BatchEnd.class)).isEmpty();
    }

    @Test
    void tellsEveryFewStepsCountedOverTheJobWithTheRateOfTheUpdate() {
        run.train(List.of(new History(4, () -> now)));

        assertThat(run.told)
                .filteredOn(told -> told.detail() instanceof BatchEnd)
                .extracting(ScriptedRun.Told::step)
                .containsExactly(1L, 5L, 9L);
        assertThat(run.told(BatchEnd.class))
                .containsExactly(
                        new BatchEnd(0, Map.of("loss", 1.0, "learning_rate", 0.1)),
                        new BatchEnd(4, Map.of("loss", 5.0, "learning_rate", 0.1)),
                        new BatchEnd(3, Map.of("loss", 9.0, "learning_rate", 0.1)));
    }

    @Test
    void seesWhatOtherCallbacksAdded() {
        run.train(List.of(Schedulers.of("0.25"), new History(0, () -> now)));

        assertThat(run.told(EpochEnd.class))
                .allSatisfy(end -> assertThat(end.logs()).containsEntry("learning_rate", 0.25));
    }
}
