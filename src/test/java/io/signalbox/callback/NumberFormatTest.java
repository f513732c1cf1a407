package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NumberFormatTest {

    /** Rows of kind, value, format and what Python 3's {@code format(value, spec)} gave for it. */
    @Test
    void writesNumbersAsPythonDoes() throws IOException {
        try (InputStream file = NumberFormatTest.class.getResourceAsStream("/callback/python-formats.json")) {
            JsonNode rows = JsonMapper.builder().build().readTree(file);
            assertThat(rows).hasSizeGreaterThan(1000);
            for (JsonNode row : rows) {
                assertThat(format(row))
                        .as(
                                "%s formatted as '%s'",
                                row.get(1).stringValue(), row.get(2).stringValue())
                        .isEqualTo(row.get(3).stringValue());
            }
        }
    }

    private static String format(JsonNode row) {
        NumberFormat format = NumberFormat.of(row.get(2).stringValue());
        String value = row.get(1).stringValue();
        boolean whole = row.get(0).stringValue().equals("int");
        format.check(whole);
        return whole ? format.format(Long.parseLong(value)) : format.format(number(value));
    }

    private static double number(String python) {
        return switch (python) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(python);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "x", "n", ".", "5.", "2f2", "{", "1000d", ".100f", "!r"})
    void refusesWhatIsNoFormatForANumber(String spec) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumberFormat.of(spec))
                .withMessageContaining("03d");
    }

    @Test
    void refusesFormatsThatTheKindOfNumberCannotHave() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumberFormat.of("d").check(false))
                .withMessageContaining(".2f");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumberFormat.of(".2").check(true))
                .withMessageContaining(".2");
    }
}
