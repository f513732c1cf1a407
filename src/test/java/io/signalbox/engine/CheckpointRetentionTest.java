package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of a real training's checkpoints stay on the disk. */
class CheckpointRetentionTest {

    private static final int EPOCHS = 6;

    /** The best is that of epoch 1, the second best of epoch 3. */
    private static final double[] SCORES = {5, 1, 4, 2, 6, 3};

    @TempDir
    Path folder;

    private final List<Jobs.Told> told = new ArrayList<>();
    private final TrainingData data = Jobs.images(24, 0, "aa");

    @Test
    void keepsTheNewest() {
        assertThat(train("{\"keep_last\": 2}")).containsExactlyInAnyOrder("e1", "e4", "e5");
    }

    @Test
    void keepsThoseOfEverySoManyEpochs() {
        assertThat(train("{\"keep_every\": 3}")).containsExactlyInAnyOrder("e1", "e2", "e5");
    }

    @Test
    void keepsTheBest() {
        assertThat(train("{\"keep_best\": 2, \"monitor\": \"score\", \"mode\": \"min\"}"))
                .containsExactlyInAnyOrder("e1", "e3");
    }

    @Test
    void keepsWhatAnyRuleKeeps() {
        assertThat(train("{\"keep_last\": 1, \"keep_best\": 1, \"monitor\": \"score\", \"mode\": \"max\"}"))
                .containsExactlyInAnyOrder("e1", "e4", "e5");
    }

    @Test
    void withinTheBudgetTheOldestGoFirst() {
        long size = sizeOfOne();

        List<String> kept = train("{\"max_bytes\": \"" + (4 * size + size / 2) / 1000 + " kB\"}");

        assertThat(kept).containsExactlyInAnyOrder("e1", "e4", "e5");
    }

    @Test
    void warnsOnceWhereWhatIsNeededIsMoreThanTheBudget() {
        assertThat(train("{\"max_bytes\": \"1kB\"}")).containsExactly("e1");
        assertThat(Jobs.only(CallbackActed.class, told))
                .extracting(CallbackActed::level)
                .containsExactly("warning");
    }

    @Test
    void removesEachWhenTheNextButOneIsTakenForThatInBetweenIsOnTheDiskThen() {
        train("{\"keep_last\": 2}");

        assertThat(Jobs.only(CheckpointRemoved.class, told))
                .extracting(CheckpointRemoved::name)
                .containsExactly("e0", "e2", "e3");
        assertThat(told)
                .filteredOn(event -> event.detail().equals(new CheckpointRemoved("e2")))
                .extracting(Jobs.Told::epoch)
                .containsExactly(5);
    }

    @Test
    void neverRemovesWhatIsPinned() throws IOException {
        CheckpointFolder checkpoints = new CheckpointFolder(folder.resolve("checkpoints"));
        checkpoints.pin("e0");

        assertThat(train("{\"keep_last\": 1}")).contains("e0");
    }

    private long sizeOfOne() {
        train("{\"keep_last\": 1}");
        return new CheckpointFolder(folder.resolve("checkpoints")).read("e5").bytes();
    }

    /** Names of the callbacks' checkpoints that are left. */
    private List<String> train(String params) {
        told.clear();
        List<Callback> callbacks = new ArrayList<>(RollbackTest.create("CheckpointRetention", params));
        callbacks.add(new Saver());
        Jobs.run(Jobs.cnn(EPOCHS, 8, Jobs.ADAM, 24), data, callbacks, folder, null, told);
        return new CheckpointFolder(folder.resolve("checkpoints"))
                .list().stream()
                        .map(Manifest::name)
                        .filter(name -> !name.equals("final"))
                        .toList();
    }

    /** Saves after every epoch; {@code best} names that of epoch 1. */
    private static final class Saver implements Callback {

        @Override
        public String name() {
            return "saver";
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            run.saveCheckpoint(
                    new CheckpointRequest("e" + epoch, false, epoch == 1, Map.of("score", SCORES[epoch]), name()));
        }
    }
}
