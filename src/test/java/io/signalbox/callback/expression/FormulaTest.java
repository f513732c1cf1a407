package io.signalbox.callback.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.expression.Formula.Kind;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormulaTest {

    private static final Map<String, Object> VALUES = Map.of(
            "epoch",
            7L,
            "step",
            70L,
            "epochs",
            20L,
            "steps",
            200L,
            "steps_per_epoch",
            10L,
            "lr",
            0.1,
            "initial_lr",
            0.4,
            "val_loss",
            3.0,
            "best.val_loss",
            1.5);

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            lr                                           ; 0.1
            lr * 0.95                                    ; 0.095
            epoch < 10 ? lr : lr * 0.95                  ; 0.1
            lr * pow(0.5, double(epoch))                 ; 0.00078125
            lr * pow(0.5, epoch)                         ; 0.00078125
            initial_lr * pow(0.5, double(epoch / 3))     ; 0.1
            initial_lr * pow(0.5, floor(epoch / 3.0))    ; 0.1
            [0.4, 0.2, 0.1][epoch / 3]                   ; 0.1
            [0.4, 0.2, 0.1][min(epoch, 1)]               ; 0.2
            [1, 0.5][epoch % 2] * lr                     ; 0.05
            lr * 2 + epoch                               ; 7.2
            initial_lr / (1 + epoch)                     ; 0.05
            epoch - 0.5                                  ; 6.5
            -epoch * lr                                  ; -0.7
            epoch / 10                                   ; 0
            epoch >= 5 ? 1 : lr                          ; 1
            epoch >= 5 ? lr : -1                         ; 0.1
            lr == 1 ? 5 : 6                              ; 6
            max(lr, 1) + min(epoch, 3) + max(epoch, 0.5) ; 11
            cos(pi) + sin(0) + exp(0) + log(1) + sqrt(4) ; 2
            abs(-2.5) + floor(2.9)                       ; 4.5
            int(lr * 100.0) + size([1, 2])               ; 12
            double(step) / double(epochs * steps_per_epoch) ; 0.35
            double(step) / steps                         ; 0.35
            epoch in [3, 7] ? 0.1 : 0.2                  ; 0.1
            """)
    void computesWithIntsAndDoublesAlike(String text, double expected) {
        assertThat(Formula.of(text, Kind.NUMBER).number(VALUES)).isCloseTo(expected, within(1e-12));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            val_loss > 1.5 * best.val_loss && epoch > 5 ; true
            val_loss > 3                                ; false
            val_loss == 3                               ; true
            !(epoch != 7) || lr > 1                     ; true
            """)
    void decidesOnMetricsAndTheirBest(String text, boolean expected) {
        assertThat(Formula.ofMetrics(text, Kind.CONDITION).holds(VALUES)).isEqualTo(expected);
    }

    @Test
    void tellsTheMetricsInIt() {
        Formula formula = Formula.ofMetrics("val_loss > 1.5 * best.val_loss && epoch > 5 && pi > 3", Kind.CONDITION);

        assertThat(formula.metrics()).containsExactly("best.val_loss", "val_loss");
        assertThat(formula.names()).containsExactly("best.val_loss", "epoch", "pi", "val_loss");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            lr *                ; column 5: something is missing at the end
            lr ** 2             ; column 5: extraneous input '*'
            lr * epoc           ; column 6: there is no 'epoc'; there are epoch, step
            lr * (1 < 2)        ; column 4: there is no '*' of (double, bool)
            lr && true          ; column 4: there is no '&&' of (double, bool)
            epoch > 3           ; must give a number, gives bool
            'abc'               ; must give a number, gives string
            sine(lr)            ; column 5: undeclared reference to 'sine'; functions are double, int, size, abs
            [lr].map(x, x * 2.0)[0] ; there is no 'x'
            'a'.matches('a+') ? 1 : 2 ; undeclared reference to 'matches'
            timestamp('2026-01-01T00:00:00Z') ; undeclared reference to 'timestamp'
            """)
    void saysWhatIsWrongAndWhere(String text, String message) {
        assertThatThrownBy(() -> Formula.of(text, Kind.NUMBER))
                .isInstanceOf(FormulaException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aConditionMustNotBeANumber() {
        assertThatThrownBy(() -> Formula.ofMetrics("val_loss", Kind.CONDITION))
                .isInstanceOf(FormulaException.class)
                .hasMessage("must give true or false, gives double");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[0.1][epoch]", "1 / (epoch - 7)", "9223372036854775807 + epoch"})
    void whatHasNoValueNamesTheExpression(String text) {
        Formula formula = Formula.of(text, Kind.NUMBER);

        assertThatThrownBy(() -> formula.number(VALUES))
                .isInstanceOf(FormulaException.class)
                .hasMessageContaining("'" + text + "' has no value");
    }

    @Test
    void lengthAndNestingAreBounded() {
        assertThatThrownBy(() -> Formula.of("lr" + " + lr".repeat(200), Kind.NUMBER))
                .isInstanceOf(FormulaException.class);
        assertThatThrownBy(() -> Formula.of("(".repeat(400) + "lr" + ")".repeat(400), Kind.NUMBER))
                .isInstanceOf(FormulaException.class);
    }

    /** Nothing but a formula or a refusal, whatever is written. */
    @Property(tries = 500)
    void anyTextIsReadOrRefused(@ForAll @StringLength(max = 30) @CharRange(from = ' ', to = '~') String text) {
        try {
            Formula.ofMetrics(text, Kind.NUMBER);
        } catch (FormulaException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }
}
