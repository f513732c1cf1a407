package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.MetricSpec;
import io.signalbox.spec.OptimizerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Going on from a checkpoint is as if nothing had happened, to the last bit. */
class ResumeTest {

    private static final int EPOCHS = 4;
    private static final int EXAMPLES = 50;
    private static final int BATCH = 8;

    /** A mean over batches, counts, and scores that are kept one by one. */
    private static final List<MetricSpec> METRICS = List.of(
            new MetricSpec.Accuracy(), new MetricSpec.TopK(2), new MetricSpec.F1(null), new MetricSpec.Auc("ovr"));

    @TempDir
    Path folder;

    /** Where the checkpoint is taken: the end of a batch, or of an epoch for batch -1. */
    static Stream<Arguments> places() {
        return Stream.of(
                Arguments.of("in the middle of an epoch", Jobs.ADAM, 1, 2),
                Arguments.of("after the last batch of an epoch", Jobs.ADAM, 1, 6),
                Arguments.of("at the end of an epoch", Jobs.ADAM, 2, -1),
                Arguments.of("with momentum, in the first batch", Jobs.MOMENTUM, 0, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void goesOnBitForBit(String place, OptimizerSpec optimizer, int epoch, int batch) throws IOException {
        CheckedSpec spec = Jobs.cnn(EPOCHS, BATCH, optimizer, EXAMPLES, METRICS);
        TrainingData data = Jobs.images(EXAMPLES, 20, "aa");

        Recorder whole = new Recorder(epoch, batch);
        Jobs.run(spec, data, List.of(new Annealing(), whole), folder, null, new ArrayList<>());
        byte[] weights = Files.readAllBytes(folder.resolve("checkpoints/final/model.safetensors"));
        byte[] moments = Files.readAllBytes(folder.resolve("checkpoints/final/optimizer.safetensors"));
        String state = Files.readString(folder.resolve("checkpoints/final/state.json"));

        List<Jobs.Told> told = new ArrayList<>();
        Recorder resumed = new Recorder(-1, -1);
        Jobs.run(spec, data, List.of(new Annealing(), resumed), folder, "taken", told);

        assertThat(Files.readAllBytes(folder.resolve("checkpoints/final/model.safetensors")))
                .isEqualTo(weights);
        assertThat(Files.readAllBytes(folder.resolve("checkpoints/final/optimizer.safetensors")))
                .isEqualTo(moments);
        assertThat(Files.readString(folder.resolve("checkpoints/final/state.json")))
                .isEqualTo(state);
        assertThat(resumed.lines).isNotEmpty();
        assertThat(whole.lines).endsWith(resumed.lines.toArray(String[]::new));
        assertThat(whole.lines.size() - resumed.lines.size()).isEqualTo(whole.linesWhenTaken);
        assertThat(told.get(0).detail())
                .isInstanceOfSatisfying(
                        TrainBegin.class,
                        begin -> assertThat(begin.resumedFrom()).isEqualTo("taken"));
        assertThat(told.get(0).step()).isEqualTo(whole.stepWhenTaken);
    }

    /** Keeps every number that it is shown, and asks for one checkpoint. */
    private static final class Recorder implements Callback {
        private final int epoch;
        private final int batch;
        final List<String> lines = new ArrayList<>();
        int linesWhenTaken;
        long stepWhenTaken;

        Recorder(int epoch, int batch) {
            this.epoch = epoch;
            this.batch = batch;
        }

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public void onTrainBatchEnd(int number, Logs logs, Run run) {
            lines.add(run.epoch() + "/" + number + " " + run.step() + " " + run.examples() + " " + logs + " "
                    + run.stepLogs() + " " + run.learningRate().value() + " "
                    + run.learningRate().owner());
            if (run.epoch() == epoch && number == batch) {
                take(run);
            }
        }

        @Override
        public void onTestEnd(Logs logs, Run run) {
            lines.add("test " + logs);
        }

        @Override
        public void onEpochEnd(int number, Logs logs, Run run) {
            lines.add(number + " " + logs);
            if (number == epoch && batch < 0) {
                take(run);
            }
        }

        private void take(Run run) {
            linesWhenTaken = lines.size();
            stepWhenTaken = run.step();
            run.saveCheckpoint(new CheckpointRequest("taken", false, false, Map.of(), name()));
        }
    }

    /** Halves the rate at every second epoch's begin and counts batches, to be kept in checkpoints. */
    private static final class Annealing implements Callback {
        private int batches;

        @Override
        public String name() {
            return "annealing";
        }

        @Override
        public void onTrainBegin(Run run) {
            batches = 0;
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            batches++;
            if (batches % 10 == 0) {
                run.learningRate().set(run.learningRate().scheduled() / 2, name());
            }
        }

        @Override
        public ObjectNode state() {
            return Callback.super.state().put("batches", batches);
        }

        @Override
        public void restore(ObjectNode state) {
            batches = state.get("batches").asInt();
        }
    }
}
