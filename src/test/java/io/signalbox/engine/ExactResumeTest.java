package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callbacks;
import io.signalbox.data.DatasetFolder;
import io.signalbox.data.DatasetInfo;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.torch.Processor;
import io.signalbox.harness.Fixtures;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.SpecCheck;
import io.signalbox.spec.SpecParser;
import io.signalbox.spec.model.ModelSpec;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whatever is trained: a run that dies again and again, between any two hooks, events or steps of the disk, and goes on each
 * time from the newest checkpoint that is whole, ends as one that nothing happened to, to the last bit: what it told, what its
 * callbacks decided, and every file of every checkpoint. Each life is on one of two processors, one of which has memory of its
 * own, as a graphics processor has it. {@code -Dsignalbox.seed=} lets it die at other moments.
 */
class ExactResumeTest {

    private static final int DEATHS = 10;

    private static final int EPOCHS = 4;
    private static final String LARGE = "too large to be kept often; its residual and depthwise blocks are there";
    private static final JsonMapper JSON = new JsonMapper();

    /** A dataset and a model on it. */
    private record Family(String dataset, String model) {}

    /** At least one of each type of model, small. */
    private static final List<Family> FAMILIES = List.of(
            new Family("table", "{type: mlp, hidden: [8], dropout: 0.2}"),
            new Family(
                    "table",
                    "{type: sequential, layers: [{type: dense, units: 8}, {type: batch_norm}, {type: silu},"
                            + " {type: dropout, rate: 0.3}, {type: dense, units: 3}]}"),
            new Family("numbers", "{type: mlp, hidden: [8, 4], activation: tanh, dropout: 0.1}"),
            new Family(
                    "images",
                    "{type: sequential, layers: [{type: conv2d, filters: 2, kernel: 5, stride: 3}, {type: batch_norm},"
                            + " {type: relu}, {type: residual, layers: [{type: depthwise_conv2d, kernel: 3, padding: 1},"
                            + " {type: batch_norm}]}, {type: global_avg_pool}, {type: dropout, rate: 0.3},"
                            + " {type: dense, units: 4}]}"),
            new Family("images", "{type: lenet}"),
            new Family("images", "{type: spectrogram_cnn, channels: [2, 4]}"),
            new Family("images", "{type: lstm_classifier, units: 6, layers: 2, bidirectional: true, dropout: 0.2}"),
            new Family("images", "{type: text_cnn, filters: 3, kernels: [3, 4]}"),
            new Family("images", "{type: transformer_classifier, layers: 1, heads: 2, width: 8}"),
            new Family("table", "{type: logistic}"),
            new Family("numbers", "{type: tabular_resnet}"),
            new Family("numbers", "{type: autoencoder}"),
            new Family("text", "{type: gpt, layers: 1, heads: 2, width: 8}"));

    /** Types that are not, each with why. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "resnet18",
            LARGE,
            "resnet34",
            LARGE,
            "resnet50",
            LARGE,
            "vgg_small",
            LARGE,
            "mobilenet_v2",
            LARGE,
            "torchscript",
            "needs a file: TorchscriptTest.goesOnBitForBit");

    /** What else is said of each dataset. */
    private static final Map<String, String> MORE = Map.of(
            "table",
            ", normalize: standard, class_weight: balanced",
            "images",
            ", normalize: standard, class_weight: balanced, augment: [{type: random_crop, padding: 3},"
                    + " {type: random_rotation, degrees: 10}, {type: cutout, size: 5}]",
            "numbers",
            ", normalize: standard",
            "text",
            ", tokens: {context: 8}");

    /** Ways to train, each with what makes going on hard. */
    private static final List<String> WAYS = List.of("""
            optimizer: {type: adam, learning_rate: 0.01}
            callbacks:
              - {type: ReduceLROnPlateau, monitor: val_loss, patience: 0, factor: 0.5}
              - {type: EMA, decay: 0.9, validate: true}
              - {type: EarlyStopping, monitor: val_loss, patience: 2, restore_best_weights: true}
              - {type: ModelCheckpoint, save_best_only: true, save_weights_only: true}
              - {type: ModelCheckpoint, filepath: "every-{epoch}"}
              - {type: CheckpointRetention, keep_last: 2}
              - {type: BackupAndRestore, save_freq: 3}
            """, """
            optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9}
            callbacks:
              - {type: LearningRateScheduler, by: step, schedule: {type: one_cycle, max_lr: 0.1}}
              - {type: GradientAccumulation, steps: 2}
              - {type: ModelCheckpoint, save_freq: 2, filepath: "at-{epoch}-{batch}"}
              - {type: CheckpointRetention, keep_last: 1, keep_every: 2}
              - {type: BackupAndRestore}
            """, """
            optimizer: {type: adamw, learning_rate: 0.01}
            callbacks:
              - {type: StochasticWeightAveraging, swa_lrs: 0.02, swa_epoch_start: 1}
              - {type: GradientClipping, clip_norm: 0.5}
              - {type: Rollback, save_freq: 3, spike_threshold: 1, window: 4, max_rollbacks: 3}
              - {type: CSVLogger}
            """, """
            optimizer: {type: rmsprop, learning_rate: 0.01}
            precision: bfloat16
            callbacks:
              - {type: SwapEMAWeights, ema_momentum: 0.9, swap_on_epoch: true}
              - {type: GradientMonitor, every: 2}
              - {type: LambdaCallback, when: "val_loss > best.val_loss", do: [{set_learning_rate: {factor: 0.5}},
                  {save_checkpoint: {}}]}
              - {type: BackupAndRestore, save_freq: 5, double_checkpoint: true}
            """);

    static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (int i = 0; i < FAMILIES.size(); i++) {
            all.add(Arguments.of(FAMILIES.get(i), i % WAYS.size(), Long.getLong("signalbox.seed", 0) + i));
        }
        return all.stream();
    }

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}, way {1}, seed {2}")
    @MethodSource("all")
    void endsAsIfNothingHadHappened(Family family, int way, long seed) throws IOException {
        Setting setting = setting(family, way);
        MortalRun whole = new MortalRun(setting.spec(), setting.data(), Files.createDirectory(folder.resolve("whole")));
        whole.liveFor(Long.MAX_VALUE, Processor.CPU);
        MortalRun killed =
                new MortalRun(setting.spec(), setting.data(), Files.createDirectory(folder.resolve("killed")));
        SplittableRandom random = new SplittableRandom(seed);

        int deaths = 0;
        while (!killed.liveFor(
                deaths < DEATHS ? random.nextLong(whole.moments() / 8) : Long.MAX_VALUE,
                random.nextBoolean() ? Processor.CPU_APART : Processor.CPU)) {
            deaths++;
        }

        assertThat(deaths).isEqualTo(DEATHS);
        same(killed.told(), whole.told());
        Map<String, String> files = killed.checkpoints();
        Map<String, String> expected = whole.checkpoints();
        assertThat(files.keySet()).isEqualTo(expected.keySet()).contains("final/model.safetensors");
        expected.forEach((file, content) -> assertThat(files.get(file)).as(file).isEqualTo(content));
    }

    /** Tells the first line that differs, for there are many. */
    private static void same(List<String> told, List<String> expected) {
        for (int i = 0; i < Math.min(told.size(), expected.size()); i++) {
            assertThat(told.get(i)).as("line %d", i).isEqualTo(expected.get(i));
        }
        assertThat(told).hasSameSizeAs(expected).isNotEmpty();
    }

    @Test
    void everyTypeOfModelIsThere() {
        assertThat(Binder.variantNames(ModelSpec.class))
                .filteredOn(type -> !ELSEWHERE.containsKey(type))
                .allSatisfy(type -> assertThat(FAMILIES)
                        .anySatisfy(
                                family -> assertThat(family.model()).containsPattern("^\\{type: " + type + "[,}]")));
    }

    private record Setting(CheckedSpec spec, TrainingData data) {}

    private Setting setting(Family family, int way) throws IOException {
        Path files = Files.createDirectory(folder.resolve("dataset"));
        DatasetInfo info = write(family.dataset(), files);
        CheckedSpec spec = SpecCheck.check(
                new SpecParser(new Callbacks()).parse(SpecParser.readYaml("""
                                seed: 3
                                epochs: %d
                                batch_size: 10
                                data: {dataset: %s, validation_split: 0.25%s}
                                model: %s
                                log_every: 1
                                %s""".formatted(
                                EPOCHS, family.dataset(), MORE.get(family.dataset()), family.model(), WAYS.get(way))
                        .getBytes(StandardCharsets.UTF_8))),
                info.schema(),
                null);
        TrainingData data = TrainingData.load(
                files, null, spec.spec().data(), 3, spec.spec().loss() instanceof LossSpec.CrossEntropy);
        return new Setting(spec, data);
    }

    private static DatasetInfo write(String dataset, Path folder) throws IOException {
        ObjectNode options = JSON.createObjectNode();
        if (dataset.equals("images")) {
            Path images = Files.write(folder.resolve("train-images-idx3-ubyte"), Fixtures.cornerImages(70, 5));
            Path labels = Files.write(folder.resolve("train-labels-idx1-ubyte"), Fixtures.cornerLabels(70, 5));
            return DatasetFolder.create(folder, dataset, "idx", options, List.of(images, labels));
        }
        if (dataset.equals("text")) {
            Path text = Files.writeString(folder.resolve("text.txt"), "the train waits, the signal falls. ".repeat(20));
            return DatasetFolder.create(folder, dataset, "text", options, List.of(text));
        }
        SplittableRandom random = new SplittableRandom(9);
        StringBuilder rows = new StringBuilder("a,b,kind,y\n");
        for (int row = 0; row < 70; row++) {
            double a = random.nextDouble();
            double b = random.nextDouble();
            String kind = random.nextBoolean() ? "x" : "z";
            int grade = (int) (3 * (a + b) / 2);
            rows.append(a).append(',').append(b).append(',').append(kind).append(',');
            rows.append(dataset.equals("table") ? "g" + grade : Double.toString(a * b))
                    .append('\n');
        }
        Path csv = Files.writeString(folder.resolve("rows.csv"), rows);
        return DatasetFolder.create(folder, dataset, "csv", options.put("target", "y"), List.of(csv));
    }
}
