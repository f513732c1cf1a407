package io.signalbox.engine.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.engine.loss.Objective;
import io.signalbox.engine.torch.HostTensor;
import io.signalbox.engine.torch.Script;
import io.signalbox.engine.torch.Torch;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.MetricSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every metric against what scikit-learn 1.9.1 computed, however the set is cut into batches. */
class ScikitLearnTest {

    private static final double RELATIVE = 1e-9;
    private static final double ABSOLUTE = 1e-12;

    static Stream<Arguments> values() throws IOException {
        try (InputStream in = ScikitLearnTest.class.getResourceAsStream("/io/signalbox/engine/metrics.json")) {
            List<Arguments> values = new ArrayList<>();
            for (JsonNode vector : new JsonMapper().readTree(in).get("vectors")) {
                specs(vector).forEach((name, spec) -> {
                    JsonNode value = vector.get("expected").get(name).get("value");
                    double expected = value.isNull() ? Double.NaN : value.asDouble();
                    values.add(Arguments.of(vector.get("id").asString(), name, spec, vector, expected));
                });
            }
            return values.stream();
        }
    }

    /** The metrics of a vector that a spec can name; {@code top_k} is always 1 from as many classes on. */
    private static Map<String, MetricSpec> specs(JsonNode vector) {
        Map<String, MetricSpec> specs = new LinkedHashMap<>();
        switch (vector.get("task").asString()) {
            case "multiclass" -> {
                specs.put("accuracy", new MetricSpec.Accuracy());
                for (String average : List.of("macro", "micro", "weighted")) {
                    specs.put("precision_" + average, new MetricSpec.Precision(average));
                    specs.put("recall_" + average, new MetricSpec.Recall(average));
                    specs.put("f1_" + average, new MetricSpec.F1(average));
                }
                for (int k = 1; k <= 3; k++) {
                    specs.put("top_" + k + "_accuracy", new MetricSpec.TopK(k));
                }
                specs.put("auc_ovr_macro", new MetricSpec.Auc("ovr"));
                specs.put("auc_ovo_macro", new MetricSpec.Auc("ovo"));
            }
            case "binary" -> {
                specs.put("accuracy", new MetricSpec.Accuracy());
                specs.put("precision", new MetricSpec.Precision(null));
                specs.put("recall", new MetricSpec.Recall("binary"));
                specs.put("f1", new MetricSpec.F1(null));
                specs.put("auc", new MetricSpec.Auc("ovr"));
            }
            default -> {
                specs.put("mae", new MetricSpec.Mae());
                specs.put("rmse", new MetricSpec.Rmse());
                specs.put("r2", new MetricSpec.R2());
            }
        }
        return specs;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("values")
    void agrees(String id, String name, MetricSpec spec, JsonNode vector, double expected) {
        Set set = Set.of(vector);
        for (int batch : List.of(1, 3, set.rows())) {
            double value = set.measure(spec, batch);
            if (Double.isNaN(expected)) {
                assertThat(value).as("in batches of %d", batch).isNaN();
            } else {
                assertThat(value)
                        .as("in batches of %d", batch)
                        .isCloseTo(expected, within(Math.max(ABSOLUTE, Math.abs(expected) * RELATIVE)));
            }
        }
    }

    /** A vector's outputs, binary ones as logits around the threshold, and its targets. */
    private record Set(double[] outputs, int width, double[] targets, LossSpec loss) {

        static Set of(JsonNode vector) {
            return switch (vector.get("task").asString()) {
                case "multiclass" -> {
                    int width = vector.get("scores").get(0).size();
                    yield new Set(
                            numbers(vector.get("scores")),
                            width,
                            numbers(vector.get("labels")),
                            new LossSpec.CrossEntropy());
                }
                case "binary" -> {
                    double threshold = vector.get("threshold").asDouble();
                    double[] logits = Arrays.stream(numbers(vector.get("scores")))
                            .map(score -> score - threshold)
                            .toArray();
                    yield new Set(logits, 1, numbers(vector.get("labels")), new LossSpec.BceWithLogits());
                }
                default -> {
                    JsonNode first = vector.get("targets").get(0);
                    yield new Set(
                            numbers(vector.get("predictions")),
                            first.isArray() ? first.size() : 1,
                            numbers(vector.get("targets")),
                            new LossSpec.Mse());
                }
            };
        }

        private static double[] numbers(JsonNode nested) {
            return nested.valueStream()
                    .flatMapToDouble(node -> node.isArray()
                            ? Arrays.stream(numbers(node))
                            : Stream.of(node).mapToDouble(JsonNode::asDouble))
                    .toArray();
        }

        int rows() {
            return outputs.length / width;
        }

        double measure(MetricSpec spec, int batch) {
            boolean classes = loss instanceof LossSpec.CrossEntropy;
            String expression = Objective.of(loss).metric(spec.name());
            WholeSet whole = new WholeSet(List.of(spec), new WholeSet.Shape(width, classes));
            double sum = 0;
            for (int from = 0; from < rows(); from += batch) {
                Set part = part(from, Math.min(batch, rows() - from));
                if (expression == null) {
                    whole.add(new Batch(part.outputs, width, part.targets));
                } else {
                    sum += part.evaluate(expression) * part.rows();
                }
            }
            return expression == null ? whole.value(spec.name()) : sum / rows();
        }

        private Set part(int from, int count) {
            int wide = targets.length / rows();
            return new Set(
                    Arrays.copyOfRange(outputs, from * width, (from + count) * width),
                    width,
                    Arrays.copyOfRange(targets, from * wide, (from + count) * wide),
                    loss);
        }

        /** What the training program computes of a batch, in double precision. */
        private double evaluate(String expression) {
            boolean classes = loss instanceof LossSpec.CrossEntropy;
            try (PtNDManager manager = Torch.open(1)) {
                HostTensor z = HostTensor.zeros(manager, DataType.FLOAT64, rows(), width);
                z.memory().asDoubleBuffer().put(outputs);
                HostTensor y = classes
                        ? HostTensor.zeros(manager, DataType.INT64, rows())
                        : HostTensor.zeros(manager, DataType.FLOAT64, rows(), width);
                if (classes) {
                    y.memory()
                            .asLongBuffer()
                            .put(Arrays.stream(targets).mapToLong(t -> (long) t).toArray());
                } else {
                    y.memory().asDoubleBuffer().put(targets);
                }
                HostTensor result = HostTensor.zeros(manager, DataType.FLOAT64, 1);
                String source = "  def measure(self: " + Script.SELF + ", control: Tensor) -> List[Tensor]:\n"
                        + "    z = self.z[0]\n    y = self.y[0]\n"
                        + "    torch.copy_(torch.select(self.result[0], 0, 0), " + expression + ")\n"
                        + "    return annotate(List[Tensor], [])\n";
                Map<String, List<HostTensor>> lists =
                        Map.of("z", List.of(z), "y", List.of(y), "result", List.of(result));
                try (Script script = Script.load(manager, lists, source, result)) {
                    script.method("measure", false).call();
                }
                return result.memory().getDouble();
            }
        }
    }
}
