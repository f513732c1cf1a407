package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.event.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A line of a journal: {@code {"crc":"0a1b2c3d","event":{…}}}, which is JSON and tells whether its event is as it was
 * written. The checksum is the CRC32C of the bytes between {@code "event":} and the last brace.
 */
final class JournalLine {

    private static final byte[] BEFORE_CRC = ascii("{\"crc\":\"");
    private static final byte[] BEFORE_EVENT = ascii("\",\"event\":");
    private static final int CRC_DIGITS = 8;
    private static final int EVENT_AT = BEFORE_CRC.length + CRC_DIGITS + BEFORE_EVENT.length;

    private JournalLine() {}

    /** The line with its line feed. */
    static byte[] encode(Event event) {
        byte[] json = EventJson.write(event).getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[EVENT_AT + json.length + 2];
        System.arraycopy(BEFORE_CRC, 0, line, 0, BEFORE_CRC.length);
        byte[] crc = crc(json, 0, json.length);
        System.arraycopy(crc, 0, line, BEFORE_CRC.length, CRC_DIGITS);
        System.arraycopy(BEFORE_EVENT, 0, line, BEFORE_CRC.length + CRC_DIGITS, BEFORE_EVENT.length);
        System.arraycopy(json, 0, line, EVENT_AT, json.length);
        line[line.length - 2] = '}';
        line[line.length - 1] = '\n';
        return line;
    }

    /** The event of a line without its line feed; null for a damaged one. */
    static @Nullable Event decode(byte[] line, int length) {
        int eventLength = length - EVENT_AT - 1;
        if (eventLength <= 0
                || line[length - 1] != '}'
                || !has(line, 0, BEFORE_CRC)
                || !has(line, BEFORE_CRC.length + CRC_DIGITS, BEFORE_EVENT)
                || !has(line, BEFORE_CRC.length, crc(line, EVENT_AT, eventLength))) {
            return null;
        }
        try {
            return EventJson.read(new String(line, EVENT_AT, eventLength, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) { // written by a version that knows more kinds of events
            return null;
        }
    }

    private static boolean has(byte[] line, int at, byte[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (line[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return ascii(HexFormat.of().toHexDigits((int) crc.getValue()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
