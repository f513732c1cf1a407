package io.signalbox.spec;

import java.util.ArrayList;
import java.util.List;

/** Collects faults, or warnings, of one spec. */
final class Faults {

    private final List<Problem> problems = new ArrayList<>();

    void add(String pointer, String code, String detail) {
        problems.add(new Problem(pointer, code, detail));
    }

    boolean none() {
        return problems.isEmpty();
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    InvalidSpecException refusal() {
        return new InvalidSpecException(problems);
    }

    /** Names for a detail, the first few of many. */
    static String list(List<String> names) {
        int shown = Math.min(names.size(), 10);
        String first =
                String.join(", ", names.stream().limit(shown).map(Problem::echo).toList());
        return names.size() > shown ? first + " and " + (names.size() - shown) + " more" : first;
    }
}
