package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads event files by the letter of TensorFlow's formats, sharing nothing with what writes them: records with their checksums
 * computed bit by bit, and protobuf fields by number.
 */
final class EventReader {

    record Point(String tag, long step, float value) {}

    private static final int REVERSED_CASTAGNOLI = 0x82f63b78;

    private EventReader() {}

    /** The points of a folder's files, in the order of their names; every file begins with its version. */
    static List<Point> points(Path folder) throws IOException {
        List<Point> points = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted().forEach(file -> points.addAll(read(file)));
        }
        return points;
    }

    private static List<Point> read(Path file) {
        assertThat(file.getFileName().toString()).contains("tfevents");
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            List<Point> points = new ArrayList<>();
            for (boolean first = true; bytes.hasRemaining(); first = false) {
                Map<Integer, List<Object>> event = fields(record(bytes));
                assertThat((double) event.get(1).get(0)).as("wall time").isPositive();
                if (first) {
                    assertThat(text(event.get(3))).isEqualTo("brain.Event:2");
                } else {
                    long step = (long) event.get(2).get(0);
                    Map<Integer, List<Object>> summary =
                            fields((ByteBuffer) event.get(5).get(0));
                    summary.get(1).forEach(value -> points.add(point(step, fields((ByteBuffer) value))));
                }
            }
            return points;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Point point(long step, Map<Integer, List<Object>> value) {
        return new Point(text(value.get(1)), step, (float) value.get(2).get(0));
    }

    private static String text(List<Object> field) {
        return StandardCharsets.UTF_8.decode((ByteBuffer) field.get(0)).toString();
    }

    private static ByteBuffer record(ByteBuffer bytes) {
        int begin = bytes.position();
        long length = bytes.getLong();
        assertThat(bytes.getInt()).as("checksum of the length").isEqualTo(masked(bytes.slice(begin, Long.BYTES)));
        ByteBuffer data = bytes.slice(bytes.position(), Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + data.capacity());
        assertThat(bytes.getInt()).as("checksum of the event").isEqualTo(masked(data.duplicate()));
        return data;
    }

    private static int masked(ByteBuffer data) {
        int checksum = checksum(data);
        return (checksum >>> 15 | checksum << 17) + 0xa282ead8;
    }

    /** CRC-32C as RFC 3720 has it. */
    static int checksum(ByteBuffer data) {
        int remainder = ~0;
        while (data.hasRemaining()) {
            remainder ^= data.get() & 0xff;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                remainder = (remainder & 1) != 0 ? remainder >>> 1 ^ REVERSED_CASTAGNOLI : remainder >>> 1;
            }
        }
        return ~remainder;
    }

    private static Map<Integer, List<Object>> fields(ByteBuffer message) {
        ByteBuffer data = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, List<Object>> fields = new TreeMap<>();
        while (data.hasRemaining()) {
            long key = varint(data);
            Object value = switch ((int) (key & 7)) {
                case 0 -> varint(data);
                case 1 -> data.getDouble();
                case 2 -> delimited(data);
                case 5 -> data.getFloat();
                default -> throw new IllegalArgumentException("wire type of key " + key);
            };
            fields.computeIfAbsent((int) (key >>> 3), number -> new ArrayList<>())
                    .add(value);
        }
        return fields;
    }

    private static ByteBuffer delimited(ByteBuffer data) {
        int length = Math.toIntExact(varint(data));
        ByteBuffer content = data.slice(data.position(), length);
        data.position(data.position() + length);
        return content;
    }

    private static long varint(ByteBuffer data) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte part = data.get();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
    }
}
