package io.signalbox.callback.expression;

import static dev.cel.common.CelOverloadDecl.newGlobalOverload;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload.Binary;
import dev.cel.runtime.CelFunctionOverload.Unary;
import dev.cel.runtime.CelRuntimeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What expressions can do beside CEL's own operators: functions of numbers, and arithmetic of an int with a double, which
 * CEL by itself refuses.
 */
final class Functions {

    private static final CelType INT = SimpleType.INT;
    private static final CelType DOUBLE = SimpleType.DOUBLE;
    private static final String INTS = "_int_int";
    private static final String DOUBLES = "_double_double";

    private final List<CelFunctionDecl> declarations = new ArrayList<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();
    private final Set<String> names = new TreeSet<>();

    Functions() {
        mixed("_+_", "add", Double::sum);
        mixed("_-_", "subtract", (a, b) -> a - b);
        mixed("_*_", "multiply", (a, b) -> a * b);
        mixed("_/_", "divide", (a, b) -> a / b);
        extreme("min", Math::min, Math::min);
        extreme("max", Math::max, Math::max);
        binary("pow", Math::pow);
        unary("exp", Math::exp);
        unary("log", Math::log);
        unary("sqrt", Math::sqrt);
        unary("floor", Math::floor);
        unary("abs", Math::abs);
        unary("sin", Math::sin);
        unary("cos", Math::cos);
    }

    void addTo(CelCompilerBuilder compiler) {
        compiler.addFunctionDeclarations(declarations);
    }

    void addTo(CelRuntimeBuilder runtime) {
        runtime.addFunctionBindings(bindings);
    }

    /** Those that are called by name, in order of the alphabet. */
    Set<String> names() {
        return names;
    }

    private void mixed(String operator, String id, Binary<Double, Double> compute) {
        add(operator, mixedOverloads(id), mixedBindings(id, compute));
    }

    /** Of two ints an int, otherwise a double. */
    private void extreme(String name, Binary<Long, Long> ofInts, Binary<Double, Double> compute) {
        overloaded(name, INT, CelFunctionBinding.from(name + INTS, Long.class, Long.class, ofInts), compute);
    }

    private void binary(String name, Binary<Double, Double> compute) {
        var ofInts = CelFunctionBinding.from(
                name + INTS, Long.class, Long.class, (a, b) -> compute.apply(a.doubleValue(), b.doubleValue()));
        overloaded(name, DOUBLE, ofInts, compute);
    }

    private void overloaded(String name, CelType ofInts, CelFunctionBinding ints, Binary<Double, Double> compute) {
        List<CelOverloadDecl> overloads = new ArrayList<>(mixedOverloads(name));
        overloads.add(newGlobalOverload(name + INTS, ofInts, INT, INT));
        overloads.add(newGlobalOverload(name + DOUBLES, DOUBLE, DOUBLE, DOUBLE));
        List<CelFunctionBinding> found = new ArrayList<>(mixedBindings(name, compute));
        found.add(ints);
        found.add(CelFunctionBinding.from(name + DOUBLES, Double.class, Double.class, compute));
        names.add(name);
        add(name, overloads, found);
    }

    private void unary(String name, Unary<Double> compute) {
        names.add(name);
        add(
                name,
                List.of(
                        newGlobalOverload(name + "_int", DOUBLE, INT),
                        newGlobalOverload(name + "_double", DOUBLE, DOUBLE)),
                List.of(
                        CelFunctionBinding.from(name + "_int", Long.class, a -> compute.apply(a.doubleValue())),
                        CelFunctionBinding.from(name + "_double", Double.class, compute)));
    }

    private static List<CelOverloadDecl> mixedOverloads(String id) {
        return List.of(
                newGlobalOverload(id + "_int_double", DOUBLE, INT, DOUBLE),
                newGlobalOverload(id + "_double_int", DOUBLE, DOUBLE, INT));
    }

    private static List<CelFunctionBinding> mixedBindings(String id, Binary<Double, Double> compute) {
        return List.of(
                CelFunctionBinding.from(
                        id + "_int_double", Long.class, Double.class, (a, b) -> compute.apply(a.doubleValue(), b)),
                CelFunctionBinding.from(
                        id + "_double_int", Double.class, Long.class, (a, b) -> compute.apply(a, b.doubleValue())));
    }

    private void add(String function, List<CelOverloadDecl> overloads, List<CelFunctionBinding> found) {
        declarations.add(CelFunctionDecl.newFunctionDeclaration(function, overloads));
        bindings.addAll(CelFunctionBinding.fromOverloads(function, found));
    }
}
