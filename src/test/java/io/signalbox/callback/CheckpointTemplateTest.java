package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTemplateTest {

    private static final Map<String, Double> LOGS = Map.of(
            "val_loss", 0.125, "small", 1.23456e-7, "minus", -2.5, "nan", Double.NaN, "down", Double.NEGATIVE_INFINITY);

    /** Expected are what Python's {@code str.format} gives, and an underscore for what no name can hold. */
    @ParameterizedTest
    @CsvSource({
        "epoch-{epoch:03d}, epoch-005",
        "{epoch}-{batch:02d}, 5-08",
        "{epoch:02d}-{val_loss:.2f}.keras, 05-0.12",
        "{val_loss:.2f}, 0.12",
        "v1.2, v1.2",
        "best.weights.h5, best",
        "model.pt, model",
        ".keras, checkpoint.keras",
        "{val_loss}, 0.125",
        "{small}, 1.23456e-07",
        "{small:.2e}, 1.23e-07",
        "{small:.3g}, 1.23e-07",
        "{val_loss:g}, 0.125",
        "{val_loss:.1g}, 0.1",
        "x{minus:08.3f}, x-002.500",
        "{minus:.1f}, checkpoint-2.5",
        "{nan:08.3f}, 00000nan",
        "{down:08.3f}, checkpoint-0000inf",
        "a{epoch:3d}, a__5",
        "{epoch:.1f}, 5.0",
        "a{{run}}-{epoch}, a_run_-5",
        "{epoch:x>3}, xx5",
        "{epoch:_<4d}z, 5___z",
        "v{val_loss:.1%}, v12.5_",
        "{epoch:>3d}x{val_loss:+.1f}, 5x_0.1"
    })
    void fillsNamesAsPythonFormatsThem(String template, String expected) {
        assertThat(template).matches(CheckpointTemplate.PATTERN);

        assertThat(new CheckpointTemplate(template).fill(4, 7, LOGS)).isEqualTo(expected);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CheckpointTemplate("{acc:.2f}").fill(0, null, Map.of("loss", 1.0)))
                .withMessageContaining("'acc'")
                .withMessageContaining("loss");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CheckpointTemplate("{batch}").fill(0, null, Map.of()));
    }

    @Test
    void longNamesAreCut() {
        assertThat(new CheckpointTemplate("a".repeat(150)).fill(0, null, Map.of()))
                .hasSize(100);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1, 0.1",
        "1.0, 1.0, 1.0",
        "0.0001, 0.0001, 0.0001",
        "0.00001, 1e-05, 1e-05",
        "1.5e-9, 1.5e-09, 1.5e-09",
        "123456789, 123456789.0, 123457000.0",
        "1e16, 1e+16, 1e+16",
        "1.25e300, 1.25e+300, 1.25e+300",
        "-0.0, -0.0, -0.0",
        "0.333333333, 0.333333333, 0.333333",
        "NaN, nan, nan",
        "-Infinity, -inf, -inf"
    })
    void numbersAreWrittenAsPythonWritesThem(double value, String repr, String brief) {
        assertThat(Numbers.repr(value)).isEqualTo(repr);
        assertThat(Numbers.brief(value)).isEqualTo(brief);
    }
}
