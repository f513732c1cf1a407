package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Logs;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batch metrics become an epoch's as Keras' BaseLogger and its mean metrics make them: each example counts once. */
class MeansTest {

    private final Means means = new Means(List.of("loss", "accuracy"));

    @Test
    void aSmallLastBatchCountsByItsSize() {
        batch(0.5, 1.0, 32);
        batch(0.25, 0.75, 32);
        batch(4.0, 0.0, 4);

        assertThat(value("loss")).isCloseTo((0.5 * 32 + 0.25 * 32 + 4.0 * 4) / 68, within(1e-15));
        assertThat(value("accuracy")).isCloseTo((32 + 24) / 68.0, within(1e-15));
    }

    @Test
    void thereAreNoneBeforeTheFirstBatchAndAfterAReset() {
        assertThat(means.logs().names()).isEmpty();
        batch(1, 1, 8);
        means.reset();
        assertThat(means.logs().names()).isEmpty();
    }

    @Test
    void aLossThatIsNoNumberMakesTheEpochsOneNone() {
        batch(0.5, 1, 8);
        batch(Double.NaN, 1, 8);

        assertThat(value("loss")).isNaN();
        assertThat(value("accuracy")).isEqualTo(1);
    }

    @Test
    void goesOnFromWhatItKept() {
        batch(0.1, 0.7, 7);
        batch(Double.POSITIVE_INFINITY, 0.3, 3);
        Means other = new Means(List.of("loss", "accuracy"));
        other.restore(means.state());
        batch(0.2, 0.9, 5);
        other.add(0, 0.2, 5);
        other.add(1, 0.9, 5);
        other.count(5);

        assertThat(other.logs().toMap()).isEqualTo(means.logs().toMap());
    }

    private void batch(double loss, double accuracy, int size) {
        means.add(0, loss, size);
        means.add(1, accuracy, size);
        means.count(size);
    }

    private double value(String metric) {
        Logs logs = means.logs();
        return logs.get(metric).orElseThrow();
    }
}
