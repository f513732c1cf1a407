package io.signalbox.callback.expression;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The part of CEL that expressions are written in: numbers, truth values and lists, with the {@link Functions}. There are no
 * macros, so nothing loops, and text is short and not nested deep: the time that an evaluation takes is bounded by it.
 */
final class Language {

    /** Longest text, in characters. */
    static final int MAX_LENGTH = 1000;

    private static final int MAX_DEPTH = 32;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .enableComprehension(false)
            .maxExpressionCodePointSize(MAX_LENGTH)
            .maxParseRecursionDepth(MAX_DEPTH)
            .maxParseErrorRecoveryLimit(1)
            .build();

    private static final CelStandardDeclarations STANDARD = CelStandardDeclarations.newBuilder()
            .includeFunctions(
                    StandardFunction.CONDITIONAL,
                    StandardFunction.LOGICAL_NOT,
                    StandardFunction.LOGICAL_OR,
                    StandardFunction.LOGICAL_AND,
                    StandardFunction.EQUALS,
                    StandardFunction.NOT_EQUALS,
                    StandardFunction.LESS,
                    StandardFunction.LESS_EQUALS,
                    StandardFunction.GREATER,
                    StandardFunction.GREATER_EQUALS,
                    StandardFunction.ADD,
                    StandardFunction.SUBTRACT,
                    StandardFunction.MULTIPLY,
                    StandardFunction.DIVIDE,
                    StandardFunction.MODULO,
                    StandardFunction.NEGATE,
                    StandardFunction.INDEX,
                    StandardFunction.IN,
                    StandardFunction.SIZE,
                    StandardFunction.INT,
                    StandardFunction.DOUBLE)
            .build();

    /** What every expression knows: where the run stands, in ints ... */
    private static final List<String> INTS = List.of("epoch", "step", "epochs", "steps", "steps_per_epoch");

    /** ... and its rates, in doubles. */
    private static final List<String> DOUBLES = List.of("lr", "initial_lr", "pi");

    private static final Functions FUNCTIONS = new Functions();
    private static final CelRuntime RUNTIME = runtime();
    private static final CelCompiler PLAIN = compiler(Set.of());

    private Language() {}

    private static CelRuntime runtime() {
        CelRuntimeBuilder runtime = CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS);
        FUNCTIONS.addTo(runtime);
        return runtime.build();
    }

    private static CelCompiler compiler(Set<String> metrics) {
        CelCompilerBuilder compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros()
                .setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(STANDARD);
        FUNCTIONS.addTo(compiler);
        INTS.forEach(name -> compiler.addVar(name, SimpleType.INT));
        DOUBLES.forEach(name -> compiler.addVar(name, SimpleType.DOUBLE));
        metrics.forEach(name -> compiler.addVar(name, SimpleType.DOUBLE));
        return compiler.build();
    }

    /** Every name that needs no metric. */
    static Set<String> variables() {
        Set<String> names = new LinkedHashSet<>(INTS);
        names.addAll(DOUBLES);
        return names;
    }

    static Set<String> functions() {
        return FUNCTIONS.names();
    }

    static CelValidationResult parse(String text) {
        return PLAIN.parse(text);
    }

    /** @param metrics names beside {@link #variables}, each a double */
    static CelValidationResult check(CelAbstractSyntaxTree parsed, Set<String> metrics) {
        return (metrics.isEmpty() ? PLAIN : compiler(metrics)).check(parsed);
    }

    static CelRuntime.Program program(CelAbstractSyntaxTree checked) {
        try {
            return RUNTIME.createProgram(checked);
        } catch (CelEvaluationException e) {
            throw new FormulaException(String.valueOf(e.getMessage()));
        }
    }
}
