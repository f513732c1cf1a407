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
import io.signalbox.engine.optimizer.Optimizer;
import io.signalbox.engine.optimizer.Optimizers;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.OptimizerSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.model.Input;
import io.signalbox.spec.model.LayerSpec;
import io.signalbox.spec.schema.Binder;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
        trains(vector, false);
    }

    static Stream<Arguments> vectorsOfWhatIsOtherwiseOnAGraphicsProcessor() {
        return vectors()
                .filter(vector -> ((JsonNode) vector.get()[1])
                        .get("optimizer")
                        .get("type")
                        .asString()
                        .equals("Adagrad"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectorsOfWhatIsOtherwiseOnAGraphicsProcessor")
    void trainsAsPyTorchDoesWithoutKernelsForTheCpu(String id, JsonNode vector) {
        trains(vector, true);
    }

    private static void trains(JsonNode vector, boolean gpu) {
        List<LayerSpec> layers = List.of(
                new LayerSpec.Dense(HIDDEN, true),
                vector.get("activation").asString().equals("relu") ? new LayerSpec.Relu() : new LayerSpec.Tanh(),
                new LayerSpec.Dense(OUTPUTS, true));
        LossSpec loss = loss(vector.get("loss"));
        double lossTolerance = vector.get("tolerance").get("loss").asDouble();
        double weightTolerance = vector.get("tolerance").get("weight").asDouble();
        try (PtNDManager manager = Torch.open(1)) {
            Network network = Network.of(layers, Input.numbers(INPUTS), 1, manager);
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
            double normTolerance =
                    vector.get("tolerance").get("grad_norm_relative").asDouble();
            Optimizer optimizer = Optimizers.of(design.optimizer(), gpu);
            try (TrainingProgram program = new TrainingProgram(design, optimizer, manager)) {
                for (int step = 0; step < vector.get("steps").asInt(); step++) {
                    int start = step % ORACLE.get("batches").size() * batch;
                    program.measure();
                    program.update(start, batch, design.optimizer().learningRate(), step);
                    assertThat(program.result(0))
                            .as("loss of step %d", step)
                            .isCloseTo(vector.get("losses").get(step).asDouble(), within(lossTolerance));
                    double norm = vector.get("grad_norms").get(step).asDouble();
                    assertThat(Math.sqrt(program.gradientNorms().values().stream()
                                    .mapToDouble(each -> each * each)
                                    .sum()))
                            .as("norm of the gradients before clipping at step %d", step)
                            .isCloseTo(norm, within(Math.max(norm * normTolerance, lossTolerance)));
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

    /** As a spec has it: what is left out is the spec's default, which must be PyTorch's. */
    private static LossSpec loss(JsonNode loss) {
        ObjectNode spec = ((ObjectNode) loss.get("args")).deepCopy();
        if (spec.has("weight")) {
            spec.set("class_weights", spec.remove("weight"));
        }
        spec.remove("reduction"); // the mean, always
        return bind(spec.put("type", loss.get("type").asString()), LossSpec.class);
    }

    private static OptimizerSpec optimizer(JsonNode vector) {
        JsonNode optimizer = vector.get("optimizer");
        ObjectNode spec = ((ObjectNode) optimizer.get("args")).deepCopy();
        spec.set("learning_rate", spec.remove("lr"));
        JsonNode clip = vector.get("clip");
        if (clip.has("max_norm")) {
            spec.set("clip_norm", clip.get("max_norm"));
        } else if (clip.has("clip_value")) {
            spec.set("clip_value", clip.get("clip_value"));
        }
        return bind(spec.put("type", optimizer.get("type").asString().toLowerCase(Locale.ROOT)), OptimizerSpec.class);
    }

    private static <S> S bind(ObjectNode spec, Class<S> sealed) {
        List<Problem> problems = new ArrayList<>();
        S bound = Binder.bindVariant(spec, sealed, "#", problems);
        assertThat(problems).isEmpty();
        return bound;
    }

    static Stream<Arguments> lossValues() {
        return ORACLE.get("loss_values")
                .valueStream()
                .filter(loss ->
                        !loss.get("args").path("reduction").asString("mean").equals("sum"))
                .map(loss -> Arguments.of(loss.get("type").asString() + " " + loss.get("args"), loss));
    }

    /** The outputs are the weights of a network of one layer, so that its first update shows their gradient. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("lossValues")
    void computesLossesAndTheirGradientsAsPyTorchDoes(String id, JsonNode vector) {
        LossSpec loss = loss(vector);
        int rows = vector.get("outputs").size();
        int outputs = vector.get("outputs").get(0).size();
        double relative = vector.get("tolerance").get("relative").asDouble();
        double absolute = vector.get("tolerance").get("absolute").asDouble();
        double value = vector.get("value").asDouble();
        try (PtNDManager manager = Torch.open(1)) {
            Network network = Network.of(List.of(new LayerSpec.Dense(outputs, false)), Input.numbers(rows), 1, manager);
            network.load(
                    Map.of("0.weight", Tensor.of(transposed(vector.get("outputs")), outputs, rows)), "the outputs");
            TrainingProgram.Design design = new TrainingProgram.Design(
                    network,
                    ExampleTensors.of(oneHot(vector, loss), manager),
                    null,
                    new Scale(new float[] {0}, new float[] {1}),
                    Objective.of(loss),
                    List.of(),
                    new OptimizerSpec.Sgd(1, 0, 0, false, 0, null, null),
                    false,
                    1);
            try (TrainingProgram program = new TrainingProgram(design, manager)) {
                program.update(0, rows, 1, 0);
                assertThat(program.result(0)).isCloseTo(value, within(absolute + Math.abs(value) * relative));
            }
            float[] after = network.state().get("0.weight").content().floats();
            float[] before = transposed(vector.get("outputs"));
            float[] gradient = transposed(vector.get("grad"));
            for (int i = 0; i < after.length; i++) {
                // The weight less the gradient, in float32.
                double rounding = Math.ulp(before[i]);
                assertThat((double) before[i] - after[i]).isCloseTo(gradient[i], within(absolute + rounding));
            }
        }
    }

    private static float[] transposed(JsonNode rows) {
        int columns = rows.get(0).size();
        float[] values = new float[rows.size() * columns];
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < columns; column++) {
                values[column * rows.size() + row] =
                        (float) rows.get(row).get(column).asDouble();
            }
        }
        return values;
    }

    private static Examples oneHot(JsonNode vector, LossSpec loss) {
        int rows = vector.get("outputs").size();
        int outputs = vector.get("outputs").get(0).size();
        ByteBuffer x = direct(rows * rows * Float.BYTES);
        for (int i = 0; i < rows; i++) {
            x.putFloat((i * rows + i) * Float.BYTES, 1);
        }
        boolean classes = loss instanceof LossSpec.CrossEntropy;
        ByteBuffer target = direct(rows * (classes ? Long.BYTES : outputs * Float.BYTES));
        if (classes) {
            vector.get("labels").forEach(label -> target.putLong(label.asLong()));
        } else {
            for (float value : floats(vector.get(loss instanceof LossSpec.BceWithLogits ? "multi_hot" : "targets"))) {
                target.putFloat(value);
            }
        }
        return new Examples(
                rows,
                List.of(rows),
                ElementType.FLOAT32,
                x,
                classes ? ElementType.INT64 : ElementType.FLOAT32,
                classes ? 1 : outputs,
                target.rewind());
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
