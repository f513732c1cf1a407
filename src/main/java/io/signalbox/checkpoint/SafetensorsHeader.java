package io.signalbox.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The header of a safetensors file: eight bytes of length, then JSON padded with spaces, then the data without a hole. What
 * <a href="https://github.com/huggingface/safetensors#format">the format</a> leaves open is refused here.
 */
record SafetensorsHeader(long dataBegin, List<Entry> entries, Map<String, String> metadata) {

    /** Bytes of the length in front of the header. */
    static final int LENGTH_BYTES = 8;

    /** Longest header taken: 16 MiB, room for 100,000 tensors. */
    static final int MAX_HEADER = 16 << 20;

    static final int MAX_TENSORS = 100_000;
    static final int MAX_DIMENSIONS = 64;
    static final String METADATA = "__metadata__";

    private static final int MAX_DEPTH = 4;
    private static final int MAX_NUMBER = 20;

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER)
                            .maxStringLength(MAX_HEADER)
                            .maxNameLength(MAX_HEADER)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A tensor's place: {@code begin} to {@code end} count from the begin of the data. */
    record Entry(String name, Dtype dtype, long[] shape, long begin, long end) {}

    /** Checks the length field before anything is allocated for it. */
    static int length(long declared, long fileSize) {
        if (declared < 2 || declared > MAX_HEADER) {
            throw new SafetensorsException(
                    "header_length",
                    "the header is said to be " + Long.toUnsignedString(declared) + " bytes long; 2 to " + MAX_HEADER
                            + " are taken");
        }
        if (declared > fileSize - LENGTH_BYTES) {
            throw new SafetensorsException(
                    "truncated",
                    "the header is said to be " + declared + " bytes long, the whole file has " + fileSize);
        }
        return (int) declared;
    }

    static SafetensorsHeader parse(byte[] header, long fileSize) {
        if (header[0] != '{') {
            throw new SafetensorsException("header", "the header does not begin with '{'");
        }
        long dataBegin = LENGTH_BYTES + header.length;
        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : json(header).properties()) {
            if (property.getKey().equals(METADATA)) {
                readMetadata(property.getValue(), metadata);
            } else {
                entries.add(entry(property.getKey(), object(property.getKey(), property.getValue())));
            }
        }
        if (entries.size() > MAX_TENSORS) {
            throw new SafetensorsException("count", entries.size() + " tensors; at most " + MAX_TENSORS + " are taken");
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        requireNoHole(entries, fileSize - dataBegin);
        return new SafetensorsHeader(dataBegin, List.copyOf(entries), metadata);
    }

    private static ObjectNode json(byte[] header) {
        try {
            // Decoded here, for Jackson would guess UTF-16 or UTF-32 from the bytes.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(header))
                    .toString();
            if (STRICT.readTree(text) instanceof ObjectNode object) {
                return object;
            }
            throw new SafetensorsException("header", "the header is no JSON object");
        } catch (CharacterCodingException e) {
            throw new SafetensorsException("header", "the header is not UTF-8");
        } catch (JacksonException e) {
            throw new SafetensorsException("header", "the header is no strict JSON: " + e.getOriginalMessage());
        }
    }

    private static void readMetadata(JsonNode node, Map<String, String> metadata) {
        if (!node.isObject()) {
            throw new SafetensorsException("metadata", METADATA + " is no object");
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            if (!property.getValue().isString()) {
                throw new SafetensorsException(
                        "metadata", "'" + property.getKey() + "' in " + METADATA + " is no text");
            }
            metadata.put(property.getKey(), property.getValue().asString());
        }
    }

    private static ObjectNode object(String tensor, JsonNode node) {
        if (node instanceof ObjectNode object && object.size() == 3 && object.has("dtype")) {
            return object;
        }
        throw new SafetensorsException(
                "header", "tensor '" + tensor + "' must have exactly dtype, shape and data_offsets");
    }

    private static Entry entry(String name, ObjectNode node) {
        JsonNode dtype = node.get("dtype");
        Dtype type = Dtype.of(dtype.isString() ? dtype.asString() : dtype.toString(), name);
        long[] shape = numbers(name, "shape", node.get("shape"), MAX_DIMENSIONS);
        long[] offsets = numbers(name, "data_offsets", node.get("data_offsets"), 2);
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new SafetensorsException(
                    "offsets", "tensor '" + name + "' must have data_offsets [begin, end] with begin <= end");
        }
        long size = type.size(shape, name);
        if (size != offsets[1] - offsets[0]) {
            throw new SafetensorsException(
                    "size",
                    "tensor '" + name + "' has " + size + " bytes by its shape and " + (offsets[1] - offsets[0])
                            + " by its data_offsets");
        }
        return new Entry(name, type, shape, offsets[0], offsets[1]);
    }

    private static long[] numbers(String tensor, String field, @Nullable JsonNode node, int most) {
        if (node == null || !node.isArray() || node.size() > most) {
            throw new SafetensorsException(
                    "header",
                    "tensor '" + tensor + "': " + field + " must be an array of at most " + most + " numbers");
        }
        long[] numbers = new long[node.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode number = node.get(i);
            if (number == null || !number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
                throw new SafetensorsException(
                        "header", "tensor '" + tensor + "': " + field + " must hold whole numbers from 0 to 2^63 - 1");
            }
            numbers[i] = number.asLong();
        }
        return numbers;
    }

    private static void requireNoHole(List<Entry> entries, long dataSize) {
        long end = 0;
        for (Entry entry : entries) {
            if (entry.begin() != end) {
                throw new SafetensorsException(
                        entry.begin() < end ? "overlap" : "hole",
                        "tensor '" + entry.name() + "' begins at byte " + entry.begin() + " of the data where " + end
                                + " was expected");
            }
            end = entry.end();
        }
        if (end != dataSize) {
            throw new SafetensorsException(
                    end > dataSize ? "truncated" : "hole",
                    "the tensors take " + end + " bytes, the file holds " + dataSize + " after its header");
        }
    }
}
