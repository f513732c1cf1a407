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
import org.jspecify.annotations.Nullable;

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
        for (Map<Integer, List<Object>> event : events(folder)) {
            for (Map<Integer, List<Object>> value : values(event)) {
                if (value.containsKey(2)) {
                    points.add(point((long) event.get(2).get(0), value));
                }
            }
        }
        return points;
    }

    /** A tensor that a summary holds: its plugin with what that reads, its elements' type, its sizes, and its content. */
    record Tensor(
            String tag,
            long step,
            String plugin,
            ByteBuffer pluginContent,
            long dtype,
            List<Long> shape,
            List<ByteBuffer> strings,
            @Nullable ByteBuffer content) {}

    /** The tensors of a folder's files. */
    static List<Tensor> tensors(Path folder) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        for (Map<Integer, List<Object>> event : events(folder)) {
            for (Map<Integer, List<Object>> value : values(event)) {
                if (value.containsKey(8)) {
                    tensors.add(tensor((long) event.get(2).get(0), value));
                }
            }
        }
        return tensors;
    }

    private static Tensor tensor(long step, Map<Integer, List<Object>> value) {
        Map<Integer, List<Object>> tensor = inner(value, 8);
        Map<Integer, List<Object>> plugin = inner(inner(value, 9), 1);
        List<Long> shape = new ArrayList<>();
        inner(tensor, 2)
                .getOrDefault(2, List.of())
                .forEach(size ->
                        shape.add((long) fields((ByteBuffer) size).get(1).get(0)));
        List<ByteBuffer> strings = tensor.getOrDefault(8, List.of()).stream()
                .map(ByteBuffer.class::cast)
                .toList();
        return new Tensor(
                text(value.get(1)),
                step,
                text(plugin.get(1)),
                (ByteBuffer) plugin.get(2).get(0),
                (long) tensor.get(1).get(0),
                shape,
                strings,
                tensor.containsKey(4) ? (ByteBuffer) tensor.get(4).get(0) : null);
    }

    /** Name, operation and inputs of each node of the only graph of a folder's files. */
    static List<List<String>> graph(Path folder) throws IOException {
        List<Map<Integer, List<Object>>> graphs =
                events(folder).stream().filter(event -> event.containsKey(4)).toList();
        assertThat(graphs).hasSize(1);
        List<List<String>> nodes = new ArrayList<>();
        for (Object node : inner(graphs.get(0), 4).get(1)) {
            Map<Integer, List<Object>> found = fields((ByteBuffer) node);
            List<String> words = new ArrayList<>(List.of(text(found.get(1)), text(found.get(2))));
            found.getOrDefault(3, List.of()).forEach(input -> words.add(text(List.of(input))));
            nodes.add(words);
        }
        return nodes;
    }

    static Map<Integer, List<Object>> inner(Map<Integer, List<Object>> message, int field) {
        return fields((ByteBuffer) message.get(field).get(0));
    }

    private static List<Map<Integer, List<Object>>> values(Map<Integer, List<Object>> event) {
        return event.containsKey(5)
                ? inner(event, 5).get(1).stream()
                        .map(value -> fields((ByteBuffer) value))
                        .toList()
                : List.of();
    }

    private static List<Map<Integer, List<Object>>> events(Path folder) throws IOException {
        List<Map<Integer, List<Object>>> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().contains("tfevents"))
                    .sorted()
                    .forEach(file -> events.addAll(read(file)));
        }
        return events;
    }

    private static List<Map<Integer, List<Object>>> read(Path file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            List<Map<Integer, List<Object>>> events = new ArrayList<>();
            for (boolean first = true; bytes.hasRemaining(); first = false) {
                Map<Integer, List<Object>> event = fields(record(bytes));
                assertThat((double) event.get(1).get(0)).as("wall time").isPositive();
                if (first) {
                    assertThat(text(event.get(3))).isEqualTo("brain.Event:2");
                } else {
                    events.add(event);
                }
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Point point(long step, Map<Integer, List<Object>> value) {
        return new Point(text(value.get(1)), step, (float) value.get(2).get(0));
    }

    static String text(List<Object> field) {
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

    static Map<Integer, List<Object>> fields(ByteBuffer message) {
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
