package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class RankCurvesTest {

    private static JsonNode drawn(RankCurves curves, int points) {
        return curves.toJson(JsonNodeFactory.instance.objectNode(), points);
    }

    /** The share of pairs of a positive and a negative that are told apart rightly. */
    private static double areaByPairs(double[] odds, boolean[] holds) {
        double right = 0;
        double pairs = 0;
        for (int i = 0; i < odds.length; i++) {
            for (int j = 0; j < odds.length; j++) {
                if (holds[i] && !holds[j]) {
                    pairs++;
                    right += odds[i] > odds[j] ? 1 : odds[i] == odds[j] ? 0.5 : 0;
                }
            }
        }
        return right / pairs;
    }

    @Test
    void theAreaIsTheShareOfPairsToldApart() {
        SplittableRandom random = new SplittableRandom(7);
        double[] odds = new double[300];
        boolean[] holds = new boolean[300];
        RankCurves curves = new RankCurves();
        for (int i = 0; i < odds.length; i++) {
            holds[i] = random.nextInt(3) == 0;
            odds[i] = random.nextGaussian() + (holds[i] ? 1 : 0);
            curves.add(odds[i], holds[i]);
        }

        assertThat(drawn(curves, 200).get("auc").asDouble()).isCloseTo(areaByPairs(odds, holds), within(1e-3));
    }

    @Test
    void averagePrecisionIsTheSumOverSteps() {
        RankCurves curves = new RankCurves();
        curves.add(4, true);
        curves.add(3, false);
        curves.add(2, true);
        curves.add(1, false);

        JsonNode drawn = drawn(curves, 200);

        assertThat(drawn.get("average_precision").asDouble()).isEqualTo((1 + 2.0 / 3) / 2);
        assertThat(drawn.get("auc").asDouble()).isEqualTo(0.75);
        assertThat(drawn.get("fpr").toString()).isEqualTo("[0.0,0.0,0.5,0.5,1.0]");
        assertThat(drawn.get("tpr").toString()).isEqualTo("[0.0,0.5,0.5,1.0,1.0]");
        assertThat(drawn.get("recall").toString()).isEqualTo("[0.0,0.5,0.5,1.0,1.0]");
        assertThat(drawn.get("precision").toString()).isEqualTo("[1.0,1.0,0.5,0.66667,0.5]");
    }

    @Test
    void aCurveOfManyScoresHasFewPoints() {
        SplittableRandom random = new SplittableRandom(7);
        RankCurves curves = new RankCurves();
        for (int i = 0; i < 20_000; i++) {
            curves.add(random.nextGaussian() * 5, random.nextBoolean());
        }

        JsonNode drawn = drawn(curves, 50);

        assertThat(drawn.get("fpr").size())
                .isLessThan(60)
                .isEqualTo(drawn.get("tpr").size());
        assertThat(drawn.get("fpr").get(drawn.get("fpr").size() - 1).asDouble()).isEqualTo(1);
        assertThat(drawn.get("tpr").get(drawn.get("tpr").size() - 1).asDouble()).isEqualTo(1);
    }

    @Test
    void withoutPositivesThereIsNoArea() {
        RankCurves curves = new RankCurves();
        curves.add(Double.NaN, false);
        curves.add(Double.POSITIVE_INFINITY, false);

        assertThat(drawn(curves, 50).get("auc").isNull()).isTrue();
    }
}
