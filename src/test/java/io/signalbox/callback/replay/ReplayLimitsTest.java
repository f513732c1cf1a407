package io.signalbox.callback.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.Log;
import io.signalbox.spec.CallbackSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ReplayLimitsTest {

    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private static Recording epochs(int count) {
        return new Recording(count, 1, 0.1, Collections.nCopies(count, Map.of("loss", 1.0)), null, List.of());
    }

    private static Replay.Outcome saveEach(int count, BooleanSupplier expired) {
        ObjectNode overwriting = NOTHING.deepCopy().put("filepath", "one").put("monitor", "loss");
        CallbackSpec spec = new CallbackSpec("ModelCheckpoint", "save", overwriting);
        return Replay.of(epochs(count), List.of(spec), Map.of(), expired);
    }

    @Test
    void aReplayThatTakesTooLongEndsWithAnError() {
        AtomicInteger batches = new AtomicInteger();

        Replay.Outcome outcome = saveEach(10, () -> batches.incrementAndGet() > 4);

        assertThat(outcome.result().epochsRun()).isEqualTo(2);
        assertThat(outcome.result().error()).isNotNull();
        assertThat(outcome.result().error().callback()).isNull();
        assertThat(outcome.result().error().detail()).contains("too long");
    }

    @Test
    void aTimelineThatIsFullSaysHowManyMoreEventsThereWere() {
        Replay.Outcome outcome = saveEach(Replay.MOST_EVENTS + 7, () -> false);

        assertThat(outcome.timeline()).hasSize(Replay.MOST_EVENTS + 1);
        assertThat(outcome.timeline().get(Replay.MOST_EVENTS).detail())
                .isInstanceOfSatisfying(
                        Log.class, log -> assertThat(log.message()).contains(" 7 more"));
        assertThat(outcome.result().checkpoints()).hasSize(Replay.MOST_EVENTS + 7);
    }

    @Test
    void moreCheckpointsThanItWritesAreAnErrorOfTheOneThatSaves() {
        Replay.Outcome outcome = saveEach(Replay.MOST_CHECKPOINTS + 1, () -> false);

        assertThat(outcome.result().checkpoints()).hasSize(Replay.MOST_CHECKPOINTS);
        assertThat(outcome.result().error()).isNotNull();
        assertThat(outcome.result().error().callback()).isEqualTo("save");
        assertThat(outcome.result().error().hook()).isEqualTo("on_epoch_end");
    }
}
