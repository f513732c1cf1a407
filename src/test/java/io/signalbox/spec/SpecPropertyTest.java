package io.signalbox.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class SpecPropertyTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Property(tries = 300)
    void whatIsWrittenReadsBackTheSame(@ForAll("specs") String yaml) {
        JobSpec spec = Specs.parse(yaml);
        ObjectNode json = Specs.PARSER.toJson(spec);
        JobSpec again = Specs.PARSER.parse(SpecParser.readJson(json.toString().getBytes(UTF_8)));
        assertThat(again).isEqualTo(spec);
        assertThat(Specs.PARSER.toJson(again)).isEqualTo(json);
    }

    @Property(tries = 1000)
    void aFaultIsNamedWhereItIs(@ForAll("specs") String yaml, @ForAll int where, @ForAll("nodes") JsonNode what) {
        ObjectNode json = Specs.PARSER.toJson(Specs.parse(yaml));
        List<String> pointers = new ArrayList<>();
        collect(json, "", pointers);
        String mutated = pointers.get(Math.floorMod(where, pointers.size()));
        replace(json, mutated, what);
        try {
            SpecCheck.check(Specs.PARSER.parse(json), Specs.images(10), null);
        } catch (InvalidSpecException e) {
            assertThat(e.problems()).as(mutated + " = " + what).anyMatch(problem -> isAbout(problem, mutated));
        }
    }

    /** Some rules hold between places: either of the two may be named. */
    private static boolean isAbout(Problem problem, String mutated) {
        String pointer = problem.pointer().substring(1);
        return pointer.startsWith(mutated)
                || mutated.startsWith(pointer)
                || parent(pointer).equals(parent(mutated))
                || problem.code().startsWith("shape.")
                || List.of("model.too-large", "unique", "metric.incompatible").contains(problem.code());
    }

    private static String parent(String pointer) {
        return pointer.substring(0, pointer.lastIndexOf('/'));
    }

    private static void collect(JsonNode node, String pointer, List<String> pointers) {
        if (!pointer.isEmpty()) {
            pointers.add(pointer);
        }
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(member -> collect(member.getValue(), pointer + "/" + member.getKey(), pointers));
        }
        for (int i = 0; node instanceof ArrayNode && i < node.size(); i++) {
            collect(node.get(i), pointer + "/" + i, pointers);
        }
    }

    private static void replace(ObjectNode root, String pointer, JsonNode value) {
        int cut = pointer.lastIndexOf('/');
        JsonNode parent = root.at(pointer.substring(0, cut));
        String last = pointer.substring(cut + 1);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(last), value);
        }
    }

    @Provide
    Arbitrary<JsonNode> nodes() {
        return Arbitraries.of(
                NODES.nullNode(),
                NODES.booleanNode(true),
                NODES.numberNode(0),
                NODES.numberNode(-1),
                NODES.numberNode(1.5),
                NODES.numberNode(1e300),
                NODES.numberNode(Double.POSITIVE_INFINITY),
                NODES.numberNode(new BigInteger("9".repeat(40))),
                NODES.stringNode(""),
                NODES.stringNode("x\u202ey"),
                NODES.stringNode("../../etc"),
                NODES.stringNode("sgd"),
                NODES.stringNode("lenet"),
                NODES.arrayNode(),
                NODES.arrayNode().add(5).add("a"),
                NODES.arrayNode().add(NODES.arrayNode()),
                NODES.objectNode(),
                NODES.objectNode().put("type", "dense"),
                NODES.objectNode().put("type", "adam").put("units", 3),
                NODES.objectNode().put("a/b~c", 1));
    }

    @Provide
    Arbitrary<String> specs() {
        Arbitrary<String> heads = Arbitraries.of(
                "",
                "name: run 1\n",
                "experiment: é\ntags: [a, b]\n",
                "seed: 9007199254740991\n",
                "retries: 2\npriority: -5\n");
        Arbitrary<String> data = Arbitraries.of(
                "data: {dataset: d}\n",
                "data: {dataset: d, validation_split: 0.25, shuffle: false, normalize: minmax}\n",
                "data: {dataset: d, validation_split: 0.5, stratify: true}\n");
        Arbitrary<String> models = Arbitraries.of(
                "model: {type: lenet}\n",
                "model: {type: mlp, hidden: [], dropout: 0.5}\n",
                "model: {type: sequential, layers: [{type: conv2d, filters: 2, kernel: 3}, {type: batch_norm}, {type: elu},"
                        + " {type: max_pool2d, kernel: 2, stride: 1, padding: 1}, {type: flatten}, {type: dense, units: 10}]}\n");
        Arbitrary<String> optimizers = Arbitraries.of(
                "",
                "optimizer: {type: sgd, momentum: 0.9, nesterov: true, clip_norm: 1}\n",
                "optimizer: {type: adamw, betas: [0.5, 0.9], amsgrad: true}\n");
        Arbitrary<String> tails = Arbitraries.of(
                "",
                "loss: cross_entropy\nmetrics: []\n",
                "callbacks: [{type: EarlyStopping, baseline: 0.1}, {type: EarlyStopping}, {type: TerminateOnNaN}]\n",
                "initial_weights: {job: 3, strict: false}\nresources: {cpus: 2, memory: 1GiB, time_limit: 2h}\n");
        return Combinators.combine(heads, data, models, optimizers, tails)
                .as((head, dataset, model, optimizer, tail) ->
                        head + "epochs: 2\nbatch_size: 16\n" + dataset + model + optimizer + tail);
    }
}
