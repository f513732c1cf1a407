package io.signalbox.callback;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Numbers as text, written as Python writes them, for files and names that Keras users know. */
public final class Numbers {

    /** Python's {@code repr} writes exponents from here on … */
    private static final int FIRST_LARGE_EXPONENT = 16;

    /** … and up to here. */
    private static final int LAST_SMALL_EXPONENT = -5;

    private static final double SMALL = 1e-3;

    private static final MathContext BRIEF = new MathContext(6, RoundingMode.HALF_EVEN);

    private Numbers() {}

    /** {@code repr(value)} of a Python float: {@code 0.1}, {@code 1e-05}, {@code nan}. */
    public static String repr(double value) {
        if (!Double.isFinite(value)) {
            return nonFinite(value);
        }
        if (value == 0) {
            return Double.toString(value);
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent <= LAST_SMALL_EXPONENT || exponent >= FIRST_LARGE_EXPONENT) {
            return scientific(decimal, decimal.precision() - 1);
        }
        String plain = decimal.toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    /** A number for a sentence: six digits at most. */
    static String brief(double value) {
        return Double.isFinite(value) && value != 0
                ? repr(new BigDecimal(value).round(BRIEF).doubleValue())
                : repr(value);
    }

    /** A metric as Keras' progress bar prints it: four digits after the point, with an exponent where it is small. */
    public static String progress(double value) {
        boolean small = value != 0 && Math.abs(value) <= SMALL;
        return String.format(Locale.ROOT, small ? "%.4e" : "%.4f", value);
    }

    /** {@code d.ddde-05}, with so many digits after the point. */
    static String scientific(BigDecimal value, int digits) {
        BigDecimal rounded = value.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String mantissa = rounded.scaleByPowerOfTen(-exponent)
                .setScale(digits, RoundingMode.UNNECESSARY)
                .toPlainString();
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    static String nonFinite(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        return value > 0 ? "inf" : "-inf";
    }

    /** Keeps a number, not finite or absent ones too, in a callback's state. */
    static void put(ObjectNode state, String name, @Nullable Double value) {
        if (value != null) {
            state.put(name, value.toString());
        }
    }

    /** What {@link #put} kept. */
    static @Nullable Double get(ObjectNode state, String name) {
        JsonNode value = state.get(name);
        return value == null ? null : Double.valueOf(value.asString());
    }
}
