package io.signalbox.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Metric;
import io.signalbox.spec.MetricSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WholeSetTest {

    private static final int CLASSES = 4;
    private static final List<MetricSpec> OF_CLASSES = List.of(
            new MetricSpec.Precision(null),
            new MetricSpec.Recall("weighted"),
            new MetricSpec.F1("micro"),
            new MetricSpec.TopK(2),
            new MetricSpec.Auc("ovr"),
            new MetricSpec.Auc("ovo"));

    @Property(tries = 50)
    void goesOnFromItsStateToTheLastBit(@ForAll long seed, @ForAll @IntRange(min = 0, max = 6) int batches) {
        SplittableRandom random = new SplittableRandom(seed);
        WholeSet whole = ofClasses();
        WholeSet first = ofClasses();
        WholeSet resumed = ofClasses();
        for (int i = 0; i < batches; i++) {
            Batch batch = batch(random);
            whole.add(batch);
            first.add(batch);
        }
        resumed.restore(first.state());
        Batch last = batch(random);
        whole.add(last);
        resumed.add(last);

        assertThat(values(resumed)).isEqualTo(values(whole));
        assertThat(resumed.state()).isEqualTo(whole.state());
    }

    @Property(tries = 20)
    void leavesOutTheLastBatch(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        WholeSet whole = ofClasses();
        whole.add(batch(random));
        List<Double> before = values(whole);
        whole.add(batch(random));
        whole.undo();

        assertThat(values(whole)).isEqualTo(before);
    }

    @Test
    void beginsAnewAfterAReset() {
        WholeSet whole = ofClasses();
        whole.add(batch(new SplittableRandom(1)));
        whole.reset();
        whole.add(batch(new SplittableRandom(2)));
        WholeSet other = ofClasses();
        other.add(batch(new SplittableRandom(2)));

        assertThat(values(whole)).isEqualTo(values(other));
    }

    @Test
    void takesLabelsOneByOne() {
        WholeSet whole = new WholeSet(
                List.of(
                        new MetricSpec.F1(null),
                        new MetricSpec.F1("macro"),
                        new MetricSpec.F1("micro"),
                        new MetricSpec.Auc("ovr")),
                new WholeSet.Shape(2, false));
        // First label: told 1 1 0, holds 1 1 0. Second: told 0 0 1, holds 0 1 1.
        whole.add(new Batch(new double[] {2, -1, 1, -2, -3, 4}, 2, new double[] {1, 0, 1, 1, 0, 1}));

        assertThat(whole.value("f1"))
                .as("of two labels alike, not of the second")
                .isCloseTo(5.0 / 6, within(1e-15));
        assertThat(whole.value("f1_macro")).isCloseTo(5.0 / 6, within(1e-15));
        assertThat(whole.value("f1_micro")).isCloseTo(6.0 / 7, within(1e-15));
        assertThat(whole.value("auc")).isCloseTo((1 + 0.5) / 2, within(1e-15));
    }

    @ParameterizedTest(name = "{0} for {1}: {2} of tokens, {3} of words")
    @CsvSource(
            nullValues = "-",
            value = {
                "the cat sat, the cat sat, 0, 0",
                "the cat sat, the bat sat, 0.09090909090909091, 0.3333333333333333",
                "the cat sat, thecat  sat, 0.18181818181818182, 0.6666666666666666",
                "kitten, sittin, 0.3333333333333333, 1",
                "a b c d, b c d e, 0.5714285714285714, 0.5"
            })
    void countsEditsOfTokensAndOfWords(String reference, String told, double cer, double wer) {
        WholeSet whole = new WholeSet(
                List.of(new MetricSpec.Cer(), new MetricSpec.Wer()),
                new WholeSet.Shape(128, true, reference.length(), token -> token == ' '));
        double[] scores = new double[told.length() * 128];
        for (int i = 0; i < told.length(); i++) {
            scores[i * 128 + told.charAt(i)] = 1;
        }
        whole.add(new Batch(scores, 128, reference.chars().asDoubleStream().toArray()));

        assertThat(whole.value("cer")).isCloseTo(cer, within(1e-15));
        assertThat(whole.value("wer")).isCloseTo(wer, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"kitten, sitting, 3", "flaw, lawn, 2", "intention, execution, 5", "'', abc, 3", "abc, '', 3"})
    void measuresLevenshteinsDistance(String one, String other, int distance) {
        assertThat(Edits.distance(letters(one), letters(other))).isEqualTo(distance);
    }

    @Test
    void everyMetricHasADirectionUnderItsName() {
        List<MetricSpec> all = new ArrayList<>(OF_CLASSES);
        all.addAll(List.of(
                new MetricSpec.Accuracy(),
                new MetricSpec.F1("binary"),
                new MetricSpec.Mae(),
                new MetricSpec.Rmse(),
                new MetricSpec.R2(),
                new MetricSpec.Wer(),
                new MetricSpec.Cer()));
        assertThat(all)
                .allSatisfy(spec -> assertThat(Metric.named(spec.name()).direction())
                        .isEqualTo(spec.rises() ? Metric.Direction.MAX : Metric.Direction.MIN));
    }

    private static List<Integer> letters(String text) {
        return text.chars().boxed().toList();
    }

    private static WholeSet ofClasses() {
        return new WholeSet(OF_CLASSES, new WholeSet.Shape(CLASSES, true));
    }

    private static Batch batch(SplittableRandom random) {
        int rows = 1 + random.nextInt(9);
        double[] outputs = new double[rows * CLASSES];
        Arrays.setAll(outputs, i -> (float) random.nextInt(5) / 3);
        double[] targets = new double[rows];
        Arrays.setAll(targets, i -> random.nextInt(CLASSES));
        return new Batch(outputs, CLASSES, targets);
    }

    private static List<Double> values(WholeSet set) {
        return OF_CLASSES.stream().map(spec -> set.value(spec.name())).toList();
    }
}
