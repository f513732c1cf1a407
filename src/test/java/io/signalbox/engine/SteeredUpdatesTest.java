package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CallbackException;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.event.EventDetail.TrainBegin;
import io.signalbox.spec.OptimizerSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callbacks change of updates, on a model whose updates can be computed by hand. */
class SteeredUpdatesTest {

    private static final float EXACT = 1e-6f;

    @TempDir
    Path folder;

    @TempDir
    Path other;

    @Test
    void scalesGradientsDownToANorm() {
        Line line = new Line(folder)
                .with(Line.callback("{'type': 'GradientClipping', 'clip_norm': 0.5}"))
                .train(1);

        // Both gradients are 6: each becomes 6 * 0.5 / (6 sqrt 2 + 1e-6).
        assertThat(line.weight("0.weight")).isCloseTo(2 - 0.1f * 0.35355335f, within(EXACT));
        assertThat(line.weight("0.bias")).isCloseTo(1 - 0.1f * 0.35355335f, within(EXACT));
    }

    @Test
    void leavesGradientsWithinTheNormAsTheyAre() {
        Line line = new Line(folder)
                .with(Line.callback("{'type': 'GradientClipping', 'clip_norm': 100}"))
                .train(1);

        assertThat(line.weight("0.weight")).isCloseTo(1.4f, within(EXACT));
    }

    @Test
    void boundsEachGradientByValueAfterTheNorm() {
        Line line = new Line(folder)
                .with(Line.callback("{'type': 'GradientClipping', 'clip_norm': 10, 'clip_value': 5}"))
                .train(-2);

        // 2 (-4 + 1) = -6 and 12: scaled by 10 / 13.416, to -4.472 and 8.944, then bounded.
        assertThat(line.weight("0.weight")).isCloseTo(1.5f, within(EXACT));
        assertThat(line.weight("0.bias")).isCloseTo(1.4472136f, within(EXACT));
    }

    @Test
    void boundsAfterTheOptimizersOwnBounds() {
        Line line = new Line(folder)
                .optimizer(new OptimizerSpec.Sgd(0.1, 0, 0, false, 0, null, 2.0))
                .with(Line.callback("{'type': 'GradientClipping', 'clip_norm': 1}"))
                .train(1);

        // 6 and 6 become 2 and 2, then 1 / sqrt 2 each.
        assertThat(line.weight("0.weight")).isCloseTo(2 - 0.070710678f, within(EXACT));
    }

    @Test
    void makesOneUpdateOfSeveralBatches() {
        Line several = new Line(folder)
                .epochs(2)
                .batchSize(2)
                .with(Line.callback("{'type': 'GradientAccumulation', 'steps': 2}"), new Rows())
                .train(1, 0.5f, -1, 0.25f, 2, 0.1f, 0.7f);
        Line large = new Line(other).epochs(2).batchSize(4).with(new Rows()).train(1, 0.5f, -1, 0.25f, 2, 0.1f, 0.7f);

        // The last group of an epoch has three examples, in batches of two and of one.
        assertThat(several.weight("0.weight")).isCloseTo(large.weight("0.weight"), within(EXACT));
        assertThat(several.weight("0.bias")).isCloseTo(large.weight("0.bias"), within(EXACT));
        assertThat(Jobs.only(TrainBegin.class, several.told).get(0).stepsPerEpoch())
                .isEqualTo(2);
        assertThat(rows(several)).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(rows(several).get(i).batch())
                    .isEqualTo(rows(large).get(i).batch());
            assertThat(rows(several).get(i).logs().get("loss"))
                    .isCloseTo(rows(large).get(i).logs().get("loss"), within(1e-5));
        }
    }

    @Test
    void accumulatesByEpoch() {
        Line line = new Line(folder)
                .epochs(3)
                .with(
                        Line.callback("{'type': 'GradientAccumulation', 'schedule': [{'epoch': 1, 'steps': 3}]}"),
                        new Rows())
                .train(1, 2, 3);

        assertThat(line.told.stream()
                        .filter(told -> told.detail() instanceof BatchEnd)
                        .map(Jobs.Told::epoch))
                .containsExactly(0, 0, 0, 1, 2);
    }

    @Test
    void leavesFrozenLayersAsTheyAreToTheBit() {
        OptimizerSpec decaying = new OptimizerSpec.Adamw(0.1, List.of(0.9, 0.999), 1e-8, 0.5, false, null, null);
        Line line = new Line(folder)
                .twoLayers()
                .epochs(3)
                .optimizer(decaying)
                .with(Line.callback("{'type': 'LayerFreezing', 'layers': ['0']}"))
                .train(1, 2);

        assertThat(line.weight("0.weight")).isEqualTo(2f);
        assertThat(line.weight("0.bias")).isEqualTo(1f);
        assertThat(line.weight("1.weight")).isNotEqualTo(3f);
        assertThat(line.optimizer("0.weight.exp_avg")).isZero();
    }

    @Test
    void freezesTensorsByPattern() {
        Line line = new Line(folder)
                .twoLayers()
                .with(Line.callback("{'type': 'LayerFreezing', 'layers': ['*.bias']}"))
                .train(1);

        assertThat(line.weight("0.bias")).isEqualTo(1f);
        assertThat(line.weight("1.bias")).isZero();
        // w: 2 * 9 * (3 * 1) = 54; v: 2 * 9 * 3 = 54.
        assertThat(line.weight("0.weight")).isCloseTo(2 - 5.4f, within(1e-5f));
        assertThat(line.weight("1.weight")).isCloseTo(3 - 5.4f, within(1e-5f));
    }

    @Test
    void beginsAfreshWithWhatThaws() {
        OptimizerSpec adam = new OptimizerSpec.Adam(0.01, List.of(0.9, 0.999), 1e-8, 0, false, null, null);
        Line line = new Line(folder)
                .twoLayers()
                .epochs(4)
                .optimizer(adam)
                .with(Line.callback("{'type': 'LayerFreezing', 'layers': ['0'],"
                        + " 'unfreeze': [{'epoch': 3, 'layers': ['0'], 'learning_rate_factor': 0.5}]}"))
                .train(1);

        // Adam's first step is the rate in the direction of the gradient, whatever its size: here half of it.
        assertThat(line.weight("0.weight")).isCloseTo(2 - 0.005f, within(EXACT));
        assertThat(line.weight("0.bias")).isCloseTo(1 - 0.005f, within(EXACT));
        assertThat(line.optimizer("0.weight.step")).isEqualTo(1f);
        assertThat(line.optimizer("step")).isEqualTo(4f);
        assertThat(Jobs.only(CallbackActed.class, line.told))
                .extracting(CallbackActed::message)
                .containsExactly("0.weight, 0.bias train from now on");
    }

    @Test
    void saysWhichParametersThereAre() {
        assertThatThrownBy(() -> new Line(folder)
                        .with(Line.callback("{'type': 'LayerFreezing', 'layers': ['7']}"))
                        .train(1))
                .isInstanceOf(CallbackException.class)
                .hasMessageContaining("'7' is nothing that is trained; trained are 0.weight, 0.bias");
    }

    @Test
    void measuresNormsBeforeClipping() {
        Line line = new Line(folder)
                .with(
                        Line.callback("{'type': 'GradientClipping', 'clip_norm': 0.001}"),
                        Line.callback("{'type': 'GradientMonitor', 'every': 2, 'per': 'parameter'}"))
                .train(3, 1, 1);

        List<MetricsLogged> measured = Jobs.only(MetricsLogged.class, line.told);
        assertThat(measured).hasSize(2);
        // 2 (6 + 1) = 14, and 3 times that.
        Map<String, Double> first = measured.get(0).logs();
        assertThat(first.get("gradient_norm.0.weight")).isCloseTo(42, within(1e-4));
        assertThat(first.get("gradient_norm.0.bias")).isCloseTo(14, within(1e-4));
        assertThat(first.get("gradient_norm")).isCloseTo(Math.sqrt(42 * 42 + 14 * 14), within(1e-4));
    }

    @Test
    void measuresTheGradientOfTheWholeGroup() {
        Line line = new Line(folder)
                .with(
                        Line.callback("{'type': 'GradientAccumulation', 'steps': 2}"),
                        Line.callback("{'type': 'GradientMonitor', 'every': 1, 'per': 'parameter'}"))
                .train(1, 2);

        // The mean of 6 and 10.
        assertThat(Jobs.only(MetricsLogged.class, line.told).get(0).logs().get("gradient_norm.0.bias"))
                .isCloseTo(8, within(1e-5));
    }

    @Test
    void warnsOnceWhenGradientsExplode() {
        Line line = new Line(folder)
                .optimizer(new OptimizerSpec.Sgd(1e-30, 0, 0, false, 0, null, null))
                .with(Line.callback("{'type': 'GradientMonitor', 'every': 1, 'explodes_above': 50}"))
                .train(1, 10, 10, 1, 1e30f);

        assertThat(Jobs.only(CallbackActed.class, line.told))
                .extracting(event -> event.level() + ": " + event.message())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("warning: the norm of all gradients is")
                                .contains("above 50"),
                        second -> assertThat(second).startsWith("info:").contains("within bounds again"),
                        third -> assertThat(third).contains("the norm of all gradients is inf"));
    }

    private static List<BatchEnd> rows(Line line) {
        return Jobs.only(BatchEnd.class, line.told);
    }

    /** Tells every update as History does. */
    private static final class Rows implements Callback {

        @Override
        public String name() {
            return "rows";
        }

        @Override
        public void onTrainBatchEnd(int batch, Logs logs, Run run) {
            run.emit(new BatchEnd(batch, run.stepLogs().toMap()));
        }
    }
}
