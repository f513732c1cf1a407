package io.signalbox.callback.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A CEL expression of numbers that was parsed and type-checked: {@code epoch < 10 ? lr : lr * 0.95}. It knows {@code epoch},
 * {@code step}, {@code epochs}, {@code steps} and {@code steps_per_epoch} (ints: {@code epoch / 10} is whole), {@code lr},
 * {@code initial_lr} and {@code pi}, and metrics where it may. Ints and doubles mix. It cannot loop. Thread-safe.
 */
public final class Formula {

    /** Longest text, in characters. */
    public static final int MAX_LENGTH = Language.MAX_LENGTH;

    private static final int MAX_READ = 200;
    private static final String PI = "pi";
    private static final Pattern OPERATOR = Pattern.compile("'_?([^'_]+)_?'|'_\\?_:_'|'_\\[_\\]'");
    private static final Pattern EXPECTED = Pattern.compile(" expecting \\{.*\\}");
    private static final Pattern CANDIDATES = Pattern.compile(" \\(candidates: .*\\)| \\(in container ''\\)");

    /** What a formula gives. */
    public enum Kind {
        NUMBER(Set.of(SimpleType.DOUBLE, SimpleType.INT, SimpleType.DYN), "a number"),
        CONDITION(Set.of(SimpleType.BOOL), "true or false");

        private final Set<CelType> types;
        private final String words;

        Kind(Set<CelType> types, String words) {
            this.types = types;
            this.words = words;
        }
    }

    private record Source(String text, Kind kind, boolean metrics) {}

    /** Reading takes a thousand times as long as evaluating. */
    private static final Map<Source, Formula> READ = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Formula> eldest) {
            return size() > MAX_READ;
        }
    });

    private final String text;
    private final Set<String> names;
    private final Set<String> metrics;
    private final CelRuntime.Program program;

    private Formula(String text, Set<String> names, Set<String> metrics, CelAbstractSyntaxTree checked) {
        this.text = text;
        this.names = names;
        this.metrics = metrics;
        this.program = Language.program(checked);
    }

    /**
     * Reads a formula that knows no metrics.
     *
     * @throws FormulaException saying what is wrong in it, and where
     */
    public static Formula of(String text, Kind kind) {
        return READ.computeIfAbsent(new Source(text, kind, false), source -> read(text, kind));
    }

    private static Formula read(String text, Kind kind) {
        Tree tree = parse(text);
        Map<String, Integer> names = tree.names();
        Set<String> known = Language.variables();
        for (Map.Entry<String, Integer> name : names.entrySet()) {
            if (!known.contains(name.getKey())) {
                throw new FormulaException("column " + (name.getValue() + 1) + ": " + unknown(name.getKey(), known));
            }
        }
        return new Formula(text, names.keySet(), Set.of(), check(text, tree, Set.of(), kind));
    }

    /**
     * Reads a formula in which every other name is a metric, and {@code best.} before one means its best value so far. What
     * metrics there are is for the caller to know: see {@link #metrics}.
     *
     * @throws FormulaException saying what is wrong in it, and where
     */
    public static Formula ofMetrics(String text, Kind kind) {
        return READ.computeIfAbsent(new Source(text, kind, true), source -> readWithMetrics(text, kind));
    }

    private static Formula readWithMetrics(String text, Kind kind) {
        Tree tree = parse(text);
        Set<String> names = tree.names().keySet();
        Set<String> metrics = new TreeSet<>(names);
        metrics.removeAll(Language.variables());
        return new Formula(text, names, metrics, check(text, tree, metrics, kind));
    }

    /** What to say of a name that there is not. */
    public static String unknown(String name, Collection<String> known) {
        return "there is no '" + name + "'; there are " + String.join(", ", known);
    }

    private static Tree parse(String text) {
        CelValidationResult parsed = Language.parse(text);
        return new Tree(tree(parsed));
    }

    /** As it stands or, where that has no type, with literals read as doubles. */
    private static CelAbstractSyntaxTree check(String text, Tree tree, Set<String> metrics, Kind kind) {
        CelValidationResult plain = Language.check(tree(Language.parse(text)), metrics);
        CelValidationResult mixed = plain.hasError() ? Language.check(tree.withDoubles(), metrics) : plain;
        CelAbstractSyntaxTree checked = tree(mixed.hasError() ? plain : mixed);
        if (!kind.types.contains(checked.getResultType())) {
            throw new FormulaException("must give " + kind.words + ", gives "
                    + checked.getResultType().name());
        }
        return checked;
    }

    private static CelAbstractSyntaxTree tree(CelValidationResult result) {
        try {
            return result.getAst();
        } catch (CelValidationException e) {
            throw new FormulaException(explain(e.getErrors()));
        }
    }

    /** In the user's words: {@code column 4: no '*' of (double, bool)}. */
    private static String explain(List<CelIssue> issues) {
        return issues.stream()
                .limit(1)
                .map(issue -> {
                    int line = issue.getSourceLocation().getLine();
                    String place = (line > 1 ? "line " + line + ", " : "") + "column "
                            + (issue.getSourceLocation().getColumn() + 1);
                    String message = CANDIDATES.matcher(issue.getMessage()).replaceAll("");
                    return place + ": " + words(message);
                })
                .collect(Collectors.joining());
    }

    private static String words(String message) {
        String plain = EXPECTED.matcher(message)
                .replaceAll("")
                .replace("'_?_:_'", "'?:'")
                .replace("'_[_]'", "'[]'");
        plain = OPERATOR.matcher(plain).replaceAll("'$1'");
        if (plain.startsWith("undeclared reference to")) {
            return plain + "; functions are double, int, size, " + String.join(", ", Language.functions());
        }
        return plain.replace("mismatched input '<EOF>'", "something is missing at the end")
                .replace("found no matching overload for", "there is no")
                .replace("applied to '(", "of (")
                .replace(")'", ")");
    }

    /** Every name in it, {@code best.val_loss} as one. */
    public Set<String> names() {
        return names;
    }

    /** The metrics among the {@link #names}, those behind {@code best.} as they stand. */
    public Set<String> metrics() {
        return metrics;
    }

    /**
     * The number it gives; may be NaN or infinite.
     *
     * @param values of every name in it, ints as {@code Long}, but {@code pi}
     * @throws FormulaException where it has no value, such as beyond a list's end
     */
    public double number(Map<String, Object> values) {
        return ((Number) evaluate(values)).doubleValue();
    }

    /** Whether it holds; {@code values} as for {@link #number}. */
    public boolean holds(Map<String, Object> values) {
        return (Boolean) evaluate(values);
    }

    private Object evaluate(Map<String, Object> values) {
        try {
            Object value = program.eval(
                    name -> PI.equals(name) ? Optional.of(Math.PI) : Optional.ofNullable(values.get(name)));
            if (value instanceof Number || value instanceof Boolean) {
                return value;
            }
            throw new FormulaException("'" + text + "' gives no number");
        } catch (CelEvaluationException e) {
            throw new FormulaException("'" + text + "' has no value: " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
