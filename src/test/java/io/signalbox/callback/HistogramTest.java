package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class HistogramTest {

    private static Histogram of(int bins, float... values) {
        return Histogram.of(FloatBuffer.wrap(values), bins);
    }

    @Test
    void countsInBinsOfEqualWidth() {
        Histogram histogram = of(4, 0, 0.5f, 1, 1, 2.5f, 4);

        assertThat(histogram.counts()).containsExactly(2, 2, 1, 1);
        assertThat(histogram.edge(0)).isZero();
        assertThat(histogram.edge(1)).isEqualTo(1);
        assertThat(histogram.edge(4)).isEqualTo(4);
        assertThat(histogram.mean()).isEqualTo(1.5);
    }

    @Test
    void whatIsNotFiniteIsCountedApart() {
        Histogram histogram = of(2, 1, Float.NaN, 3, Float.NEGATIVE_INFINITY);

        assertThat(histogram.counts()).containsExactly(1, 1);
        assertThat(histogram.notFinite()).isEqualTo(2);
        assertThat(histogram.mean()).isEqualTo(2);
        assertThat(histogram.deviation()).isEqualTo(1);
    }

    @Test
    void valuesThatAreAllAlikeAreInTheFirstBin() {
        assertThat(of(3, 7, 7).counts()).containsExactly(2, 0, 0);
        assertThat(of(3, Float.NaN).counts()).containsExactly(0, 0, 0);
    }
}
