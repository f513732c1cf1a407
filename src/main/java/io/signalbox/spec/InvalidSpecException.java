package io.signalbox.spec;

import java.util.List;

/**
 * A spec, or a command, that parses but breaks rules. Carries every fault found, not the first.
 */
public final class InvalidSpecException extends RuntimeException {

    private final transient List<Problem> problems;

    public InvalidSpecException(List<Problem> problems) {
        super(problems.toString());
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
