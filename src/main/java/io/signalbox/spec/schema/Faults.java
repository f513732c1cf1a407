package io.signalbox.spec.schema;

import io.signalbox.spec.Problem;
import java.util.List;

/** Collects problems up to a bound. */
final class Faults {

    private final List<Problem> problems;

    Faults(List<Problem> problems) {
        this.problems = problems;
    }

    void add(String pointer, String code, String detail) {
        if (problems.size() < Problem.MAX_REPORTED) {
            problems.add(new Problem(pointer, code, detail));
        }
    }

    int count() {
        return problems.size();
    }

    boolean full() {
        return problems.size() >= Problem.MAX_REPORTED;
    }
}
