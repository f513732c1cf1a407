package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.CheckpointRemoved;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.spec.CheckedSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups are written when a callback asks for them, and taken away when newer ones are there. */
class BackupTest {

    @TempDir
    Path folder;

    private final CheckedSpec spec = Jobs.cnn(4, 8, Jobs.ADAM, 16);
    private final TrainingData data = Jobs.images(16, 0, "aa");
    private final List<Jobs.Told> told = new ArrayList<>();

    @Test
    void aNewBackupTakesThePlaceOfTheOneBeforeAndTheFinalCheckpointThatOfTheLast() {
        train(new EveryEpoch(-1, true));

        assertThat(Jobs.only(CheckpointSaved.class, told))
                .extracting(CheckpointSaved::name)
                .containsExactly("backup-2", "backup-4", "backup-6", "final");
        assertThat(Jobs.only(CheckpointRemoved.class, told))
                .extracting(CheckpointRemoved::name)
                .containsExactly("backup-2", "backup-4", "backup-6");
        assertThat(folder.resolve("checkpoints")).isDirectoryNotContaining("glob:**/backup-*");
    }

    /** Somebody forked from it, say. */
    @Test
    void aPinnedBackupStays() throws IOException {
        new CheckpointFolder(folder.resolve("checkpoints")).pin("backup-2");

        train(new EveryEpoch(-1, true));

        assertThat(Jobs.only(CheckpointRemoved.class, told))
                .extracting(CheckpointRemoved::name)
                .containsExactly("backup-4", "backup-6");
        assertThat(new CheckpointFolder(folder.resolve("checkpoints")).verify("backup-2"))
                .isNotNull();
    }

    @Test
    void thereIsNoneBesideAnotherCheckpointThatTrainingCanGoOnFrom() {
        train(new EveryEpoch(1, false));

        assertThat(Jobs.only(CheckpointSaved.class, told))
                .extracting(CheckpointSaved::name)
                .containsExactly("backup-2", "own", "backup-6", "final");
    }

    private void train(Callback callback) {
        Jobs.run(spec, data, List.of(callback), folder, null, told);
    }

    /** @param own the epoch after which another full checkpoint is asked for; -1 for none */
    private record EveryEpoch(int own, boolean clear) implements Callback {

        @Override
        public String name() {
            return "backup";
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            if (epoch == own) {
                run.saveCheckpoint(new CheckpointRequest("own", false, false, Map.of(), name()));
            }
            run.backUp(1, name());
        }

        @Override
        public void onTrainEnd(Logs logs, Run run) {
            if (clear) {
                run.removeBackups();
            }
        }
    }
}
