package io.signalbox.data;

import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with data, up to a limit, so that one upload tells all its faults. */
final class Problems {

    /** Pointer of everything that is wrong with uploaded files. */
    static final String FILE = "#/file";

    private static final int LIMIT = 50;
    private static final int ECHO = 64;

    private final List<Problem> found = new ArrayList<>();

    static BadDataException single(String pointer, String code, String detail) {
        return new BadDataException(List.of(new Problem(pointer, code, detail)));
    }

    void add(String pointer, String code, String detail) {
        add(new Problem(pointer, code, detail));
    }

    void add(Problem problem) {
        if (!full()) {
            found.add(problem);
        }
    }

    /** Adds a fault of a line of an uploaded table. */
    void add(long line, String code, String detail) {
        add(FILE, code, "line " + line + detail);
    }

    boolean none() {
        return found.isEmpty();
    }

    boolean full() {
        return found.size() >= LIMIT;
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new BadDataException(found);
        }
    }

    /** Input as it may be shown in a message: short, and nothing invisible in it. */
    static String echo(CharSequence input) {
        StringBuilder shown = new StringBuilder(ECHO + 1);
        for (int i = 0; i < input.length(); i++) {
            if (shown.length() >= ECHO - 1) {
                return shown.append('…').toString();
            }
            char c = input.charAt(i);
            boolean visible = !Character.isISOControl(c)
                    && Character.getType(c) != Character.FORMAT
                    && Character.getType(c) != Character.LINE_SEPARATOR
                    && !Character.isSurrogate(c);
            shown.append(visible ? c : '?');
        }
        return shown.toString();
    }
}
