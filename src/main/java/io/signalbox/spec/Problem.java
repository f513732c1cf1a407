package io.signalbox.spec;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One fault of a request, or one warning about it.
 *
 * @param pointer where, as a JSON Pointer fragment: {@code #/callbacks/0/patience}
 * @param code what kind, for programs: {@code range.min}, {@code unknown-field}, {@code shape.mismatch} …
 * @param detail what was found, what was expected and what to do, for people; echoes at most 64 characters of input
 */
public record Problem(String pointer, String code, String detail) {

    /** Faults of one request that are told at most. */
    public static final int MAX_REPORTED = 50;

    private static final int MAX_ECHO = 64;
    private static final String FRAGMENT_CHARACTERS = "-._~!$&'()*+,;=:@?";

    /**
     * The pointer to a member of the object at {@code parent}, escaped as RFC 6901 asks for; {@code parent} itself for a
     * name too long to be echoed.
     */
    public static String member(String parent, String name) {
        if (name.length() > MAX_ECHO) {
            return parent;
        }
        StringBuilder pointer = new StringBuilder(parent).append('/');
        String escaped = name.replace("~", "~0").replace("/", "~1");
        for (byte b : escaped.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || FRAGMENT_CHARACTERS.indexOf(c) >= 0)) {
                pointer.append(c);
            } else {
                pointer.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return pointer.toString();
    }

    /** Input as a detail may show it: shortened, with nothing invisible in it. */
    public static String echo(String input) {
        int end = input.length();
        if (end > MAX_ECHO) {
            end = Character.isHighSurrogate(input.charAt(MAX_ECHO - 2)) ? MAX_ECHO - 2 : MAX_ECHO - 1;
        }
        StringBuilder shown = new StringBuilder(end);
        input.substring(0, end).codePoints().forEach(c -> shown.appendCodePoint(isInvisible(c) ? '\ufffd' : c));
        return end < input.length() ? shown.append('…').toString() : shown.toString();
    }

    /** Whether people would not see a character, or would see it mislead them: control, bidi, zero-width and the like. */
    public static boolean isInvisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
