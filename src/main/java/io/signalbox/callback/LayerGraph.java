package io.signalbox.callback;

import io.signalbox.spec.CheckedSpec.LayerSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layer table as a graph that TensorBoard draws: {@code tensorflow.GraphDef}, a node for each layer, those within another
 * in a scope of their own.
 */
final class LayerGraph {

    /** Fields of {@code GraphDef}, {@code NodeDef}, {@code AttrValue} and its {@code ListValue}. */
    private static final int NODE = 1;

    private static final int NAME = 1;
    private static final int OPERATION = 2;
    private static final int INPUT = 3;
    private static final int ATTRIBUTE = 5;
    private static final int KEY = 1;
    private static final int ATTRIBUTE_VALUE = 2;
    private static final int LIST = 1;
    private static final int SHAPES = 7;

    private static final String ENTRY = "input";

    /** A layer: what comes in, the ends of the branches within it, and what it gives. */
    private record Node(String name, String type, String from, Map<String, String> ends, List<Integer> shape) {

        List<String> inputs() {
            return ends.isEmpty() ? List.of(from) : List.copyOf(ends.values());
        }
    }

    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private String last = ENTRY;

    private LayerGraph(List<LayerSummary> layers) {
        for (LayerSummary layer : layers) {
            String[] words = layer.name().split(" ", 2);
            add(words[0], words.length > 1 ? words[1].replace(' ', '_') : "layer", layer.outputShape());
        }
    }

    private void add(String number, String type, List<Integer> shape) {
        String outer = number;
        while (outer.contains(".") && (outer.equals(number) || !nodes.containsKey(outer))) {
            outer = outer.substring(0, outer.lastIndexOf('.'));
        }
        Node within = outer.equals(number) ? null : nodes.get(outer);
        if (within == null) {
            String name = number + "_" + type;
            nodes.put(number, new Node(name, type, last, new LinkedHashMap<>(), shape));
            last = name;
            return;
        }
        String branch = number.substring(0, number.lastIndexOf('.'));
        String rest = number.substring(outer.length() + 1).replace('.', '/');
        String name = within.name() + "/" + rest + "_" + type;
        String from = within.ends().getOrDefault(branch, within.from());
        nodes.put(number, new Node(name, type, from, new LinkedHashMap<>(), shape));
        within.ends().put(branch, name);
    }

    static Protobuf of(List<LayerSummary> layers) {
        Protobuf graph = new Protobuf();
        graph.message(NODE, new Protobuf().text(NAME, ENTRY).text(OPERATION, "Placeholder"));
        for (Node node : new LayerGraph(layers).nodes.values()) {
            Protobuf message = new Protobuf().text(NAME, node.name()).text(OPERATION, node.type());
            node.inputs().forEach(input -> message.text(INPUT, input));
            message.message(
                    ATTRIBUTE,
                    new Protobuf().text(KEY, "_output_shapes").message(ATTRIBUTE_VALUE, shapes(node.shape())));
            graph.message(NODE, message);
        }
        return graph;
    }

    /** A batch of any size of them. */
    private static Protobuf shapes(List<Integer> example) {
        List<Long> sizes = new ArrayList<>(List.of(-1L));
        example.forEach(size -> sizes.add((long) size));
        long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
        return new Protobuf().message(LIST, new Protobuf().message(SHAPES, SummaryEvent.shape(shape)));
    }

    /** The layer table in Markdown. */
    static String table(List<LayerSummary> layers) {
        StringBuilder table = new StringBuilder("| layer | output shape | parameters |\n| --- | --- | --- |\n");
        for (LayerSummary layer : layers) {
            table.append("| ").append(layer.name()).append(" | ").append(layer.outputShape());
            table.append(" | ").append(layer.parameters()).append(" |\n");
        }
        return table.toString();
    }
}
