package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Callback;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.LearningRateTested;
import io.signalbox.spec.CheckedSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningRateFinderTest {

    @TempDir
    Path folder;

    @TempDir
    Path other;

    @Test
    void leavesNoTraceInTheTrainingAfterIt() throws IOException {
        CheckedSpec spec = Jobs.cnn(2, 8, Jobs.ADAM, 50);
        TrainingData data = Jobs.images(50, 20, "aa");
        List<Jobs.Told> told = new ArrayList<>();
        Callback finder = Line.callback("{'type': 'LearningRateFinder', 'min_lr': 1e-5, 'max_lr': 0.1}");

        Jobs.run(spec, data, List.of(finder), folder, null, told);
        Jobs.run(spec, data, List.of(), other, null, new ArrayList<>());

        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertThat(Files.readAllBytes(folder.resolve("checkpoints/final").resolve(file)))
                    .isEqualTo(Files.readAllBytes(
                            other.resolve("checkpoints/final").resolve(file)));
        }
        assertThat(Jobs.only(LearningRateTested.class, told)).singleElement().satisfies(test -> {
            assertThat(test.rates()).hasSameSizeAs(test.losses()).first().isEqualTo(1e-5);
            assertThat(test.applied()).isFalse();
            assertThat(test.suggestion()).isBetween(1e-5, 0.1);
        });
        assertThat(Jobs.only(LearningRateChanged.class, told)).isEmpty();
    }

    @Test
    void smoothsLossesAsLightningDoes() {
        Line line = new Line(folder)
                .with(Line.callback("{'type': 'LearningRateFinder', 'min_lr': 0.1, 'max_lr': 0.2,"
                        + " 'num_training_steps': 2, 'mode': 'linear'}"))
                .train(1, 1);

        LearningRateTested test = Jobs.only(LearningRateTested.class, line.told).get(0);
        assertThat(test.rates()).containsExactly(0.1, 0.2);
        // 9 at first; then 1.4 + 0.4, squared, of which the smoothed mean is (0.98 * 0.02 * 9 + 0.02 * 3.24) / (1 -
        // 0.98^2).
        assertThat(test.losses().get(0)).isCloseTo(9, within(1e-5));
        assertThat(test.losses().get(1)).isCloseTo((0.98 * 9 + 3.24) / 1.98, within(1e-5));
        assertThat(test.suggestion()).isNull();
    }

    @Test
    void endsWhenTheLossRunsAway() {
        Line line = new Line(folder)
                .with(Line.callback("{'type': 'LearningRateFinder', 'min_lr': 1, 'max_lr': 1000}"))
                .train(1, 1);

        assertThat(Jobs.only(LearningRateTested.class, line.told).get(0).losses())
                .hasSizeBetween(2, 50);
    }

    @Test
    void suggestsTheRateAtWhichTheLossFallsMostSteeplyAndTrainsWithItIfAsked() {
        Line line = new Line(folder)
                .with(Line.callback("{'type': 'LearningRateFinder', 'min_lr': 1e-6, 'max_lr': 1, 'apply': true}"))
                .train(1, 0.5f, -1, 2);

        LearningRateTested test = Jobs.only(LearningRateTested.class, line.told).get(0);
        int suggested = test.rates().indexOf(test.suggestion());
        assertThat(suggested).isGreaterThanOrEqualTo(10);
        List<Double> losses = test.losses();
        for (int i = 11; i < losses.size() - 2; i++) {
            assertThat(losses.get(suggested + 1) - losses.get(suggested - 1))
                    .isLessThanOrEqualTo(losses.get(i + 1) - losses.get(i - 1) + 1e-12);
        }
        assertThat(Jobs.only(LearningRateChanged.class, line.told))
                .singleElement()
                .satisfies(change -> assertThat(change.to()).isEqualTo(test.suggestion()));
    }
}
