package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumeralsTest {

    @Property
    void readsEveryFloatAsJavaDoes(@ForAll int bits) {
        float value = Float.intBitsToFloat(bits);
        Assume.that(Float.isFinite(value));

        assertThat(parse(Float.toString(value))).isEqualTo(Double.parseDouble(Float.toString(value)));
    }

    @Property
    void readsDecimalsAsJavaDoes(@ForAll long digits, @ForAll @IntRange(min = 0, max = 25) int scale) {
        String text = BigDecimal.valueOf(digits, scale).toPlainString();

        assertThat(parse(text)).isEqualTo(Double.parseDouble(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "+1", ".5", "5.", "0005", "1e3", "1E-3", "-2.5e+2", "123456789012345678901"})
    void takesDecimalNotation(String text) {
        assertThat(parse(text)).isEqualTo(Double.parseDouble(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-", ".", "e3", "1e", "1e+", "1f", "1d", "0x1p3", "NaN", "1,5", "1 2", "1_000", "--1", "٣", "1.2.3"
            })
    void refusesWhatIsNoDecimalNumber(String text) {
        assertThat(parse(text)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inf", "-Infinity", "1e39", "-1e400", "+inf"})
    void tellsWhatNo32BitFloatHolds(String text) {
        assertThat(parse(text)).isInfinite();
    }

    private static double parse(String text) {
        char[] padded = ("9" + text + "9").toCharArray();
        return Numerals.parse(padded, 1, text.length());
    }
}
