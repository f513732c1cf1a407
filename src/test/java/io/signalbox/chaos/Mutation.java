package io.signalbox.chaos;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tree in which one node was spoiled.
 *
 * @param pointer of that node, without the {@code #}
 * @param removed whether it is not there any more
 */
record Mutation(ObjectNode tree, String pointer, boolean removed, String what) {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Texts that others stumbled over. */
    static final List<String> NASTY_TEXTS = List.of(
            "",
            " ",
            ".",
            "..",
            "../../etc/passwd",
            "..%2f..%2f",
            "file:///etc/passwd",
            "C:\\x",
            "\\\\host\\x",
            "CON",
            "nul.txt",
            "-rf",
            "a\u0000b",
            "a\r\nFAKE: x",
            "\u001b]0;title\u0007",
            "a\u202eb",
            "\u200b",
            "\ud83d\ude80 caf\u00e9 e\u0301\u0301\u0301",
            "' OR 1=1--",
            "name;drop table job",
            "</script><img src=x onerror=alert(1)>",
            "${7*7}#{7*7}T(java.lang.Runtime)",
            "${jndi:ldap://127.0.0.1/x}",
            "{{",
            "{epoch",
            "{0.__class__}",
            "%n%s",
            "http://127.0.0.1/",
            "http://169.254.169.254/",
            "NaN",
            "Infinity",
            "1e999999999",
            "2026-13-45",
            "true",
            "null",
            "x".repeat(65),
            "x".repeat(10_000));

    private static final List<Supplier<JsonNode>> NASTY_NODES = List.of(
            NODES::nullNode,
            () -> NODES.booleanNode(true),
            () -> NODES.numberNode(0),
            () -> NODES.numberNode(-1),
            () -> NODES.numberNode(1.5),
            () -> NODES.numberNode(Integer.MAX_VALUE + 1L),
            () -> NODES.numberNode(Long.MIN_VALUE),
            () -> NODES.numberNode(1e300),
            () -> NODES.numberNode(4.9e-324),
            () -> NODES.numberNode(new BigInteger("9".repeat(60))),
            NODES::arrayNode,
            () -> NODES.arrayNode().add(NODES.arrayNode().add(1)),
            () -> NODES.arrayNode().add("x").add("x"),
            () -> many(1_001),
            NODES::objectNode,
            () -> NODES.objectNode().put("type", "dense"),
            () -> NODES.objectNode().put("type", "no_such").put("x", 1),
            () -> NODES.objectNode().put("a/b~c", 1));

    static Mutation of(ObjectNode valid, Random random) {
        ObjectNode tree = valid.deepCopy();
        List<String> pointers = new ArrayList<>();
        collect(tree, "", pointers);
        String pointer = pointers.get(random.nextInt(pointers.size()));
        int cut = pointer.lastIndexOf('/');
        JsonNode parent = tree.at(pointer.substring(0, cut));
        String name = pointer.substring(cut + 1).replace("~1", "/").replace("~0", "~");
        if (random.nextInt(6) == 0) {
            if (parent instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) parent).remove(Integer.parseInt(name));
            }
            return new Mutation(tree, pointer, true, "removed");
        }
        JsonNode node = nastyNode(random);
        if (parent instanceof ObjectNode object) {
            object.set(name, node);
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(name), node);
        }
        String told = node.toString();
        return new Mutation(tree, pointer, false, told.substring(0, Math.min(80, told.length())));
    }

    static JsonNode nastyNode(Random random) {
        return random.nextInt(3) == 0
                ? NODES.stringNode(nastyText(random))
                : NASTY_NODES.get(random.nextInt(NASTY_NODES.size())).get();
    }

    static String nastyText(Random random) {
        return NASTY_TEXTS.get(random.nextInt(NASTY_TEXTS.size()));
    }

    private static ArrayNode many(int count) {
        ArrayNode array = NODES.arrayNode();
        for (int i = 0; i < count; i++) {
            array.add("t" + i);
        }
        return array;
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    private static void collect(JsonNode node, String pointer, List<String> pointers) {
        if (!pointer.isEmpty()) {
            pointers.add(pointer);
        }
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(member -> collect(member.getValue(), pointer + "/" + escaped(member.getKey()), pointers));
        }
        for (int i = 0; node instanceof ArrayNode && i < node.size(); i++) {
            collect(node.get(i), pointer + "/" + i, pointers);
        }
    }
}
