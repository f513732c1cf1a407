package io.signalbox.spec.schema;

import io.signalbox.spec.Names;
import io.signalbox.spec.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads numbers, booleans and texts, without coercion, and checks them against their {@link Param}. */
final class Scalars {

    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
    private static final BigInteger INT_MAX = BigInteger.valueOf(Integer.MAX_VALUE);
    private static final BigInteger INT_MIN = BigInteger.valueOf(Integer.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);

    private final Param param;
    private final String pointer;
    private final Faults faults;

    Scalars(Param param, String pointer, Faults faults) {
        this.param = param;
        this.pointer = pointer;
        this.faults = faults;
    }

    /** The value, or null if something is wrong with it. */
    @Nullable
    Object read(JsonNode node, Class<?> type) {
        if (type == int.class || type == Integer.class) {
            BigInteger value = integer(node, INT_MIN, INT_MAX);
            return value == null ? null : value.intValueExact();
        }
        if (type == long.class || type == Long.class) {
            BigInteger value = integer(node, LONG_MIN, LONG_MAX);
            return value == null ? null : value.longValueExact();
        }
        if (type == double.class || type == Double.class) {
            return number(node);
        }
        if (type == boolean.class || type == Boolean.class) {
            return node.isBoolean() ? (Object) node.booleanValue() : wrongType("boolean", "true or false", node);
        }
        if (type == String.class) {
            return text(node);
        }
        if (type.isEnum()) {
            return constant(node, type);
        }
        throw new IllegalArgumentException("No way to read a " + type.getName());
    }

    private @Nullable BigInteger integer(JsonNode node, BigInteger lowest, BigInteger highest) {
        if (!node.isNumber()) {
            return wrongType("integer", "an integer", node);
        }
        if (isOutOfReach(node)) {
            return null;
        }
        BigDecimal exact = node.decimalValue();
        if (exact.stripTrailingZeros().scale() > 0) {
            return wrongType("integer", "an integer", node);
        }
        BigInteger value = exact.toBigInteger();
        if (!inRange(exact)) {
            return null;
        }
        if (value.compareTo(highest) > 0) {
            return fault("range.max", "must be at most " + highest + ", was " + shown(node));
        }
        if (value.compareTo(lowest) < 0) {
            return fault("range.min", "must be " + lowest + " or more, was " + shown(node));
        }
        return value;
    }

    private @Nullable Double number(JsonNode node) {
        if (!node.isNumber()) {
            return wrongType("number", "a number", node);
        }
        return isOutOfReach(node) || !inRange(node.decimalValue()) ? null : (Double) node.doubleValue();
    }

    private boolean isOutOfReach(JsonNode node) {
        if (Double.isFinite(node.doubleValue())) {
            return false;
        }
        fault("number.range", "must be a number of at most 1.7976931348623157e308");
        return true;
    }

    private boolean inRange(BigDecimal value) {
        if (Double.isFinite(param.min())) {
            int order = value.compareTo(BigDecimal.valueOf(param.min()));
            if (order < 0 || (order == 0 && param.exclusiveMin())) {
                String bound = plain(BigDecimal.valueOf(param.min()));
                String wanted = param.exclusiveMin() ? "more than " + bound : bound + " or more";
                fault("range.min", "must be " + wanted + ", was " + plain(value));
                return false;
            }
        }
        if (Double.isFinite(param.max())) {
            int order = value.compareTo(BigDecimal.valueOf(param.max()));
            if (order > 0 || (order == 0 && param.exclusiveMax())) {
                String bound = plain(BigDecimal.valueOf(param.max()));
                fault(
                        "range.max",
                        "must be " + (param.exclusiveMax() ? "less than " : "at most ") + bound + ", was "
                                + plain(value));
                return false;
            }
        }
        return true;
    }

    private @Nullable String text(JsonNode node) {
        if (!node.isString()) {
            return wrongType("string", "a text", node);
        }
        String text = node.stringValue();
        if (param.oneOf().length > 0) {
            return oneOf(text, Arrays.asList(param.oneOf())) ? text : null;
        }
        int length = text.codePointCount(0, text.length());
        if (length > param.maxLength()) {
            return fault("length", "must have at most " + param.maxLength() + " characters, had " + length);
        }
        return param.pattern().isEmpty() || isName(text) ? text : null;
    }

    private boolean isName(String text) {
        if (text.isBlank()) {
            fault("length", "must not be empty");
            return false;
        }
        if (text.codePoints().anyMatch(Problem::isInvisible)) {
            fault("name.characters", "must not hold control, direction or other invisible characters");
            return false;
        }
        if (!PATTERNS.computeIfAbsent(param.pattern(), Pattern::compile)
                .matcher(text)
                .matches()) {
            fault(
                    isNamePattern() ? "name.format" : "format",
                    "must look like " + wanted() + ", was \"" + Problem.echo(text) + "\"");
            return false;
        }
        return true;
    }

    private boolean isNamePattern() {
        return param.pattern().equals(Names.FILE) || param.pattern().equals(Names.LABEL);
    }

    private String wanted() {
        return switch (param.pattern()) {
            case Names.FILE ->
                "a file name (lower-case letters, digits, and . _ - inside; at most 64; none that Windows keeps)";
            case Names.LABEL -> "words with single spaces between";
            default -> param.pattern();
        };
    }

    private @Nullable Object constant(JsonNode node, Class<?> type) {
        if (!node.isString()) {
            return wrongType("string", "a text", node);
        }
        List<String> allowed = names(type);
        String given = node.stringValue();
        return oneOf(given, allowed) ? type.getEnumConstants()[allowed.indexOf(given)] : null;
    }

    static List<String> names(Class<?> enumType) {
        return Arrays.stream(enumType.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private boolean oneOf(String given, List<String> allowed) {
        if (allowed.contains(given)) {
            return true;
        }
        fault("enum", "must be one of " + String.join(", ", allowed) + "; was \"" + Problem.echo(given) + "\"");
        return false;
    }

    private <T> @Nullable T wrongType(String code, String wanted, JsonNode node) {
        return fault("type." + code, "must be " + wanted + ", was " + shown(node));
    }

    private <T> @Nullable T fault(String code, String detail) {
        faults.add(pointer, code, detail);
        return null;
    }

    /** A node as a detail may show it. */
    static String shown(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "the text \"" + Problem.echo(node.stringValue()) + "\"";
            case NULL, MISSING -> "null";
            default -> Problem.echo(node.asString());
        };
    }

    private static String plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        boolean plain = stripped.scale() < 10 && stripped.precision() - stripped.scale() <= 20;
        return Problem.echo(plain ? stripped.toPlainString() : stripped.toString());
    }
}
