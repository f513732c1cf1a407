package io.signalbox.data;

import java.io.BufferedInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * UTF-8 text without its byte order mark, and with a last line that holds nothing but {@link #MARK}. The CSV reader takes the
 * end of a file for the end of a quoted field; where the mark comes back inside a quoted field, a quote was left open.
 */
final class EndMarkedReader extends FilterReader {

    /** A character that {@link TextScan} lets no file hold. */
    static final char MARK = '\0';

    private static final char[] END = {'\n', MARK};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private int ended;

    private EndMarkedReader(Reader in) {
        super(in);
    }

    static Reader open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(BYTE_ORDER_MARK.length);
        if (!Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
            in.reset();
        }
        return new EndMarkedReader(new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        int count = ended > 0 ? -1 : super.read(target, offset, length);
        if (count >= 0 || ended == END.length || length == 0) {
            return count;
        }
        target[offset] = END[ended++];
        return 1;
    }

    @Override
    public int read() throws IOException {
        char[] one = new char[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }
}
