package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Mailbox;
import io.signalbox.callback.Run;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.spec.AugmentSpec;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AugmentedTrainingTest {

    private static final int EXAMPLES = 30;

    private static final List<AugmentSpec> ALL = List.of(
            new AugmentSpec.RandomHorizontalFlip(0.5),
            new AugmentSpec.RandomCrop(1, "constant"),
            new AugmentSpec.RandomRotation(15, "bilinear"),
            new AugmentSpec.ColorJitter(0.2, 0.2, 0),
            new AugmentSpec.Cutout(2, 0.5),
            new AugmentSpec.GaussianNoise(0.05),
            new AugmentSpec.Mixup(0.3));

    @TempDir
    Path folder;

    @Test
    void trainsToTheSameBitsAgain() {
        assertThat(train("one", ALL, null)).isEqualTo(train("two", ALL, null));
    }

    @Test
    void changesTrainingAndNotValidation() {
        List<Map<String, Double>> plain = train("plain", List.of(), null);
        List<Map<String, Double>> augmented = train("augmented", ALL, null);

        assertThat(augmented.get(0).get("loss")).isNotEqualTo(plain.get(0).get("loss"));
        assertThat(augmented.get(0)).containsOnlyKeys(plain.get(0).keySet());
    }

    @Test
    void goesOnBitForBitFromTheMiddleOfAnEpoch() throws IOException {
        Path weights = folder.resolve("checkpoints/final/model.safetensors");
        Jobs.run(spec(ALL, null), data(), List.of(new Taking()), folder, null, new ArrayList<>());
        byte[] whole = Files.readAllBytes(weights);

        Jobs.run(spec(ALL, null), data(), List.of(), folder, "taken", new ArrayList<>());

        assertThat(Files.readAllBytes(weights)).isEqualTo(whole);
    }

    /** Has a checkpoint taken after the second batch of the second epoch. */
    private static final class Taking implements Callback {

        @Override
        public String name() {
            return "taking";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            if (run.epoch() == 1 && batch == 1) {
                run.saveCheckpoint(new CheckpointRequest("taken", false, false, Map.of(), name()));
            }
        }
    }

    @Test
    void tellsAfterEachEpochHowMuchWasDone() {
        List<Jobs.Told> told = new ArrayList<>();
        Jobs.run(spec(ALL, null), data(), callbacks(), folder, null, told);

        List<MetricsLogged> logged = Jobs.only(MetricsLogged.class, told);
        assertThat(logged).hasSize(2).allMatch(event -> event.by().equals("augment"));
        assertThat(logged.get(0).logs())
                .containsOnlyKeys(
                        "augment_random_horizontal_flip",
                        "augment_random_crop",
                        "augment_random_rotation",
                        "augment_color_jitter",
                        "augment_cutout",
                        "augment_mixup");
        assertThat(logged.get(0).logs()).isNotEqualTo(logged.get(1).logs());
        assertThat(Jobs.only(EpochEnd.class, told).get(0).logs())
                .containsOnlyKeys("loss", "accuracy", "val_loss", "val_accuracy");
    }

    @Test
    void weightsOfOneChangeNothingAndOthersDo() {
        JsonNode ones = new JsonMapper().readTree("[1, 1, 1]");
        JsonNode twos = new JsonMapper().readTree("[2, 2, 2]");

        double plain = train("plain", List.of(), null).get(0).get("loss");
        assertThat(train("ones", List.of(), ones).get(0).get("loss"))
                .isCloseTo(plain, org.assertj.core.api.Assertions.within(1e-4));
        List<Map<String, Double>> doubled = train("twos", List.of(), twos);
        assertThat(doubled.get(0).get("loss")).isGreaterThan(1.3 * plain);
        assertThat(doubled.get(0).get("val_loss")).isLessThan(1.3 * plain);
    }

    private List<Map<String, Double>> train(String name, List<AugmentSpec> augment, @Nullable JsonNode classWeight) {
        List<Jobs.Told> told = new ArrayList<>();
        Jobs.run(spec(augment, classWeight), data(), callbacks(), folder.resolve(name), null, told);
        return Jobs.only(EpochEnd.class, told).stream()
                .map(epoch -> Map.copyOf(epoch.logs()))
                .toList();
    }

    private static List<Callback> callbacks() {
        return new Callbacks().forRun(List.of(), new Callbacks.Surroundings(new Mailbox(), 10, null, System::nanoTime));
    }

    private static TrainingData data() {
        return Jobs.images(EXAMPLES, 9, "aa");
    }

    private static CheckedSpec spec(List<AugmentSpec> augment, @Nullable JsonNode classWeight) {
        CheckedSpec plain = Jobs.cnn(2, 8, Jobs.ADAM, EXAMPLES);
        JobSpec job = plain.spec();
        DataSpec data = new DataSpec(
                "toy", null, null, null, null, false, true, "none", null, null, null, classWeight, augment);
        JobSpec augmented = new JobSpec(
                job.name(),
                job.experiment(),
                job.tags(),
                job.seed(),
                job.epochs(),
                job.batchSize(),
                data,
                job.model(),
                job.loss(),
                job.metrics(),
                job.optimizer(),
                job.precision(),
                job.callbacks(),
                job.initialWeights(),
                job.resources(),
                job.priority(),
                job.retries(),
                job.logEvery());
        return new CheckedSpec(
                augmented,
                plain.input(),
                plain.outputs(),
                List.of("0", "1", "2"),
                plain.layers(),
                plain.summaries(),
                plain.parameters(),
                plain.trainingExamples(),
                plain.validationExamples(),
                plain.stepsPerEpoch(),
                plain.checkpointBytes(),
                plain.warnings());
    }
}
