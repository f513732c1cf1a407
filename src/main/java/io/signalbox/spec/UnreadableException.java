package io.signalbox.spec;

/** Text that is not JSON or YAML within limits. */
public final class UnreadableException extends RuntimeException {

    private final transient Problem problem;

    public UnreadableException(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    /** What is wrong, with line and column in its detail. */
    public Problem problem() {
        return problem;
    }
}
