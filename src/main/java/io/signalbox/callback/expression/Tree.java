package io.signalbox.callback.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A parsed expression to look into. */
final class Tree {

    /** {@code best.val_loss} is one name. */
    private static final String BEST = "best";

    /** Where a literal 1 beside a double means 1.0. Not in an index, nor beside an int in arithmetic. */
    private static final Set<String> OF_ONE_TYPE = Set.of("_?_:_", "_==_", "_!=_");

    private final CelMutableAst ast;
    private final Map<Long, Integer> places;

    Tree(CelAbstractSyntaxTree parsed) {
        this.ast = CelMutableAst.fromCelAst(parsed);
        this.places = parsed.getSource().getPositionsMap();
    }

    /** Every name that stands for a value, with its place: characters from the begin. */
    Map<String, Integer> names() {
        Map<String, Integer> names = new TreeMap<>();
        collect(ast.expr(), names);
        return names;
    }

    private void collect(CelMutableExpr expression, Map<String, Integer> names) {
        if (expression.getKind() == Kind.IDENT) {
            names.putIfAbsent(expression.ident().name(), place(expression));
        } else if (isBest(expression)) {
            CelMutableExpr best = expression.select().operand();
            names.putIfAbsent(BEST + "." + expression.select().field(), place(best));
        } else {
            children(expression).forEach(child -> collect(child, names));
        }
    }

    private static boolean isBest(CelMutableExpr expression) {
        return expression.getKind() == Kind.SELECT
                && expression.select().operand().getKind() == Kind.IDENT
                && expression.select().operand().ident().name().equals(BEST);
    }

    private int place(CelMutableExpr expression) {
        return places.getOrDefault(expression.id(), 0);
    }

    private static Stream<CelMutableExpr> children(CelMutableExpr expression) {
        return switch (expression.getKind()) {
            case SELECT -> Stream.of(expression.select().operand());
            case CALL -> Stream.concat(expression.call().target().stream(), expression.call().args().stream());
            case LIST -> expression.list().elements().stream();
            case MAP -> expression.map().entries().stream().flatMap(entry -> Stream.of(entry.key(), entry.value()));
            case NOT_SET, CONSTANT, IDENT, STRUCT, COMPREHENSION -> Stream.empty();
        };
    }

    /** The same with {@code c ? lr : 1} read as {@code c ? lr : 1.0}, and {@code lr == 1} as {@code lr == 1.0}. */
    CelAbstractSyntaxTree withDoubles() {
        promote(ast.expr());
        return ast.toParsedAst();
    }

    private static void promote(CelMutableExpr expression) {
        if (expression.getKind() == Kind.CALL
                && OF_ONE_TYPE.contains(expression.call().function())) {
            List<CelMutableExpr> arguments = expression.call().args();
            for (CelMutableExpr argument : arguments) {
                if (argument.getKind() == Kind.CONSTANT
                        && argument.constant().getKind() == CelConstant.Kind.INT64_VALUE) {
                    argument.setConstant(
                            CelConstant.ofValue((double) argument.constant().int64Value()));
                }
            }
        }
        children(expression).forEach(Tree::promote);
    }
}
