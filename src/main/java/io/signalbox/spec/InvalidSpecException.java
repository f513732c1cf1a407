package io.signalbox.spec;

import java.util.List;

/**
 * A spec, or a command, that parses but breaks rules. Carries every fault found, up to a bound, not
 * the first.
 */
public final class InvalidSpecException extends RuntimeException {

    private final transient List<Problem> problems;

    public InvalidSpecException(List<Problem> problems) {
        super(problems.toString());
        this.problems = problems.stream().limit(Problem.MAX_REPORTED).toList();
    }

    public List<Problem> problems() {
        return problems;
    }
}
