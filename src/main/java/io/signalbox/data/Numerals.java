package io.signalbox.data;

/** Reads decimal numbers straight from a character buffer. */
final class Numerals {

    /** Above 2^53 not every integer is a double. */
    private static final long EXACT = 1L << 53;

    /** Powers of ten that doubles hold exactly; with a mantissa below 2^53 one division or multiplication rounds right. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private static final int MAX_DIGITS = 15;
    private static final int MAX_LENGTH = 400;

    private Numerals() {}

    /**
     * The number that the text is.
     *
     * @return NaN for what is no decimal number; an infinity for one that a 32-bit float, in which training computes,
     *     cannot hold
     */
    static double parse(char[] text, int offset, int length) {
        int end = offset + length;
        int at = offset;
        boolean negative = at < end && text[at] == '-';
        if (negative || (at < end && text[at] == '+')) {
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int scale = 0;
        boolean point = false;
        for (; at < end; at++) {
            char c = text[at];
            if (c >= '0' && c <= '9') {
                if (digits < MAX_DIGITS) {
                    mantissa = mantissa * 10 + (c - '0');
                }
                digits++;
                scale += point ? 1 : 0;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (at < end || digits == 0 || digits > MAX_DIGITS) {
            return parseRare(text, offset, length);
        }
        double value = mantissa / POWERS[scale];
        return negative ? -value : value;
    }

    /** Whether a number is an integer that can be written without loss. */
    static boolean isInteger(double value) {
        return Math.rint(value) == value && Math.abs(value) <= EXACT;
    }

    private static double parseRare(char[] text, int offset, int length) {
        String word = length > MAX_LENGTH ? "" : new String(text, offset, length);
        if (word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("+inf") || word.equalsIgnoreCase("infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        if (word.equalsIgnoreCase("-inf") || word.equalsIgnoreCase("-infinity")) {
            return Double.NEGATIVE_INFINITY;
        }
        if (!isDecimal(word)) {
            return Double.NaN;
        }
        double value = Double.parseDouble(word);
        return Float.isInfinite((float) value) ? (float) value : value;
    }

    /** Java would also take {@code 0x1p3}, {@code 1f} and {@code NaN}. */
    private static boolean isDecimal(String word) {
        int at = skipSign(word, 0);
        int whole = skipDigits(word, at);
        int fraction = whole < word.length() && word.charAt(whole) == '.' ? skipDigits(word, whole + 1) : whole;
        int digits = fraction - at - (fraction > whole ? 1 : 0);
        if (digits == 0) {
            return false;
        }
        if (fraction == word.length()) {
            return true;
        }
        if (word.charAt(fraction) != 'e' && word.charAt(fraction) != 'E') {
            return false;
        }
        int exponent = skipSign(word, fraction + 1);
        return exponent < word.length() && skipDigits(word, exponent) == word.length();
    }

    private static int skipSign(String word, int at) {
        return at < word.length() && (word.charAt(at) == '-' || word.charAt(at) == '+') ? at + 1 : at;
    }

    private static int skipDigits(String word, int from) {
        int at = from;
        while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
