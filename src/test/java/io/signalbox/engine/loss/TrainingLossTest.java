package io.signalbox.engine.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.LossSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each loss against its formula. */
class TrainingLossTest {

    private static final float[][] SCORES = {{0.2f, -1.1f, 0.7f}, {1.5f, 0.3f, -0.4f}, {-0.6f, 0.9f, 0.1f}, {0, 2, -1}};
    private static final float[] CLASSES = {2, 0, 0, 1};
    private static final float[] OTHERS = {1, 1, 0, 2};
    private static final float[] SHARES = {0.9f, 0.3f, 0.5f, 1};
    private static final float[] WEIGHTS = {0.5f, 2, 3};
    private static final List<Double> OWN = List.of(1.0, 0.2, 4.0);

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void multipliesTheLossOfEachExampleByTheWeightOfItsClassAsKerasDoes(double smoothing) {
        double expected = IntStream.range(0, SCORES.length)
                .mapToDouble(i -> WEIGHTS[(int) CLASSES[i]] * crossEntropy(i, (int) CLASSES[i], smoothing, null))
                .average()
                .orElseThrow();

        assertThat(loss(new LossSpec.CrossEntropy(smoothing, null), false, true))
                .isCloseTo(expected, within(1e-6));
    }

    @Test
    void multipliesByBothWeightsWhereTheLossHasItsOwn() {
        double sum = 0;
        double over = 0;
        for (int i = 0; i < SCORES.length; i++) {
            sum += WEIGHTS[(int) CLASSES[i]] * crossEntropy(i, (int) CLASSES[i], 0, OWN);
            over += OWN.get((int) CLASSES[i]);
        }

        assertThat(loss(new LossSpec.CrossEntropy(0, OWN), false, true)).isCloseTo(sum / over, within(1e-6));
    }

    @Test
    void blendsTheLossesOfBothTargets() {
        double sum = 0;
        double weighted = 0;
        for (int i = 0; i < SCORES.length; i++) {
            double own = crossEntropy(i, (int) CLASSES[i], 0, null);
            double other = crossEntropy(i, (int) OTHERS[i], 0, null);
            sum += SHARES[i] * own + (1 - SHARES[i]) * other;
            weighted +=
                    SHARES[i] * own * WEIGHTS[(int) CLASSES[i]] + (1 - SHARES[i]) * other * WEIGHTS[(int) OTHERS[i]];
        }

        assertThat(loss(new LossSpec.CrossEntropy(), true, false)).isCloseTo(sum / 4, within(1e-6));
        assertThat(loss(new LossSpec.CrossEntropy(), true, true)).isCloseTo(weighted / 4, within(1e-6));
    }

    @Test
    void weighsAndBlendsLabels() {
        float[][] labels = {{1}, {0}, {1}, {0}};
        float[][] others = {{0}, {0}, {1}, {1}};
        double weighted = 0;
        double blended = 0;
        for (int i = 0; i < labels.length; i++) {
            double own = binary(SCORES[i][0], labels[i][0]);
            weighted += WEIGHTS[(int) labels[i][0]] * own;
            blended += SHARES[i] * own + (1 - SHARES[i]) * binary(SCORES[i][0], others[i][0]);
        }

        assertThat(loss(new LossSpec.BceWithLogits(), firsts(), labels, others, false, true))
                .isCloseTo(weighted / 4, within(1e-6));
        assertThat(loss(new LossSpec.BceWithLogits(), firsts(), labels, others, true, false))
                .isCloseTo(blended / 4, within(1e-6));
    }

    @Test
    void blendsNumbersThemselves() {
        float[][] numbers = {{1}, {-2}, {0.5f}, {3}};
        float[][] others = {{0}, {4}, {1}, {1}};
        double squares = 0;
        for (int i = 0; i < numbers.length; i++) {
            double target = SHARES[i] * numbers[i][0] + (1 - SHARES[i]) * others[i][0];
            squares += Math.pow(SCORES[i][0] - target, 2);
        }

        assertThat(loss(new LossSpec.Mse(), firsts(), numbers, others, true, false))
                .isCloseTo(squares / 4, within(1e-6));
    }

    private static float[][] firsts() {
        return IntStream.range(0, SCORES.length)
                .mapToObj(i -> new float[] {SCORES[i][0]})
                .toArray(float[][]::new);
    }

    private static double crossEntropy(int example, int target, double smoothing, List<Double> own) {
        double sum = 0;
        for (float score : SCORES[example]) {
            sum += Math.exp(score);
        }
        double loss = 0;
        for (int i = 0; i < SCORES[example].length; i++) {
            double share = (i == target ? 1 - smoothing : 0) + smoothing / SCORES[example].length;
            loss -= share * (SCORES[example][i] - Math.log(sum)) * (own == null ? 1 : own.get(i));
        }
        return loss;
    }

    private static double binary(double score, double label) {
        double probability = 1 / (1 + Math.exp(-score));
        return -(label * Math.log(probability) + (1 - label) * Math.log(1 - probability));
    }

    private static double loss(LossSpec spec, boolean mixes, boolean weighted) {
        return loss(spec, SCORES, new float[][] {CLASSES}, new float[][] {OTHERS}, mixes, weighted);
    }

    private static double loss(LossSpec spec, float[][] z, float[][] y, float[][] u, boolean mixes, boolean weighted) {
        try (PtNDManager manager = Torch.open(1)) {
            boolean classes = spec instanceof LossSpec.CrossEntropy;
            HostTensor out = HostTensor.zeros(manager, DataType.FLOAT64, 1);
            Map<String, List<HostTensor>> lists = new HashMap<>();
            lists.put("given", List.of(tensor(manager, z), tensor(manager, y), tensor(manager, u)));
            lists.put("shares", List.of(HostTensor.of(manager, SHARES, SHARES.length, 1)));
            lists.put("class_weights", List.of(HostTensor.of(manager, WEIGHTS, WEIGHTS.length)));
            lists.put("out", List.of(out));
            StringBuilder source =
                    new StringBuilder("  def loss(self: " + Script.SELF + ", control: Tensor) -> List[Tensor]:\n");
            String target = classes ? "torch.reshape(torch.to(self.given[%d], 4), [-1])" : "self.given[%d]";
            List<String> lines = new ArrayList<>(List.of(
                    "z = self.given[0]",
                    "y = " + String.format(target, 1),
                    "u = " + String.format(target, 2),
                    "share = self.shares[0]"));
            lines.addAll(Objective.of(spec).loss(mixes, weighted));
            lines.add("torch.copy_(self.out[0], loss)");
            lines.add("return annotate(List[Tensor], [])");
            lines.forEach(line -> source.append("    ").append(line).append('\n'));
            HostTensor control = HostTensor.zeros(manager, DataType.FLOAT64, 1);
            try (Script script = Script.load(manager, lists, source.toString(), control)) {
                script.method("loss", false).call();
            }
            return out.memory().getDouble();
        }
    }

    private static HostTensor tensor(PtNDManager manager, float[][] rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        }
        return HostTensor.of(manager, all, rows.length, rows[0].length);
    }
}
