package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.spec.CheckedSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Averages of weights against PyTorch's and Keras' formulas, on a model whose weights are known after every update. */
class AveragedWeightsTest {

    private static final float EXACT = 1e-6f;

    /** Rows at which the rate of 0.1 does not make the model jump. */
    private static final float[] ROWS = {1, 0.5f, -1, 2};

    @TempDir
    Path folder;

    @TempDir
    Path other;

    @Test
    void averagesAsPyTorchDoes() {
        Line line = new Line(folder).with(new Trail(), Line.callback("{'type': 'EMA', 'decay': 0.9}"));
        line.train(ROWS);

        float average = trail(line, 1);
        for (int update = 2; update <= 4; update++) {
            average = 0.9f * average + 0.1f * trail(line, update);
        }
        assertThat(line.weight("EMA", "0.weight")).isCloseTo(average, within(EXACT));
        assertThat(line.weight("0.weight")).isEqualTo(trail(line, 4));
    }

    @Test
    void followsFasterAtFirstWithWarmUp() {
        Line line = new Line(folder).with(new Trail(), Line.callback("{'type': 'EMA', 'decay': 0.9, 'warmup': true}"));
        line.train(ROWS);

        float average = trail(line, 1);
        for (int update = 1; update < 4; update++) {
            float decay = (1f + update) / (10 + update);
            average = decay * average + (1 - decay) * trail(line, update + 1);
        }
        assertThat(line.weight("EMA", "0.weight")).isCloseTo(average, within(EXACT));
    }

    @Test
    void averagesEverySoManyUpdates() {
        Line line =
                new Line(folder).with(new Trail(), Line.callback("{'type': 'EMA', 'decay': 0.9, 'update_every': 2}"));
        line.train(ROWS);

        assertThat(line.weight("EMA", "0.weight"))
                .isCloseTo(0.9f * trail(line, 2) + 0.1f * trail(line, 4), within(EXACT));
    }

    @Test
    void validatesWithTheAverageIfAsked() {
        Epochs epochs = new Epochs();
        TrainingData data = Jobs.data(
                Jobs.rows(new float[][] {{1}, {0.5f}}, new float[][] {{0}, {0}}),
                Jobs.rows(new float[][] {{1}}, new float[][] {{0}}));
        Line line = new Line(folder)
                .with(new Trail(), Line.callback("{'type': 'EMA', 'decay': 0.5, 'validate': true}"), epochs)
                .train(data);

        double out = line.weight("EMA", "0.weight") + line.weight("EMA", "0.bias");
        assertThat(epochs.logs.get(0).get("val_loss").orElseThrow()).isCloseTo(out * out, within(1e-5));
        assertThat(line.weight("0.weight")).isEqualTo(trail(line, 2));
        assertThat(Jobs.only(CheckpointSaved.class, line.told))
                .filteredOn(saved -> saved.name().equals("EMA"))
                .singleElement()
                .satisfies(saved -> {
                    assertThat(saved.kind()).isEqualTo("weights");
                    assertThat(saved.metrics()).containsKey("val_loss");
                });
    }

    @Test
    void endsWithTheAverageAsKerasDoes() {
        Line line =
                new Line(folder).with(new Trail(), Line.callback("{'type': 'SwapEMAWeights', 'ema_momentum': 0.5}"));
        line.train(ROWS);

        float average = trail(line, 1);
        for (int update = 2; update <= 4; update++) {
            average = 0.5f * average + 0.5f * trail(line, update);
        }
        assertThat(line.weight("restored", "0.weight")).isCloseTo(average, within(EXACT));
        assertThat(line.weight("final", "0.weight")).isEqualTo(trail(line, 4));
    }

    @Test
    void overwritesTheWeightsByTheAverageAsOftenAsAsked() {
        Line line = new Line(folder)
                .with(
                        Line.callback("{'type': 'SwapEMAWeights', 'ema_momentum': 0.5, 'ema_overwrite_frequency': 2}"),
                        new Trail());
        line.train(1, 1);

        Line plain = new Line(other).with(new Trail());
        plain.train(1, 1);
        assertThat(line.weight("after-2", "0.weight"))
                .isCloseTo(0.5f * trail(plain, 1) + 0.5f * trail(plain, 2), within(EXACT));
    }

    @Test
    void givesTheAverageToOtherCallbacksAtEpochsEnds() {
        Line swapped = new Line(folder)
                .epochs(2)
                .with(
                        Line.callback("{'type': 'SwapEMAWeights', 'ema_momentum': 0.5, 'swap_on_epoch': true}"),
                        new Trail());
        swapped.train(1, 0.5f);
        Line plain = new Line(other).epochs(2).with(new Trail());
        plain.train(1, 0.5f);

        assertThat(swapped.weight("epoch-0", "0.weight"))
                .isCloseTo(0.5f * trail(plain, 1) + 0.5f * trail(plain, 2), within(EXACT));
        assertThat(trail(swapped, 4)).as("trained on with the weights").isEqualTo(trail(plain, 4));
    }

    @Test
    void averagesTheLastEpochsEqually() {
        Line line = new Line(folder)
                .epochs(5)
                .with(new Trail(), Line.callback("{'type': 'StochasticWeightAveraging', 'swa_epoch_start': 0.4}"));
        line.train(1, -0.5f);

        float mean = (trail(line, 6) + trail(line, 8) + trail(line, 10)) / 3;
        assertThat(line.weight("restored", "0.weight")).isCloseTo(mean, within(EXACT));
    }

    @Test
    void annealsTheRateAsSWALRDoes() {
        Rates rates = new Rates();
        new Line(folder)
                .epochs(6)
                .with(
                        Line.callback("{'type': 'StochasticWeightAveraging', 'swa_epoch_start': 2, 'swa_lrs': 0.05,"
                                + " 'annealing_epochs': 2}"),
                        rates)
                .train(1);

        // The initial rate is 0.1; half way along the cosine is half way.
        assertThat(rates.rates).containsExactly(0.1, 0.1, 0.1, 0.075, 0.05, 0.05);
    }

    @Test
    void estimatesStatisticsForTheAverageByAPassOverTheData() throws IOException {
        CheckedSpec spec = Jobs.cnn(2, 16, Jobs.ADAM, 48);
        TrainingData data = Jobs.images(48, 0, "aa");
        List<Callback> callbacks =
                List.of(Line.callback("{'type': 'StochasticWeightAveraging', 'swa_epoch_start': 1}"));
        Jobs.run(spec, data, callbacks, folder, null, new ArrayList<>());

        var restored = Safetensors.read(folder.resolve("checkpoints/restored/model.safetensors"));
        assertThat(restored.get("1.num_batches_tracked").data().getLong()).isEqualTo(3);
        // Batches of one size: the mean of their means is the mean of the set, of a convolution's output so that of
        // the mean picture.
        float[] mean = restored.get("1.running_mean").floats();
        float[] expected = meanOfConvolution(
                data, restored.get("0.weight").floats(), restored.get("0.bias").floats());
        for (int channel = 0; channel < mean.length; channel++) {
            assertThat(mean[channel]).isCloseTo(expected[channel], within(1e-4f));
        }
    }

    /** By hand: kernel 3, padding 1, over scaled pixels. */
    private static float[] meanOfConvolution(TrainingData data, float[] weight, float[] bias) {
        int side = Jobs.SIDE;
        double[] picture = new double[side * side];
        var pixels = data.training().features().duplicate();
        int count = data.training().count();
        for (int i = 0; i < count * side * side; i++) {
            picture[i % (side * side)] += ((pixels.get(i) & 0xff) - 127.5) / 127.5 / count;
        }
        float[] means = new float[bias.length];
        for (int channel = 0; channel < bias.length; channel++) {
            double sum = 0;
            for (int at = 0; at < side * side * 9; at++) {
                int row = at / 9 / side + at % 9 / 3 - 1;
                int column = at / 9 % side + at % 3 - 1;
                boolean inside = row >= 0 && row < side && column >= 0 && column < side;
                sum += inside ? weight[channel * 9 + at % 9] * picture[row * side + column] : 0;
            }
            means[channel] = (float) (sum / (side * side) + bias[channel]);
        }
        return means;
    }

    private static float trail(Line line, int update) {
        return line.weight("after-" + update, "0.weight");
    }

    /** Saves the weights after every update, and at every epoch's end. */
    private static final class Trail implements Callback {
        @Override
        public String name() {
            return "trail";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            run.saveCheckpoint(new CheckpointRequest("after-" + run.step(), true, false, Map.of(), name()));
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            run.saveCheckpoint(new CheckpointRequest("epoch-" + epoch, true, false, Map.of(), name()));
        }
    }

    private static final class Epochs implements Callback {
        final List<Logs> logs = new ArrayList<>();

        @Override
        public String name() {
            return "epochs";
        }

        @Override
        public void onEpochEnd(int epoch, Logs ofEpoch, Run run) {
            logs.add(Logs.of(ofEpoch.toMap()));
        }
    }

    private static final class Rates implements Callback {
        final List<Double> rates = new ArrayList<>();

        @Override
        public String name() {
            return "rates";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            rates.add(run.learningRate().value());
        }
    }
}
