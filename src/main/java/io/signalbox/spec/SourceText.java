package io.signalbox.spec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The bytes of a request as text: UTF-8 without byte order mark, within the size allowed, not empty. */
final class SourceText {

    static final int MAX_BYTES = 1 << 20;

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private SourceText() {}

    /**
     * Decodes.
     *
     * @param format {@code json} or {@code yaml}, where codes begin
     */
    static String decode(byte[] bytes, String format, int mostBytes) {
        if (bytes.length > mostBytes) {
            String detail = "must be at most " + (mostBytes >> 20) + " MiB, was " + bytes.length + " bytes";
            throw unreadable("body.too-large", detail);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable(format + ".encoding", "must be UTF-8, and is not");
        }
        if (text.indexOf(BYTE_ORDER_MARK) == 0 || text.indexOf('\0') >= 0) {
            throw unreadable(format + ".encoding", "must be UTF-8 without byte order mark and without NUL characters");
        }
        if (text.isBlank()) {
            throw unreadable(format + ".empty", "is empty; send an object");
        }
        return text;
    }

    static UnreadableException unreadable(String code, String detail) {
        return new UnreadableException(new Problem("#", code, detail));
    }
}
