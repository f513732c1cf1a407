package io.signalbox.spec.model;

import org.jspecify.annotations.Nullable;

/** A layer that cannot take what comes in. */
public final class ShapeException extends RuntimeException {

    private final String code;
    private final String detail;
    private final @Nullable String pointer;

    ShapeException(String code, String detail) {
        this(code, detail, null);
    }

    private ShapeException(String code, String detail, @Nullable String pointer) {
        super(detail);
        this.code = code;
        this.detail = detail;
        this.pointer = pointer;
    }

    /** The same, of that layer; of a layer within it, if it was placed already. */
    ShapeException at(String place, String name, String pointerToLayer) {
        return pointer == null
                ? new ShapeException(code, "layer " + place + " (" + name + ") " + detail, pointerToLayer)
                : this;
    }

    /** What kind, for programs: {@code shape.mismatch}, {@code shape.invalid}, {@code model.too-large}. */
    public String code() {
        return code;
    }

    /** What came in, what was expected and what to do. */
    public String detail() {
        return detail;
    }

    /** Where the layer stands in the list of layers: {@code 3}, {@code 3/layers/0}. */
    public String pointer() {
        return pointer == null ? "" : pointer;
    }
}
