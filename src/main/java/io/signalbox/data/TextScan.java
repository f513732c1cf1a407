package io.signalbox.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** First look at a text file: that it is UTF-8 without NUL, and its hash. */
final class TextScan {

    private static final int CHUNK = 1 << 16;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(CHUNK);
    private final MessageDigest digest = Hashes.sha256();
    private long line = 1;
    private boolean afterReturn;

    private final String code;

    private TextScan(String code) {
        this.code = code;
    }

    /**
     * Reads a file through.
     *
     * @return SHA-256 of its bytes, hex
     * @throws BadDataException ({@code csv.encoding}) naming the line of the first byte that is not UTF-8, or of a NUL
     */
    static String scan(Path file) throws IOException {
        return scan(file, "csv.encoding");
    }

    /** The same, with another code. */
    static String scan(Path file, String code) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new TextScan(code).scan(in);
        }
    }

    private String scan(InputStream in) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        boolean end = false;
        while (!end) {
            int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            end = count < 0;
            if (!end) {
                digest.update(bytes.array(), bytes.position(), count);
                bytes.position(bytes.position() + count);
            }
            bytes.flip();
            decode(bytes, end);
            bytes.compact();
        }
        return Hashes.hex(digest);
    }

    private void decode(ByteBuffer bytes, boolean end) {
        CoderResult result;
        do {
            result = decoder.decode(bytes, chars, end);
            chars.flip();
            check(chars);
            chars.clear();
        } while (result.isOverflow());
        if (result.isError()) {
            throw refuse("holds bytes that are not UTF-8; save the file as UTF-8");
        }
    }

    private void check(CharBuffer text) {
        while (text.hasRemaining()) {
            char c = text.get();
            if (c == '\0') {
                throw refuse("holds a NUL character; is this a text file in UTF-8?");
            }
            if (c == '\r' || (c == '\n' && !afterReturn)) {
                line++;
            }
            afterReturn = c == '\r';
        }
    }

    private BadDataException refuse(String what) {
        return Problems.single(Problems.FILE, code, "line " + line + " " + what);
    }
}
