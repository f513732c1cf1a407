package io.signalbox.spec.model;

/** A layer that cannot take what comes in. */
public final class ShapeException extends RuntimeException {

    private final String code;
    private final String detail;
    private final int layer;

    ShapeException(String code, String detail) {
        this(code, detail, -1);
    }

    private ShapeException(String code, String detail, int layer) {
        super(detail);
        this.code = code;
        this.detail = detail;
        this.layer = layer;
    }

    /** The same, of that layer. */
    ShapeException at(int index, String name) {
        return new ShapeException(code, "layer " + index + " (" + name + ") " + detail, index);
    }

    /** What kind, for programs: {@code shape.mismatch}, {@code shape.invalid}, {@code model.too-large}. */
    public String code() {
        return code;
    }

    /** What came in, what was expected and what to do. */
    public String detail() {
        return detail;
    }

    /** Index of the layer. */
    public int layer() {
        return layer;
    }
}
