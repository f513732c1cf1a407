package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.data.TrainingData;
import io.signalbox.spec.CheckedSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A job with callbacks that act on the network goes on from any checkpoint as if nothing had happened, to the last bit. */
class SteeredResumeTest {

    private static final int EPOCHS = 4;
    private static final int EXAMPLES = 50;

    /** Of the files of a checkpoint. */
    private static final List<String> FILES = List.of("model.safetensors", "optimizer.safetensors", "state.json");

    @TempDir
    Path folder;

    static Stream<String> callbacks() {
        return Stream.of(
                "{'type': 'GradientClipping', 'clip_norm': 0.1}",
                "{'type': 'GradientMonitor', 'every': 3}",
                "{'type': 'GradientAccumulation', 'steps': 2}",
                "{'type': 'GradientAccumulation', 'steps': 1, 'schedule': [{'epoch': 2, 'steps': 3}]}",
                "{'type': 'LayerFreezing', 'layers': ['0-1'], 'freeze_statistics': true}",
                "{'type': 'LayerFreezing', 'layers': ['0', '1'], 'unfreeze': [{'epoch': 1, 'layers': ['1']},"
                        + " {'epoch': 2, 'layers': ['0.weight'], 'learning_rate_factor': 0.1}]}",
                "{'type': 'EMA', 'decay': 0.9, 'warmup': true, 'validate': true}",
                "{'type': 'SwapEMAWeights', 'swap_on_epoch': true}",
                "{'type': 'SwapEMAWeights', 'ema_momentum': 0.9, 'ema_overwrite_frequency': 5}",
                "{'type': 'StochasticWeightAveraging', 'swa_lrs': 0.02, 'swa_epoch_start': 1, 'annealing_epochs': 2}",
                "{'type': 'LearningRateFinder', 'min_lr': 1e-4, 'max_lr': 0.1, 'apply': true}");
    }

    @ParameterizedTest
    @MethodSource("callbacks")
    void goesOnBitForBit(String callback) throws IOException {
        CheckedSpec spec = Jobs.cnn(EPOCHS, 8, Jobs.ADAM, EXAMPLES);
        TrainingData data = Jobs.images(EXAMPLES, 20, "aa");
        Saver saver = new Saver();
        Jobs.run(spec, data, List.of(Line.callback(callback), saver), folder, null, new ArrayList<>());
        List<byte[]> uninterrupted = contents();
        List<String> lines = List.copyOf(saver.lines);

        for (String checkpoint : saver.saved) {
            Saver resumed = new Saver();
            Jobs.run(spec, data, List.of(Line.callback(callback), resumed), folder, checkpoint, new ArrayList<>());
            List<byte[]> contents = contents();
            for (int i = 0; i < contents.size(); i++) {
                assertThat(contents.get(i))
                        .as("%s after %s", files().get(i), checkpoint)
                        .isEqualTo(uninterrupted.get(i));
            }
            assertThat(lines).endsWith(resumed.lines.toArray(String[]::new));
        }
    }

    private List<byte[]> contents() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files()) {
            contents.add(Files.readAllBytes(file));
        }
        return contents;
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String checkpoint : List.of("final", "restored", "EMA")) {
            Path of = folder.resolve("checkpoints").resolve(checkpoint);
            FILES.stream().map(of::resolve).filter(Files::exists).forEach(files::add);
        }
        Path snapshot = folder.resolve("checkpoints/final/snapshot-0.safetensors");
        if (Files.exists(snapshot)) {
            files.add(snapshot);
        }
        return files;
    }

    /** Asks for checkpoints in the middle and at the ends of epochs, and keeps what it is shown. */
    private static final class Saver implements Callback {
        final List<String> saved = new ArrayList<>();
        final List<String> lines = new ArrayList<>();

        @Override
        public String name() {
            return "saver";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            lines.add(run.epoch() + "/" + batch + " " + run.step() + " " + run.examples() + " " + logs + " "
                    + run.stepLogs() + " " + run.learningRate().value());
            if (batch == 1) {
                save("middle-" + run.epoch(), run);
            }
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            lines.add(epoch + " " + logs);
            save("end-" + epoch, run);
        }

        private void save(String name, Run run) {
            saved.add(name);
            run.saveCheckpoint(new CheckpointRequest(name, false, false, Map.of(), name()));
        }
    }
}
