package io.signalbox.spec;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Builds a tree from what a parser tells, and refuses what is beyond the limits before it is built. */
final class TreeBuilder {

    static final int MAX_DEPTH = 32;
    static final int MAX_STRING = 64 * 1024;
    static final int MAX_NUMBER = 64;
    static final int MAX_NAME = 128;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String format;
    private final Supplier<String> where;
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable JsonNode root;

    /** A container that has not ended, and the name that its next member has. */
    private static final class Open {

        private final JsonNode node;
        private final String pointer;
        private @Nullable String name;

        Open(JsonNode node, String pointer) {
            this.node = node;
            this.pointer = pointer;
        }
    }

    /**
     * A builder of one tree.
     *
     * @param format {@code json} or {@code yaml}, where codes begin
     * @param where tells the place in the text that was read last
     */
    TreeBuilder(String format, Supplier<String> where) {
        this.format = format;
        this.where = where;
    }

    JsonNode beginObject() {
        return begin(NODES.objectNode());
    }

    JsonNode beginArray() {
        return begin(NODES.arrayNode());
    }

    private JsonNode begin(JsonNode container) {
        checkDepth(1);
        String pointer = pointer();
        value(container);
        open.push(new Open(container, pointer));
        return container;
    }

    /** Refuses what would be nested too deep by {@code more} levels. */
    void checkDepth(int more) {
        if (open.size() + more > MAX_DEPTH) {
            throw refused("too-deep", "must be nested at most " + MAX_DEPTH + " deep");
        }
    }

    void end() {
        open.pop();
    }

    /** Whether a name comes next, not a value. */
    boolean expectsName() {
        Open top = open.peek();
        return top != null && top.node.isObject() && top.name == null;
    }

    void name(String name) {
        if (name.length() > MAX_NAME) {
            throw refused("name-too-long", "names must have at most " + MAX_NAME + " characters");
        }
        checkSurrogates(name);
        Open top = open.element();
        if (top.node.has(name)) {
            String detail = "the name " + Problem.echo(name) + " stands twice in one object";
            throw refused(Problem.member(top.pointer, name), "duplicate-key", detail);
        }
        top.name = name;
    }

    void text(String text) {
        if (text.length() > MAX_STRING) {
            throw refused("string-too-long", "texts must have at most " + MAX_STRING + " characters");
        }
        checkSurrogates(text);
        value(NODES.stringNode(text));
    }

    /** Checks the digits of a number before it is computed. */
    void checkNumber(int length) {
        if (length > MAX_NUMBER) {
            String detail =
                    where.get() + ": numbers must have at most " + MAX_NUMBER + " characters, one had " + length;
            throw new UnreadableException(new Problem(pointer(), "number.range", detail));
        }
    }

    /** An integer in the node that Jackson itself would choose, so that trees compare. */
    static JsonNode integer(BigInteger value) {
        if (value.bitLength() < Integer.SIZE) {
            return NODES.numberNode(value.intValue());
        }
        return value.bitLength() < Long.SIZE ? NODES.numberNode(value.longValue()) : NODES.numberNode(value);
    }

    void value(JsonNode value) {
        Open top = open.peek();
        if (top == null) {
            root = value;
        } else if (top.node instanceof ArrayNode array) {
            array.add(value);
        } else if (top.node instanceof ObjectNode object && top.name != null) {
            object.set(top.name, value);
            top.name = null;
        }
    }

    /** Whether the tree is whole. */
    boolean done() {
        return root != null && open.isEmpty();
    }

    /** The tree, which must be an object. */
    ObjectNode object() {
        if (root instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidSpecException(List.of(new Problem("#", "type.object", "must be an object")));
    }

    private String pointer() {
        Open top = open.peek();
        if (top == null) {
            return "#";
        }
        if (top.node.isArray()) {
            return top.pointer + "/" + top.node.size();
        }
        return top.name == null ? top.pointer : Problem.member(top.pointer, top.name);
    }

    private void checkSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw refused("encoding", "half of a surrogate pair stands alone");
            }
        }
    }

    UnreadableException refused(String code, String detail) {
        return refused(pointer(), code, detail);
    }

    private UnreadableException refused(String pointer, String code, String detail) {
        return new UnreadableException(new Problem(pointer, format + "." + code, where.get() + ": " + detail));
    }
}
