package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Mailbox;
import io.signalbox.data.DatasetInfo;
import io.signalbox.data.SampleDatasets;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.Outcome;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.SpecCheck;
import io.signalbox.spec.SpecParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specs as users write them, on the datasets that ship with the service, through parser, check, data and callbacks. */
class SampleJobsTest {

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "sample-tabular | {type: mlp, hidden: [16], dropout: 0.1} | standard | val_accuracy",
                "sample-tabular | {type: sequential, layers: [{type: dense, units: 8}, {type: batch_norm}, {type: silu},"
                        + " {type: dense, units: 3}]} | minmax | val_accuracy",
                "sample-regression | {type: mlp, hidden: [16, 8], activation: tanh} | standard | val_mae",
                "sample-digits | {type: lenet} | none | val_accuracy",
                "sample-digits | {type: mlp, hidden: [16]} | standard | val_accuracy",
                "sample-digits | {type: autoencoder, hidden: [16]} | standard | val_mae",
                "sample-digits | {type: lstm, units: 16} | standard | val_accuracy",
                "sample-regression | {type: tabular_resnet, width: 16, hidden: 16} | standard | val_mae",
                "sample-tabular | {type: sequential, layers: [{residual: [{type: layer_norm}, {type: dense, units: 8}],"
                        + " shortcut: [{type: dense, units: 8, bias: false}]}, {type: dense, units: 3}]} | none"
                        + " | val_accuracy",
            })
    void trains(String dataset, String model, String normalize, String metric) throws IOException {
        Path data = Files.createDirectory(folder.resolve(dataset));
        DatasetInfo info = SampleDatasets.generate(dataset, data);
        Callbacks types = new Callbacks();
        CheckedSpec checked = SpecCheck.check(
                new SpecParser(types).parse(SpecParser.readYaml("""
                                seed: 3
                                epochs: 2
                                batch_size: 64
                                data: {dataset: %s, validation_split: 0.2, normalize: %s}
                                model: %s
                                callbacks:
                                  - {type: EarlyStopping, monitor: val_loss, patience: 5, restore_best_weights: true}
                                  - {type: ModelCheckpoint, monitor: val_loss, save_best_only: true}
                                """.formatted(dataset, normalize, model)
                        .getBytes(StandardCharsets.UTF_8))),
                info.schema(),
                null);
        TrainingData loaded = TrainingData.load(
                data, null, checked.spec().data(), 0, checked.spec().loss() instanceof LossSpec.CrossEntropy);
        List<Callback> callbacks = types.forRun(
                checked.spec().callbacks(), new Callbacks.Surroundings(new Mailbox(), 10, null, System::nanoTime));
        List<Jobs.Told> told = new ArrayList<>();

        Training.Result result = Jobs.run(checked, loaded, callbacks, folder, null, told);

        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        List<EpochEnd> epochs = Jobs.only(EpochEnd.class, told);
        assertThat(epochs).hasSize(2);
        assertThat(epochs.get(1).logs()).containsKeys("loss", "val_loss", metric);
        assertThat(epochs.get(1).logs().get("loss"))
                .isLessThan(epochs.get(0).logs().get("loss"));
        assertThat(checked.stepsPerEpoch()).isEqualTo((loaded.training().count() + 63) / 64);
        assertThat(folder.resolve("checkpoints/best/model.safetensors")).exists();
        assertThat(folder.resolve("checkpoints/restored/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("checkpoints/best/model.safetensors"));
    }
}
