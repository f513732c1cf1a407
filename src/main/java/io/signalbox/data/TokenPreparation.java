package io.signalbox.data;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.spec.Tokenized;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How texts become token ids.
 *
 * @param labelled whether a text has a class; else the next token is predicted at each position
 * @param level {@code character}, {@code byte} or {@code word}
 * @param length tokens of an example
 * @param ids how many there may be
 * @param vocabulary the tokens in order of their id, as far as the training part has them; empty for bytes
 * @param labels the classes; empty for texts without
 */
record TokenPreparation(
        boolean labelled, String level, int length, int ids, List<String> vocabulary, List<String> labels)
        implements Preparation, Tokens {

    static final String KIND = "tokens";

    /** Names of the ids that stand for no token, as Keras has them. */
    static final String UNKNOWN = "[UNK]";

    static final String PADDING = "";

    private static final int LONGEST_INPUT = 1 << 20;

    @Override
    public List<Integer> shape() {
        return List.of(length);
    }

    @Override
    public ElementType type() {
        return ElementType.INT64;
    }

    /** Of texts without labels the tokens; ids that the training part left over have an empty name. */
    @Override
    public List<String> classes() {
        return labelled
                ? labels
                : IntStream.range(0, ids)
                        .mapToObj(id -> vocabulary.isEmpty()
                                ? Integer.toString(id)
                                : id < vocabulary.size() ? vocabulary.get(id) : "")
                        .toList();
    }

    @Override
    public List<String> targets() {
        return List.of(labelled ? "label" : "token");
    }

    @Override
    public ByteBuffer apply(ArrayNode inputs, String pointer) {
        Problems problems = new Problems();
        ByteBuffer tokens = Buffers.allocate(inputs.size(), length, type());
        Map<String, Integer> index = index();
        for (int i = 0; i < inputs.size() && !problems.full(); i++) {
            JsonNode input = inputs.get(i);
            if (!input.isString() || input.stringValue().length() > LONGEST_INPUT) {
                problems.add(
                        pointer + "/" + i, "type.string", "must be a text of " + LONGEST_INPUT + " characters at most");
                continue;
            }
            List<Integer> found = encode(input.stringValue(), index);
            if (!labelled && found.size() < length) {
                problems.add(
                        pointer + "/" + i,
                        "length",
                        "must have at least " + length + " tokens, of which the last are taken; had " + found.size());
                continue;
            }
            int from = labelled ? 0 : found.size() - length;
            for (int at = 0; at < length; at++) {
                tokens.putLong((i * length + at) * Long.BYTES, from + at < found.size() ? found.get(from + at) : 0);
            }
        }
        problems.throwIfAny();
        return tokens;
    }

    @Override
    public Tokens tokens() {
        return this;
    }

    @Override
    public boolean goesOn() {
        return !labelled;
    }

    @Override
    public boolean isBlank(int id) {
        return decode(new int[] {id}).isBlank();
    }

    @Override
    public int[] encode(String text) {
        return encode(text, index()).stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public String decode(int[] tokens) {
        if (level.equals(TextInspection.BYTE)) {
            byte[] bytes = new byte[tokens.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) tokens[i];
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return Arrays.stream(tokens)
                .mapToObj(id -> id < vocabulary.size() ? vocabulary.get(id) : PADDING)
                .collect(Collectors.joining(level.equals(TextInspection.CHARACTER) ? "" : " "));
    }

    Map<String, Integer> index() {
        Map<String, Integer> index = new HashMap<>();
        for (String token : vocabulary) {
            index.put(token, index.size());
        }
        return index;
    }

    private List<Integer> encode(String text, Map<String, Integer> index) {
        List<Integer> found = new ArrayList<>();
        if (level.equals(TextInspection.BYTE)) {
            for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
                found.add(value & 0xFF);
            }
        } else {
            int unknown = labelled ? Tokenized.UNKNOWN_WORD : Tokenized.FIRST;
            Tokenizer.of(level).split(text, token -> found.add(index.getOrDefault(token, unknown)));
        }
        return found;
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = DatasetJson.object();
        json.put("kind", KIND)
                .put("labelled", labelled)
                .put("level", level)
                .put("length", length)
                .put("ids", ids);
        vocabulary.forEach(json.putArray("vocabulary")::add);
        labels.forEach(json.putArray("classes")::add);
        return json;
    }

    static TokenPreparation of(JsonNode json) {
        return new TokenPreparation(
                json.path("labelled").asBoolean(),
                json.path("level").asString(),
                json.path("length").asInt(),
                json.path("ids").asInt(),
                texts(json.path("vocabulary")),
                texts(json.path("classes")));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asString()));
        return texts;
    }
}
