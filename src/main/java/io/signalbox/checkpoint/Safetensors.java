package io.signalbox.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tensors on disk in the safetensors format, which Python's {@code safetensors} reads and writes. Nothing in such a file is
 * ever run, and nothing is allocated before the header was checked.
 */
public final class Safetensors {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int ALIGNMENT = 8;

    /** A heap buffer is copied off the heap as a whole for a write: in pieces of this size that stays cheap. */
    private static final int PIECE = 1 << 20;

    /** What a file holds, without its data. */
    public record Info(String name, String dtype, List<Long> shape) {}

    private Safetensors() {}

    /**
     * Writes a new file, to the disk itself, and replaces none.
     *
     * @param metadata texts kept in the header
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            writeTo(channel, tensors, metadata);
            channel.force(true);
        }
    }

    /** Writes the bytes of a safetensors file. The same tensors give the same bytes. */
    public static void writeTo(WritableByteChannel out, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        // Widest elements first, so that each tensor lies at a multiple of its element's size.
        List<Map.Entry<String, Tensor>> ordered = tensors.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Tensor>>comparingInt(
                                entry -> -Dtype.of(entry.getValue().dtype(), entry.getKey())
                                        .bytes())
                        .thenComparing(Map.Entry::getKey))
                .toList();
        writeFully(out, ByteBuffer.wrap(header(ordered, metadata)));
        for (Map.Entry<String, Tensor> entry : ordered) {
            writeFully(out, entry.getValue().data().duplicate());
        }
    }

    private static byte[] header(List<Map.Entry<String, Tensor>> tensors, Map<String, String> metadata) {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = header.putObject(SafetensorsHeader.METADATA);
            metadata.forEach(texts::put);
        }
        long begin = 0;
        for (Map.Entry<String, Tensor> entry : tensors) {
            long end = begin + requireWhole(entry.getKey(), entry.getValue());
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", entry.getValue().dtype());
            var shape = node.putArray("shape");
            for (long dimension : entry.getValue().shape()) {
                shape.add(dimension);
            }
            node.putArray("data_offsets").add(begin).add(end);
            begin = end;
        }
        byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer bytes =
                ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.array();
    }

    private static long requireWhole(String name, Tensor tensor) {
        long size = Dtype.of(tensor.dtype(), name).size(tensor.shape(), name);
        if (size != tensor.data().remaining() || name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("tensor '" + name + "' has " + size + " bytes by its shape and "
                    + tensor.data().remaining() + " bytes of data");
        }
        return size;
    }

    private static void writeFully(WritableByteChannel out, ByteBuffer data) throws IOException {
        int limit = data.limit();
        while (data.position() < limit) {
            data.limit((int) Math.min(limit, (long) data.position() + PIECE));
            out.write(data);
        }
    }

    /**
     * Reads all tensors, in the order of their data, into memory of their own.
     *
     * @throws SafetensorsException for a file that breaks any rule of the format
     */
    public static Map<String, Tensor> read(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            return read(channel);
        }
    }

    /** The same of an open file, which stays open. */
    public static Map<String, Tensor> read(FileChannel channel) throws IOException {
        SafetensorsHeader header = header(channel);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            ByteBuffer data = readFully(channel, header.dataBegin() + entry.begin(), size(entry));
            tensors.put(entry.name(), new Tensor(entry.dtype().name(), entry.shape(), data));
        }
        return tensors;
    }

    /**
     * Checks a file by its content without reading its data.
     *
     * @throws SafetensorsException as {@link #read}
     */
    public static List<Info> check(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            return header(channel).entries().stream()
                    .map(entry -> new Info(
                            entry.name(),
                            entry.dtype().name(),
                            Arrays.stream(entry.shape()).boxed().toList()))
                    .toList();
        }
    }

    /** The texts that {@link #write} was given. */
    public static Map<String, String> metadata(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            return header(channel).metadata();
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private static SafetensorsHeader header(FileChannel channel) throws IOException {
        long fileSize = channel.size();
        if (fileSize < SafetensorsHeader.LENGTH_BYTES) {
            throw new SafetensorsException(
                    "truncated", "a safetensors file has 8 bytes at least, this one " + fileSize);
        }
        long declared = readFully(channel, 0, SafetensorsHeader.LENGTH_BYTES).getLong();
        ByteBuffer header =
                readFully(channel, SafetensorsHeader.LENGTH_BYTES, SafetensorsHeader.length(declared, fileSize));
        SafetensorsHeader parsed = SafetensorsHeader.parse(header.array(), fileSize);
        parsed.entries().forEach(Safetensors::size);
        return parsed;
    }

    private static int size(SafetensorsHeader.Entry entry) {
        long size = entry.end() - entry.begin();
        if (size > Integer.MAX_VALUE - ALIGNMENT) {
            throw new SafetensorsException(
                    "too_large", "tensor '" + entry.name() + "' has " + size + " bytes; tensors below 2 GiB are taken");
        }
        return (int) size;
    }

    private static ByteBuffer readFully(FileChannel channel, long position, int size) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            data.limit(Math.min(size, data.position() + PIECE));
            if (channel.read(data, position + data.position()) < 0) {
                throw new SafetensorsException("truncated", "the file ended while it was read");
            }
            data.limit(size);
        }
        return data.flip();
    }
}
