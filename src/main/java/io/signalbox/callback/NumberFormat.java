package io.signalbox.callback;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Python's format specification for numbers: {@code [[fill]align][sign][0][width][grouping][.precision][type]} with the
 * types {@code d e E f F g G %}.
 */
record NumberFormat(
        char fill,
        char align,
        char sign,
        int width,
        String grouping,
        @Nullable Integer precision,
        char type) {

    private static final Pattern SPEC =
            Pattern.compile("(?:(.)?([<>=^]))?([-+ ]?)(0?)([0-9]{0,2})([,_]?)(?:\\.([0-9]{1,2}))?([a-zA-Z%]?)");
    private static final int FILL = 1;
    private static final int ALIGN = 2;
    private static final int SIGN = 3;
    private static final int ZERO = 4;
    private static final int WIDTH = 5;
    private static final int GROUPING = 6;
    private static final int PRECISION = 7;
    private static final int TYPE = 8;

    private static final char NONE = 0;
    private static final String TYPES = "deEfFgG%";
    private static final int DEFAULT_PRECISION = 6;
    private static final int GROUP = 3;
    private static final int SMALLEST_PLAIN_EXPONENT = -4;

    /** @throws IllegalArgumentException saying what is wrong with it */
    static NumberFormat of(String spec) {
        Matcher parts = SPEC.matcher(spec);
        if (!parts.matches() || (!parts.group(TYPE).isEmpty() && !TYPES.contains(parts.group(TYPE)))) {
            throw new IllegalArgumentException("'" + spec + "' is no format for a number; use one such as 03d or .2f");
        }
        boolean zero = !parts.group(ZERO).isEmpty();
        String align = parts.group(ALIGN);
        String fill = parts.group(FILL);
        return new NumberFormat(
                fill == null ? (zero ? '0' : ' ') : fill.charAt(0),
                align == null ? (zero ? '=' : '>') : align.charAt(0),
                parts.group(SIGN).isEmpty() ? '-' : parts.group(SIGN).charAt(0),
                parts.group(WIDTH).isEmpty() ? 0 : Integer.parseInt(parts.group(WIDTH)),
                parts.group(GROUPING),
                parts.group(PRECISION) == null ? null : Integer.valueOf(parts.group(PRECISION)),
                parts.group(TYPE).isEmpty() ? NONE : parts.group(TYPE).charAt(0));
    }

    /** @throws IllegalArgumentException if only a number with a fraction can be written so, or only a whole one */
    void check(boolean whole) {
        if (whole && precision != null && (type == NONE || type == 'd')) {
            throw new IllegalArgumentException(
                    "a whole number has no digits after the point; leave ." + precision + " out");
        }
        if (!whole && type == 'd') {
            throw new IllegalArgumentException("a metric is no whole number; use a format such as .2f in place of d");
        }
    }

    String format(long value) {
        if (type != NONE && type != 'd') {
            return format((double) value);
        }
        return padded(value < 0, Long.toString(Math.abs(value)), "");
    }

    String format(double value) {
        boolean negative = Double.compare(value, 0.0) < 0;
        if (!Double.isFinite(value)) {
            String text = Numbers.nonFinite(Math.abs(value)) + (type == '%' ? "%" : "");
            return padded(negative, cased(text), null);
        }
        String digits = digits(new BigDecimal(Math.abs(value)), Math.abs(value));
        int end = 0;
        while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
            end++;
        }
        return padded(negative, cased(digits.substring(0, end)), cased(digits.substring(end)));
    }

    private String cased(String text) {
        return Character.isUpperCase(type) ? text.toUpperCase(Locale.ROOT) : text;
    }

    private String digits(BigDecimal value, double plain) {
        int places = precision == null ? DEFAULT_PRECISION : precision;
        return switch (Character.toLowerCase(type)) {
            case 'f' -> fixed(value, places);
            case 'e' -> Numbers.scientific(value, places);
            case 'g' -> general(value, places, false);
            // Python multiplies in double.
            case '%' -> fixed(new BigDecimal(plain * 100), places) + "%";
            default -> precision == null ? Numbers.repr(plain) : general(value, places, true);
        };
    }

    private static String fixed(BigDecimal value, int places) {
        return value.setScale(places, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** C's {@code %g}: so many significant digits, trailing zeros dropped; one after the point stays where asked for. */
    private static String general(BigDecimal value, int places, boolean point) {
        int significant = Math.max(1, places);
        BigDecimal rounded = value.round(new MathContext(significant, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        if (exponent < SMALLEST_PLAIN_EXPONENT || exponent >= significant - (point ? 1 : 0)) {
            return Numbers.scientific(rounded, rounded.precision() - 1);
        }
        String plain = rounded.toPlainString();
        return point && !plain.contains(".") ? plain + ".0" : plain;
    }

    /** @param rest what follows the whole part; null for what is no number and has no groups */
    private String padded(boolean negative, String whole, @Nullable String rest) {
        String signed = negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
        String tail = rest == null ? "" : rest;
        boolean groups = rest != null && !grouping.isEmpty();
        String body = groups ? grouped(whole) : whole;
        if (align == '=' && fill == '0' && groups) {
            for (String zeros = whole; signed.length() + body.length() + tail.length() < width; ) {
                zeros = "0" + zeros;
                body = grouped(zeros);
            }
        }
        body += tail;
        int missing = Math.max(0, width - signed.length() - body.length());
        String filling = String.valueOf(fill);
        return switch (align) {
            case '<' -> signed + body + filling.repeat(missing);
            case '^' -> filling.repeat(missing / 2) + signed + body + filling.repeat(missing - missing / 2);
            case '=' -> signed + filling.repeat(missing) + body;
            default -> filling.repeat(missing) + signed + body;
        };
    }

    private String grouped(String digits) {
        StringBuilder text = new StringBuilder(digits);
        for (int at = digits.length() - GROUP; at > 0; at -= GROUP) {
            text.insert(at, grouping);
        }
        return text.toString();
    }
}
