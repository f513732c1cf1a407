package io.signalbox.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.Problem;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.model.ShapeException;
import io.signalbox.spec.schema.Binder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the server says of shapes and sizes is what PyTorch makes, for every kind of layer with options by chance. */
class ShapeAgreementTest {

    private static final int DRAWS = 400;
    private static final int ENOUGH = 5;
    private static final int BATCH = 2;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    static Stream<String> kinds() {
        return Binder.variantNames(LayerSpec.class).stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void outputShapesAndSizesAreThoseThatPyTorchMakes(String kind) {
        Random random = new Random(kind.hashCode());
        int compared = 0;
        for (int draw = 0; draw < DRAWS && compared < 4 * ENOUGH; draw++) {
            LayerSpec layer =
                    Binder.bindVariant(options(kind, random, 0), LayerSpec.class, "#", new ArrayList<Problem>());
            Input input = input(kind, random);
            if (layer != null && fits(layer, input)) {
                compare(layer, input);
                compared++;
            }
        }
        assertThat(compared).as("draws that fit").isGreaterThanOrEqualTo(ENOUGH);
    }

    private static boolean fits(LayerSpec layer, Input input) {
        try {
            io.signalbox.spec.model.Network.of(List.of(layer), input);
            return true;
        } catch (ShapeException e) {
            return false;
        }
    }

    private static void compare(LayerSpec layer, Input input) {
        var said = io.signalbox.spec.model.Network.of(List.of(layer), input);
        try (PtNDManager manager = Torch.open(1)) {
            Network network = Network.of(List.of(layer), input, 1, manager);
            List<Integer> withBatch = new ArrayList<>(List.of(BATCH));
            withBatch.addAll(input.shape());
            long[] shape = withBatch.stream().mapToLong(Integer::longValue).toArray();
            HostTensor x = HostTensor.zeros(manager, input.ofTokens() ? DataType.INT64 : DataType.FLOAT32, shape);
            HostTensor made =
                    HostTensor.zeros(manager, DataType.INT64, said.output().size() + 1);
            HostTensor control = HostTensor.zeros(manager, DataType.FLOAT64, 1);
            Map<String, List<HostTensor>> lists = Map.of(
                    "parameters", Network.tensors(network.parameters()),
                    "buffers", Network.tensors(network.buffers()),
                    "io", List.of(x, made));
            String method = "  def shape(self: " + Script.SELF + ", control: Tensor) -> List[Tensor]:\n"
                    + "    torch.copy_(self.io[1], torch.tensor(torch.size((self).forward(self.io[0], False))))\n"
                    + "    return annotate(List[Tensor], [])\n";
            try (Script script = Script.load(manager, lists, network.code() + method, control)) {
                script.method("shape", false).call();
            }
            List<Integer> output = new ArrayList<>();
            java.nio.LongBuffer sides = made.memory().asLongBuffer();
            while (sides.hasRemaining()) {
                output.add((int) sides.get());
            }
            assertThat(output.subList(1, output.size()))
                    .as("%s on %s", layer, input)
                    .isEqualTo(said.output());
            assertThat(network.parameterCount()).as("%s on %s", layer, input).isEqualTo(said.parameters());
            long buffers = network.buffers().stream()
                    .mapToLong(named -> named.tensor().shape().stream().reduce(1L, (a, b) -> a * b))
                    .sum();
            assertThat(buffers).as("%s on %s", layer, input).isEqualTo(said.buffers());
        }
    }

    private static Input input(String kind, Random random) {
        if (kind.equals("embedding")) {
            return Input.tokens(1 + random.nextInt(6), 1 + random.nextInt(4));
        }
        return Input.numbers(IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(i -> 1 + random.nextInt(9))
                .toList());
    }

    /** Options within their ranges, and small. */
    private static ObjectNode options(String kind, Random random, int depth) {
        ObjectNode options = NODES.objectNode().put("type", kind);
        ObjectNode schema = Binder.variantSchemas(LayerSpec.class).get(kind);
        schema.get("properties").properties().forEach(property -> {
            boolean required = schema.get("required")
                    .valueStream()
                    .anyMatch(name -> name.stringValue().equals(property.getKey()));
            if (!property.getKey().equals("type") && (required || random.nextBoolean())) {
                options.set(property.getKey(), value(property.getValue(), random, depth));
            }
        });
        return options;
    }

    private static JsonNode value(JsonNode schema, Random random, int depth) {
        if (schema.has("enum")) {
            return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
        }
        if (schema.has("oneOf")
                || !schema.has("type")
                || schema.get("type").stringValue().equals("object")) {
            return within(schema, random, depth);
        }
        double min = schema.path("minimum").asDouble(0);
        return switch (schema.get("type").stringValue()) {
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            case "integer" -> NODES.numberNode((int) min + random.nextInt(4));
            case "number" -> NODES.numberNode(random.nextInt(9) / 10.0);
            case "array" -> {
                var list = NODES.arrayNode();
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    list.add(value(schema.get("items"), random, depth));
                }
                yield list;
            }
            default -> throw new IllegalStateException("no value for " + schema);
        };
    }

    /** A layer within a layer: a recurrent one where only such may stand. */
    private static JsonNode within(JsonNode schema, Random random, int depth) {
        List<String> kinds = schema.path("oneOf")
                .valueStream()
                .map(option ->
                        option.path("properties").path("type").path("const").asString(""))
                .filter(name -> !name.isEmpty())
                .toList();
        List<String> of = depth > 0 || kinds.size() > 2 || kinds.isEmpty()
                ? List.of("dense", "tanh", "layer_norm", "batch_norm", "positional_encoding")
                : kinds;
        return options(of.get(random.nextInt(of.size())), random, depth + 1);
    }
}
