package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.callback.StopRequest;
import io.signalbox.checkpoint.CheckpointFolder;
import io.signalbox.checkpoint.Manifest;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.Training.Left;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.event.EventDetail.TrainEnd;
import io.signalbox.event.Outcome;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.MetricSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.model.LayerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {

    private static final int EXAMPLES = 60;

    @TempDir
    Path folder;

    private final List<Jobs.Told> told = new ArrayList<>();
    private final List<Logs> epochs = new ArrayList<>();

    @Test
    void learnsAndTellsOfItFromBeginToEnd() {
        CheckedSpec spec = Jobs.cnn(8, 16, Jobs.ADAM, EXAMPLES);

        Training.Result result = train(spec, Jobs.images(EXAMPLES, 30, "aa"), null, new Epochs());

        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(result.left()).isEqualTo(Left.NOT);
        assertThat(epochs).hasSize(8);
        assertThat(epochs.get(7).get("loss").orElseThrow())
                .isLessThan(epochs.get(0).get("loss").orElseThrow() / 2);
        assertThat(epochs.get(7).get("val_accuracy").orElseThrow()).isGreaterThan(0.9);
        assertThat(epochs.get(7).names()).containsExactly("loss", "accuracy", "val_loss", "val_accuracy");
        assertThat(told.get(0).detail()).isEqualTo(new TrainBegin(8, 4, 4 * 9 + 4 + 8 + 36 * 3 + 3, null));
        assertThat(told.get(told.size() - 1).detail())
                .isInstanceOfSatisfying(
                        TrainEnd.class, end -> assertThat(end.epochsRun()).isEqualTo(8));
        assertThat(saved("final")).satisfies(saved -> {
            assertThat(saved.kind()).isEqualTo("full");
            assertThat(saved.tags()).containsExactly("latest");
            assertThat(saved.metrics()).isEqualTo(epochs.get(7).toMap());
        });
    }

    @Test
    void namesTensorsAsPyTorchDoes() throws IOException {
        train(Jobs.cnn(1, 16, Jobs.ADAM, EXAMPLES), Jobs.images(EXAMPLES, 0, "aa"), null);

        Map<String, Tensor> weights = Safetensors.read(folder.resolve("checkpoints/final/model.safetensors"));
        assertThat(weights)
                .containsOnlyKeys(
                        "0.weight",
                        "0.bias",
                        "1.weight",
                        "1.bias",
                        "1.running_mean",
                        "1.running_var",
                        "1.num_batches_tracked",
                        "6.weight",
                        "6.bias");
        assertThat(weights.get("0.weight").shape()).containsExactly(4, 1, 3, 3);
        assertThat(weights.get("6.weight").shape()).containsExactly(3, 36);
        assertThat(weights.get("1.num_batches_tracked").data().getLong()).isEqualTo(4);
        assertThat(Safetensors.read(folder.resolve("checkpoints/final/optimizer.safetensors")))
                .containsKeys("step", "0.weight.exp_avg", "6.bias.exp_avg_sq");
    }

    @Test
    void repeatsItselfBitForBit(@TempDir Path other) throws IOException {
        CheckedSpec spec = Jobs.cnn(2, 16, Jobs.MOMENTUM, EXAMPLES);
        train(spec, Jobs.images(EXAMPLES, 0, "aa"), null);
        Jobs.run(spec, Jobs.images(EXAMPLES, 0, "aa"), List.of(), other, null, new ArrayList<>());

        assertThat(other.resolve("checkpoints/final/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("checkpoints/final/model.safetensors"));
    }

    @Test
    void countsEachBatchByItsSize() {
        // A rate of (nearly) zero keeps the weights: the loss of the epoch is that of the set, 5 rows in batches of 2.
        float[][] x = {{1}, {2}, {3}, {4}, {50}};
        float[][] y = {{0}, {0}, {0}, {0}, {0}};
        CheckedSpec spec = line(1, 2, 1e-30);

        train(spec, Jobs.data(Jobs.rows(x, y), Jobs.rows(x, y)), null, new Epochs());

        assertThat(epochs.get(0).get("loss").orElseThrow())
                .isCloseTo(epochs.get(0).get("val_loss").orElseThrow(), within(1e-4));
        assertThat(epochs.get(0).get("mae").orElseThrow())
                .isCloseTo(epochs.get(0).get("val_mae").orElseThrow(), within(1e-5));
    }

    @Test
    void usesTheRateInForceAtEachUpdate() throws IOException {
        float[][] x = {{1}, {1}};
        float[][] y = {{0}, {0}};
        Callback pin = new Hook() {
            @Override
            public void onTrainBatchBegin(int batch, Run run) {
                run.learningRate().override(batch == 0 ? 1e-30 : 0.5, null);
            }

            @Override
            public void onTrainBatchEnd(int batch, Logs logs, Run run) {
                run.saveCheckpoint(new CheckpointRequest("after-" + batch, true, false, Map.of(), name()));
            }
        };
        train(line(1, 1, 0.1), Jobs.data(Jobs.rows(x, y), null), null, pin);

        float[] first = weights("after-0");
        float[] second = weights("after-1");
        // d(wx + b)^2/dw = 2(w + b) at x = 1; half of it is w + b.
        assertThat(second[0]).isCloseTo(-weightsOf("after-0", "0.bias")[0], within(1e-6f));
        assertThat(first[0]).isNotEqualTo(second[0]);
    }

    @Test
    void goesOnWithALossThatIsNotANumber() {
        float[][] x = {{1e30f}, {1}};
        float[][] y = {{0}, {0}};
        Training.Result result = train(line(2, 1, 0.1), Jobs.data(Jobs.rows(x, y), null), null, new Epochs());

        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(epochs.get(1).get("loss").orElseThrow()).isNaN();
    }

    @Test
    void leavesAtOnceWhenAborted() {
        Callback abort = new Hook() {
            @Override
            public void onTrainBatchEnd(int batch, Logs logs, Run run) {
                run.saveCheckpoint(new CheckpointRequest("never", false, false, Map.of(), name()));
                run.stop(new StopRequest(Outcome.STOPPED_BY_COMMAND, "cancelled", name(), true, null, false));
            }

            @Override
            public void onTrainEnd(Logs logs, Run run) {
                throw new AssertionError("no hook is called after an abort");
            }
        };
        Training.Result result =
                train(Jobs.cnn(3, 16, Jobs.ADAM, EXAMPLES), Jobs.images(EXAMPLES, 0, "aa"), null, abort);

        assertThat(result).isEqualTo(new Training.Result(Outcome.STOPPED_BY_COMMAND, "cancelled", Left.CANCELLED));
        assertThat(folder.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void keepsTheWeightsThatTrainEndPutBackAsRestored() throws IOException {
        Callback best = new Hook() {
            @Override
            public void onEpochEnd(int epoch, Logs logs, Run run) {
                if (epoch == 0) {
                    run.snapshotWeights("best");
                    run.saveCheckpoint(new CheckpointRequest("first", true, false, Map.of(), name()));
                }
            }

            @Override
            public void onTrainEnd(Logs logs, Run run) {
                assertThat(run.restoreWeights("other")).isFalse();
                assertThat(run.restoreWeights("best")).isTrue();
            }
        };
        train(Jobs.cnn(3, 16, Jobs.ADAM, EXAMPLES), Jobs.images(EXAMPLES, 0, "aa"), null, best, new Epochs());

        assertThat(folder.resolve("checkpoints/restored/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("checkpoints/first/model.safetensors"));
        assertThat(saved("restored")).satisfies(saved -> {
            assertThat(saved.kind()).isEqualTo("weights");
            assertThat(saved.tags()).containsExactly("best");
            assertThat(saved.metrics()).isEqualTo(epochs.get(0).toMap());
        });
        assertThat(manifest("restored").facts().epoch()).isZero();
    }

    @Test
    void keepsSnapshotsOverAResume() throws IOException {
        CheckedSpec spec = Jobs.cnn(2, 16, Jobs.ADAM, EXAMPLES);
        Callback take = new Hook() {
            @Override
            public void onEpochEnd(int epoch, Logs logs, Run run) {
                if (epoch == 0) {
                    run.snapshotWeights("best");
                    run.saveCheckpoint(new CheckpointRequest("first", false, false, Map.of(), name()));
                }
            }
        };
        train(spec, Jobs.images(EXAMPLES, 0, "aa"), null, take);
        Callback restore = new Hook() {
            @Override
            public void onTrainEnd(Logs logs, Run run) {
                assertThat(run.restoreWeights("best")).isTrue();
            }
        };
        train(spec, Jobs.images(EXAMPLES, 0, "aa"), "first", restore);

        assertThat(folder.resolve("checkpoints/restored/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("checkpoints/first/model.safetensors"));
    }

    @Test
    void putsBestWeightsOfACheckpointBack() {
        List<Boolean> answers = new ArrayList<>();
        Callback callback = new Hook() {
            @Override
            public void onEpochEnd(int epoch, Logs logs, Run run) {
                run.saveCheckpoint(new CheckpointRequest("epoch-" + epoch, true, epoch == 1, Map.of(), name()));
            }

            @Override
            public void onTrainEnd(Logs logs, Run run) {
                answers.add(run.restoreFromCheckpoint("none"));
                answers.add(run.restoreFromCheckpoint("best"));
            }
        };
        train(Jobs.cnn(3, 16, Jobs.ADAM, EXAMPLES), Jobs.images(EXAMPLES, 0, "aa"), null, callback);

        assertThat(answers).containsExactly(false, true);
        assertThat(folder.resolve("checkpoints/restored/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("checkpoints/epoch-1/model.safetensors"));
        // A callback has named the best: what was put back does not take the name over.
        assertThat(saved("restored").tags()).isEmpty();
        assertThat(saved("epoch-1").tags()).containsExactly("best");
    }

    @Test
    void trainsOnWhenACheckpointCannotBeWritten() throws IOException {
        Files.writeString(folder.resolve("checkpoints"), "a file where the folder should be");

        Training.Result result =
                train(Jobs.cnn(2, 16, Jobs.ADAM, EXAMPLES), Jobs.images(EXAMPLES, 0, "aa"), null, new Epochs());

        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(epochs).hasSize(2);
        assertThat(Jobs.only(Log.class, told)).anySatisfy(log -> {
            assertThat(log.level()).isEqualTo("error");
            assertThat(log.message()).contains("'final'", "could not be written");
        });
    }

    @Test
    void staysStoppedWhenItIsKilledWhileItStops() {
        Callback stop = new Hook() {
            @Override
            public void onEpochEnd(int epoch, Logs logs, Run run) {
                run.saveCheckpoint(new CheckpointRequest("epoch-" + epoch, false, false, Map.of(), name()));
                run.stop(StopRequest.of(Outcome.EARLY_STOPPED, "enough", name()));
            }
        };
        CheckedSpec spec = Jobs.cnn(5, 16, Jobs.ADAM, EXAMPLES);
        train(spec, Jobs.images(EXAMPLES, 0, "aa"), null, stop);

        Training.Result again = train(spec, Jobs.images(EXAMPLES, 0, "aa"), "epoch-0", new Epochs());

        assertThat(again).isEqualTo(new Training.Result(Outcome.EARLY_STOPPED, "enough", Left.NOT));
        assertThat(epochs).isEmpty();
        assertThat(manifest("final").facts().epoch()).isZero();
        assertThat(manifest("final").facts().step()).isEqualTo(4);
    }

    @Test
    void refusesToGoOnOnAnotherDataset() {
        CheckedSpec spec = Jobs.cnn(1, 16, Jobs.ADAM, EXAMPLES);
        train(spec, Jobs.images(EXAMPLES, 0, "aa"), null);

        assertThatThrownBy(() -> train(spec, Jobs.images(EXAMPLES, 0, "bb"), "final"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other content");
    }

    @Test
    void beginsWithWeightsFromAFileAndSaysWhichDoNotFit() throws IOException {
        Path good = folder.resolve("good.safetensors");
        Safetensors.write(
                good,
                Map.of("0.weight", Tensor.of(new float[] {2}, 1, 1), "0.bias", Tensor.of(new float[] {1}, 1)),
                Map.of());
        Path bad = folder.resolve("bad.safetensors");
        Safetensors.write(
                bad,
                Map.of("0.weight", Tensor.of(new float[] {2, 2}, 1, 2), "9.bias", Tensor.of(new float[] {1}, 1)),
                Map.of());
        TrainingData data = Jobs.data(Jobs.rows(new float[][] {{3}}, new float[][] {{0}}), null);

        Training.run(setup(line(1, 1, 1e-30), data, null, good, List.of(new Epochs())));

        assertThat(epochs.get(0).get("loss").orElseThrow()).isEqualTo(49);
        assertThatThrownBy(() -> Training.run(setup(line(1, 1, 1e-30), data, null, bad, List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'0.weight' is F32[1, 2], the network's is F32[1, 1]")
                .hasMessageContaining("'0.bias' is missing")
                .hasMessageContaining("'9.bias' is not in the network");
    }

    @Test
    void saysInOneLineWhatPyTorchRefuses() {
        TrainingData data = Jobs.images(EXAMPLES, 0, "aa");
        data.training().target().putLong(8, 77);

        assertThatThrownBy(() -> train(Jobs.cnn(1, 16, Jobs.ADAM, EXAMPLES), data, null))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("77")
                .hasMessageNotContaining("\n");
    }

    @Test
    void measuresAWholeSetWhateverItsBatches() {
        List<MetricSpec> metrics =
                List.of(new MetricSpec.Precision("macro"), new MetricSpec.F1("weighted"), new MetricSpec.Auc("ovr"));
        for (int batchSize : List.of(EXAMPLES, 7)) {
            OptimizerSpec still = new OptimizerSpec.Sgd(0, 0, 0, false, 0, null, null);
            CheckedSpec spec = Jobs.spec(
                    List.of(new LayerSpec.Flatten(), new LayerSpec.Dense(Jobs.CLASSES, true)),
                    List.of(List.of(Jobs.SIDE * Jobs.SIDE), List.of(Jobs.CLASSES)),
                    List.of(1, Jobs.SIDE, Jobs.SIDE),
                    1,
                    batchSize,
                    new LossSpec.CrossEntropy(),
                    metrics,
                    still,
                    true,
                    EXAMPLES);
            train(spec, Jobs.images(EXAMPLES, 40, "aa"), null, new Epochs());
        }

        assertThat(epochs.get(0).names()).contains("precision_macro", "val_f1_weighted", "auc", "val_auc");
        for (String metric : List.of("precision_macro", "f1_weighted", "auc", "val_f1_weighted", "val_auc")) {
            assertThat(epochs.get(1).get(metric))
                    .as(metric)
                    .isEqualTo(epochs.get(0).get(metric));
        }
    }

    @Test
    void warmsUp() {
        Training.warmUp(1);
    }

    private Training.Result train(CheckedSpec spec, TrainingData data, String resumeFrom, Callback... callbacks) {
        return Training.run(setup(spec, data, resumeFrom, null, List.of(callbacks)));
    }

    private Training.Setup setup(
            CheckedSpec spec, TrainingData data, String resumeFrom, Path weights, List<Callback> callbacks) {
        return new Training.Setup(
                spec,
                data,
                callbacks,
                folder,
                resumeFrom,
                weights,
                (epoch, step, detail) -> told.add(new Jobs.Told(epoch, step, detail)));
    }

    /** One input, one output, squared error. */
    private static CheckedSpec line(int epochs, int batchSize, double rate) {
        return Jobs.spec(
                List.of(new LayerSpec.Dense(1, true)),
                List.of(List.of(1)),
                List.of(1),
                epochs,
                batchSize,
                new LossSpec.Mse(),
                List.of(new MetricSpec.Mae()),
                new OptimizerSpec.Sgd(rate, 0, 0, false, 0, null, null),
                false,
                1);
    }

    private CheckpointSaved saved(String name) {
        return Jobs.only(CheckpointSaved.class, told).stream()
                .filter(saved -> saved.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Manifest manifest(String name) {
        return new CheckpointFolder(folder.resolve("checkpoints")).verify(name);
    }

    private float[] weights(String checkpoint) throws IOException {
        return weightsOf(checkpoint, "0.weight");
    }

    private float[] weightsOf(String checkpoint, String tensor) throws IOException {
        return Safetensors.read(folder.resolve("checkpoints/" + checkpoint + "/model.safetensors"))
                .get(tensor)
                .floats();
    }

    private abstract static class Hook implements Callback {
        @Override
        public String name() {
            return "hook";
        }
    }

    /** Keeps the logs of every epoch. */
    private final class Epochs extends Hook {
        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            epochs.add(Logs.of(logs.toMap()));
        }
    }
}
