package io.signalbox.data;

import io.signalbox.spec.Problem;
import java.util.List;

/** Data that cannot be read or does not fit what was said of it, with row and column where there are such. */
public final class BadDataException extends RuntimeException {

    private final transient List<Problem> problems;

    public BadDataException(List<Problem> problems) {
        super(problems.toString());
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
