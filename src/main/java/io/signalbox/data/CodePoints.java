package io.signalbox.data;

import java.io.IOException;
import java.io.Reader;

/** Reads a text by its Unicode characters. */
final class CodePoints {

    private CodePoints() {}

    /** The next one; -1 at the end. The text is known to be well-formed. */
    static int next(Reader in) throws IOException {
        int first = in.read();
        if (first < 0 || !Character.isHighSurrogate((char) first)) {
            return first;
        }
        int second = in.read();
        return second < 0 ? first : Character.toCodePoint((char) first, (char) second);
    }
}
