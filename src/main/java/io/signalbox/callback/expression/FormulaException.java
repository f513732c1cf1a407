package io.signalbox.callback.expression;

/** An expression that is wrong, or that has no value. The message says where and why. */
public final class FormulaException extends RuntimeException {

    private static final long serialVersionUID = 1;

    FormulaException(String message) {
        super(message);
    }
}
