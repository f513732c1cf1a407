package io.signalbox.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.checkpoint.Tensor;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.network.Network;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.model.LayerSpec;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Losses of every step and final weights against what PyTorch itself computed (2.13.0 on CPU, float32) on a network of 4
 * inputs, 8 hidden units and 3 outputs, over 20 steps.
 */
class PyTorchParityTest {

    private static final JsonNode ORACLE = read();
    private static final int INPUTS = 4;
    private static final int HIDDEN = 8;
    private static final int OUTPUTS = 3;

    private static JsonNode read() {
        try (InputStream in = PyTorchParityTest.class.getResourceAsStream("/io/signalbox/engine/optimizers.json")) {
            return new JsonMapper().readTree(in);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Stream<Arguments> vectors() {
        return ORACLE.get("vectors")
                .valueStream()
                .map(vector -> Arguments.of(vector.get("id").asString(), vector));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void trainsAsPyTorchDoes(String id, JsonNode vector) {
        List<LayerSpec> layers = List.of(
                new LayerSpec.Dense(HIDDEN, true),
                vector.get("activation").asString().equals("relu") ? new LayerSpec.Relu() : new LayerSpec.Tanh(),
                new LayerSpec.Dense(OUTPUTS, true));
        LossSpec loss = loss(vector.get("loss").get("type").asString());
        double lossTolerance = vector.get("tolerance").get("loss").asDouble();
        double weightTolerance = vector.get("tolerance").get("weight").asDouble();
        try (PtNDManager manager = Torch.open(1)) {
            Network network =
                    Network.of(layers, List.of(List.of(INPUTS), List.of(HIDDEN), List.of(HIDDEN)), 1, manager);
            network.load(weights(ORACLE.get("network").get("initial_weights")), "the initial weights");
            Examples examples = examples(loss);
            int batch = examples.count() / ORACLE.get("batches").size();
            TrainingProgram.Design design = new TrainingProgram.Design(
                    network,
                    ExampleTensors.of(examples, manager),
                    null,
                    new Scale(new float[] {0}, new float[] {1}),
                    Objective.of(loss),
                    List.of(),
                    optimizer(vector),
                    false,
                    1);
            try (TrainingProgram program = new TrainingProgram(design, manager)) {
                for (int step = 0; step < vector.get("steps").asInt(); step++) {
                    int start = step % ORACLE.get("batches").size() * batch;
                    program.update(start, batch, design.optimizer().learningRate(), step);
                    assertThat(program.result(0))
                            .as("loss of step %d", step)
                            .isCloseTo(vector.get("losses").get(step).asDouble(), within(lossTolerance));
                }
            }
            Map<String, Tensor> expected = weights(vector.get("final_weights"));
            network.state().forEach((name, tensor) -> {
                float[] values = tensor.content().floats();
                float[] wanted = expected.get(name).floats();
                for (int i = 0; i < values.length; i++) {
                    assertThat((double) values[i]).as("%s[%d]", name, i).isCloseTo(wanted[i], within(weightTolerance));
                }
            });
        }
    }

    private static LossSpec loss(String type) {
        return switch (type) {
            case "cross_entropy" -> new LossSpec.CrossEntropy();
            case "bce_with_logits" -> new LossSpec.BceWithLogits();
            case "mse" -> new LossSpec.Mse();
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static OptimizerSpec optimizer(JsonNode vector) {
        JsonNode args = vector.get("optimizer").get("args");
        JsonNode clip = vector.get("clip");
        Double norm = clip.isNull() || !clip.has("max_norm")
                ? null
                : clip.get("max_norm").asDouble();
        Double value = clip.isNull() || !clip.has("clip_value")
                ? null
                : clip.get("clip_value").asDouble();
        double rate = args.get("lr").asDouble();
        String type = vector.get("optimizer").get("type").asString();
        if (type.equals("SGD")) {
            return new OptimizerSpec.Sgd(
                    rate,
                    args.path("momentum").asDouble(0),
                    args.path("dampening").asDouble(0),
                    args.path("nesterov").asBoolean(false),
                    args.path("weight_decay").asDouble(0),
                    norm,
                    value);
        }
        List<Double> betas = args.has("betas")
                ? args.get("betas").valueStream().map(JsonNode::asDouble).toList()
                : List.of(0.9, 0.999);
        double eps = args.path("eps").asDouble(1e-8);
        boolean amsgrad = args.path("amsgrad").asBoolean(false);
        return type.equals("Adam")
                ? new OptimizerSpec.Adam(
                        rate, betas, eps, args.path("weight_decay").asDouble(0), amsgrad, norm, value)
                : new OptimizerSpec.Adamw(
                        rate, betas, eps, args.path("weight_decay").asDouble(0.01), amsgrad, norm, value);
    }

    private static Map<String, Tensor> weights(JsonNode weights) {
        Map<String, Tensor> tensors = new HashMap<>();
        tensors.put("0.weight", Tensor.of(floats(weights.get("w1")), HIDDEN, INPUTS));
        tensors.put("0.bias", Tensor.of(floats(weights.get("b1")), HIDDEN));
        tensors.put("2.weight", Tensor.of(floats(weights.get("w2")), OUTPUTS, HIDDEN));
        tensors.put("2.bias", Tensor.of(floats(weights.get("b2")), OUTPUTS));
        return tensors;
    }

    private static Examples examples(LossSpec loss) {
        String targets = loss instanceof LossSpec.BceWithLogits ? "multi_hot" : "targets";
        List<Float> features = new ArrayList<>();
        List<Float> values = new ArrayList<>();
        List<Long> labels = new ArrayList<>();
        for (JsonNode batch : ORACLE.get("batches")) {
            for (float value : floats(batch.get("x"))) {
                features.add(value);
            }
            for (float value : floats(batch.get(targets))) {
                values.add(value);
            }
            batch.get("labels").valueStream().map(JsonNode::asLong).forEach(labels::add);
        }
        boolean classes = loss instanceof LossSpec.CrossEntropy;
        ByteBuffer target = direct((classes ? labels.size() : values.size()) * Long.BYTES);
        if (classes) {
            labels.forEach(target::putLong);
        } else {
            values.forEach(target::putFloat);
        }
        ByteBuffer x = direct(features.size() * Float.BYTES);
        features.forEach(x::putFloat);
        return new Examples(
                labels.size(),
                List.of(INPUTS),
                ElementType.FLOAT32,
                x.rewind(),
                classes ? ElementType.INT64 : ElementType.FLOAT32,
                classes ? 1 : OUTPUTS,
                target.rewind());
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static float[] floats(JsonNode node) {
        List<Float> values = new ArrayList<>();
        flatten(node, values);
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    private static void flatten(JsonNode node, List<Float> into) {
        if (node.isArray()) {
            node.forEach(element -> flatten(element, into));
        } else {
            into.add((float) node.asDouble());
        }
    }
}
