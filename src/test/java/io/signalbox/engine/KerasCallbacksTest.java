package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Mailbox;
import io.signalbox.callback.Run;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.CheckedSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Keras' callbacks on a real network, through a crash: what they wrote is what they write where nothing happened. */
class KerasCallbacksTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<CallbackSpec> SPECS = List.of(
            spec("TensorBoard", "{\"update_freq\":\"batch\"}"),
            spec("CSVLogger", "{}"),
            spec("ProgbarLogger", "{\"lines_per_epoch\":2}"),
            spec(
                    "ModelCheckpoint",
                    "{\"filepath\":\"{epoch:>3d}_{loss:+,.1f}\",\"save_weights_only\":true,\"monitor\":\"loss\"}"),
            spec("BackupAndRestore", "{\"save_freq\":3}"));

    /** Length, checksum, 24 bytes of an event, checksum. */
    private static final long VERSION_BYTES = 8 + 4 + 24 + 4;

    @TempDir
    Path folder;

    private final CheckedSpec job = Jobs.cnn(3, 8, Jobs.ADAM, 32);
    private final TrainingData data = Jobs.images(32, 16, "aa");
    private final List<Jobs.Told> told = new ArrayList<>();

    @Test
    void filesAfterACrashAreThoseOfAnUndisturbedRun() throws IOException {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        Path crashed = Files.createDirectory(folder.resolve("crashed"));
        Jobs.run(job, data, callbacks(), whole, null, new ArrayList<>());
        List<Callback> withCrash = callbacks();
        withCrash.add(new CrashAt(11));
        assertThatThrownBy(() -> Jobs.run(job, data, withCrash, crashed, null, told))
                .hasMessageContaining("crash");
        assertThat(Files.isDirectory(crashed.resolve("checkpoints/backup-9"))).isTrue();

        Jobs.run(job, data, callbacks(), crashed, "backup-9", told);

        assertThat(Files.readString(crashed.resolve("history.csv")))
                .isEqualTo(Files.readString(whole.resolve("history.csv")));
        // The same points, and the version that a second file begins with.
        assertThat(bytes(crashed, "train")).isEqualTo(bytes(whole, "train") + VERSION_BYTES);
        assertThat(bytes(crashed, "validation")).isEqualTo(bytes(whole, "validation") + VERSION_BYTES);
        assertThat(crashed.resolve("checkpoints")).isDirectoryNotContaining("glob:**/backup-*");
    }

    @Test
    void tellWhatTheyDo() {
        Jobs.run(job, data, callbacks(), folder, null, told);

        assertThat(Jobs.only(Log.class, told))
                .extracting(Log::message)
                .anyMatch(line -> line.matches("Epoch 1/3 - 2/4 - loss: [0-9.]+ - accuracy: [0-9.]+"));
        assertThat(Jobs.only(CheckpointSaved.class, told).stream()
                        .filter(saved -> saved.by().equals("ModelCheckpoint"))
                        .map(CheckpointSaved::name))
                .hasSize(3)
                .allMatch(name -> name.matches("[123]__[0-9]\\.[0-9]"));
        assertThat(Jobs.only(CallbackActed.class, told))
                .extracting(CallbackActed::level)
                .doesNotContain("warning");
    }

    private static List<Callback> callbacks() {
        return new ArrayList<>(
                new Callbacks().forRun(SPECS, new Callbacks.Surroundings(new Mailbox(), 1, null, System::nanoTime)));
    }

    private static CallbackSpec spec(String type, String params) {
        return new CallbackSpec(type, type, (ObjectNode) JSON.readTree(params));
    }

    private static long bytes(Path job, String series) throws IOException {
        try (Stream<Path> files = Files.list(job.resolve("tensorboard").resolve(series))) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private record CrashAt(long step) implements Callback {

        @Override
        public String name() {
            return "crash";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            if (run.step() == step) {
                throw new IllegalStateException("crash");
            }
        }
    }
}
