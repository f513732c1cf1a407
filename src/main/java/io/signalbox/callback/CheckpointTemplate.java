package io.signalbox.callback;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's name with fields to fill in: {@code {epoch:03d}}, {@code {val_loss:.2f}}, {@code {batch}}. The formats are
 * Python's for numbers: {@code [0][width][.precision][d|e|f|g]}. Anything that no name can hold becomes an underscore.
 */
final class CheckpointTemplate {

    /** What a template may look like; a path it cannot be. */
    static final String PATTERN =
            "([A-Za-z0-9._-]|\\{[A-Za-z_][A-Za-z0-9_]{0,99}(:0?[0-9]{0,2}(\\.[0-9]{1,2})?[defg]?)?\\})+";

    private static final Pattern FIELD =
            Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]*)(?::(0?)([0-9]*)(?:\\.([0-9]+))?([defg]?))?\\}");
    private static final int ZEROS = 2;
    private static final int WIDTH = 3;
    private static final int PRECISION = 4;
    private static final int TYPE = 5;
    private static final Pattern EXTENSION = Pattern.compile("(\\.weights)?\\.[A-Za-z][A-Za-z0-9]{0,11}$");
    private static final int LONGEST_NAME = 100;
    private static final int DEFAULT_PRECISION = 6;

    private final String filepath;
    private final String template;

    CheckpointTemplate(String filepath) {
        this.filepath = filepath;
        Matcher extension = EXTENSION.matcher(filepath);
        this.template = extension.find() && extension.start() > 0 ? filepath.substring(0, extension.start()) : filepath;
    }

    /** Without its extension. */
    String text() {
        return template;
    }

    /** Names of the fields. */
    List<String> fields() {
        List<String> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(template);
        while (field.find()) {
            fields.add(field.group(1));
        }
        return fields;
    }

    /**
     * Fills the fields in; {@code epoch} and {@code batch} count from 1 here, as in Keras.
     *
     * @param batch null where a checkpoint is not of a batch
     * @throws IllegalArgumentException for a field that nothing was logged for
     */
    String fill(int epoch, @Nullable Integer batch, Map<String, Double> logs) {
        return asName(fill(template, epoch, batch, logs));
    }

    /** What Keras would have called the file: filled in as {@link #fill} does, with its extension, any character kept. */
    String file(int epoch, @Nullable Integer batch, Map<String, Double> logs) {
        return fill(filepath, epoch, batch, logs);
    }

    private String fill(String text, int epoch, @Nullable Integer batch, Map<String, Double> logs) {
        Matcher field = FIELD.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (field.find()) {
            field.appendReplacement(filled, Matcher.quoteReplacement(value(field, epoch, batch, logs)));
        }
        return field.appendTail(filled).toString();
    }

    private String value(Matcher field, int epoch, @Nullable Integer batch, Map<String, Double> logs) {
        String name = field.group(1);
        if (name.equals("epoch")) {
            return count(field, epoch);
        }
        if (name.equals("batch") && batch != null) {
            return count(field, batch);
        }
        Double value = logs.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the name '" + template + "' needs '" + name
                    + "', which was not logged here; there are: " + String.join(", ", logs.keySet()));
        }
        if ("d".equals(field.group(TYPE))) {
            throw new IllegalArgumentException("the name '" + template + "' formats '" + name
                    + "' as a whole number, which it is not; use a format such as .2f");
        }
        if (!Double.isFinite(value)) {
            return pad(field, Numbers.nonFinite(value));
        }
        String sign = Double.compare(value, 0.0) < 0 ? "-" : "";
        double absolute = Math.abs(value);
        return pad(field, sign + format(field, new BigDecimal(absolute), Numbers.repr(absolute)));
    }

    private static String count(Matcher field, int fromZero) {
        long fromOne = fromZero + 1L;
        return pad(field, format(field, BigDecimal.valueOf(fromOne), Long.toString(fromOne)));
    }

    private static String format(Matcher field, BigDecimal value, String plain) {
        String type = field.group(TYPE) == null ? "" : field.group(TYPE);
        String digits = field.group(PRECISION);
        int precision = digits == null ? DEFAULT_PRECISION : Integer.parseInt(digits);
        return switch (type) {
            case "f" -> value.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
            case "e" -> Numbers.scientific(value, precision);
            case "g" -> general(value, precision);
            case "d" -> plain;
            default -> digits == null ? plain : general(value, precision);
        };
    }

    /** C's {@code %g}: so many significant digits, trailing zeros dropped. */
    private static String general(BigDecimal value, int precision) {
        BigDecimal rounded = value.round(new MathContext(Math.max(1, precision), RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        return exponent < -4 || exponent >= Math.max(1, precision)
                ? Numbers.scientific(rounded, rounded.precision() - 1)
                : rounded.toPlainString();
    }

    private static String pad(Matcher field, String text) {
        String width = field.group(WIDTH);
        int missing = width == null || width.isEmpty() ? 0 : Integer.parseInt(width) - text.length();
        if (missing <= 0) {
            return text;
        }
        if ("0".equals(field.group(ZEROS))) {
            String sign = text.startsWith("-") ? "-" : "";
            return sign + "0".repeat(missing) + text.substring(sign.length());
        }
        return " ".repeat(missing) + text;
    }

    private static String asName(String text) {
        String name = text.strip().replaceAll("[^A-Za-z0-9._-]", "_");
        if (!Character.isLetterOrDigit(name.charAt(0))) {
            name = "checkpoint" + name;
        }
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }
}
