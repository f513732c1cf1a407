package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CheckpointRequest;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.data.Examples;
import io.signalbox.data.TrainingData;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.LossSpec;
import io.signalbox.spec.model.LayerSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A checkpoint as somebody else reads it: by the safetensors format alone and PyTorch's names and layouts, into a network
 * that is written out here in doubles. It must give the validation loss that training told.
 */
class OtherReaderTest {

    private static final int SIDE = Jobs.SIDE;
    private static final int HIDDEN = 8;
    private static final double EPS = 1e-5;

    @TempDir
    Path folder;

    /** A network of one example's pixels. */
    @FunctionalInterface
    interface Rebuilt {
        double[] scores(double[] pixels, Map<String, Tensor> weights);
    }

    /** A tensor of a file. */
    record Tensor(List<Integer> shape, float[] values) {}

    static Stream<Arguments> networks() {
        List<LayerSpec> mlp = List.of(
                new LayerSpec.Flatten(),
                new LayerSpec.Dense(HIDDEN, true),
                new LayerSpec.Tanh(),
                new LayerSpec.Dense(Jobs.CLASSES, true));
        CheckedSpec perceptron = Jobs.spec(
                mlp,
                List.of(List.of(SIDE * SIDE), List.of(HIDDEN), List.of(HIDDEN), List.of(Jobs.CLASSES)),
                List.of(1, SIDE, SIDE),
                3,
                16,
                new LossSpec.CrossEntropy(),
                List.of(),
                Jobs.ADAM,
                true,
                60);
        return Stream.of(
                Arguments.of("perceptron", perceptron, (Rebuilt) OtherReaderTest::perceptron),
                Arguments.of(
                        "convolutional", Jobs.cnn(3, 16, Jobs.ADAM, 60), (Rebuilt) OtherReaderTest::convolutional));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void findsTheSameValidationLoss(String name, CheckedSpec spec, Rebuilt network) throws IOException {
        TrainingData data = Jobs.images(60, 25, "aa");
        double[] best = {Double.POSITIVE_INFINITY};
        Callback keepBest = new Callback() {
            @Override
            public String name() {
                return "keep_best";
            }

            @Override
            public void onEpochEnd(int epoch, Logs logs, Run run) {
                double loss = logs.get("val_loss").orElseThrow();
                if (loss < best[0]) {
                    best[0] = loss;
                    run.saveCheckpoint(new CheckpointRequest("best", true, true, logs.toMap(), name()));
                }
            }
        };
        Jobs.run(spec, data, List.of(keepBest), folder, null, new ArrayList<>());

        Map<String, Tensor> weights = read(folder.resolve("checkpoints/best/model.safetensors"));

        assertThat(loss(network, weights, Objects.requireNonNull(data.validation())))
                .isCloseTo(best[0], within(1e-5));
    }

    /** By the format's description: a length of eight bytes, a header in JSON, the data. */
    private static Map<String, Tensor> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) bytes.getLong();
        String header = new String(bytes.array(), Long.BYTES, length, StandardCharsets.UTF_8);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry :
                new JsonMapper().readTree(header).properties()) {
            JsonNode tensor = entry.getValue();
            if (tensor.path("dtype").asString("").equals("F32")) {
                int begin = tensor.at("/data_offsets/0").asInt();
                int end = tensor.at("/data_offsets/1").asInt();
                float[] values = new float[(end - begin) / Float.BYTES];
                bytes.slice(Long.BYTES + length + begin, end - begin)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(values);
                List<Integer> shape = new ArrayList<>();
                tensor.get("shape").forEach(side -> shape.add(side.asInt()));
                tensors.put(entry.getKey(), new Tensor(shape, values));
            }
        }
        return tensors;
    }

    /** Mean cross entropy. */
    private static double loss(Rebuilt network, Map<String, Tensor> weights, Examples examples) {
        double sum = 0;
        for (int i = 0; i < examples.count(); i++) {
            double[] pixels = new double[SIDE * SIDE];
            for (int p = 0; p < pixels.length; p++) {
                pixels[p] = ((examples.features().get(i * pixels.length + p) & 0xFF) - 127.5) / 127.5;
            }
            double[] scores = network.scores(pixels, weights);
            double total = 0;
            for (double score : scores) {
                total += Math.exp(score);
            }
            int label = (int) examples.target().order(ByteOrder.nativeOrder()).getLong(i * Long.BYTES);
            sum += Math.log(total) - scores[label];
        }
        return sum / examples.count();
    }

    /** {@code nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.Tanh(), nn.Linear(8, 3))}. */
    private static double[] perceptron(double[] pixels, Map<String, Tensor> weights) {
        double[] hidden = linear(pixels, weights, "1");
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = Math.tanh(hidden[i]);
        }
        return linear(hidden, weights, "3");
    }

    /**
     * {@code nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
     * nn.Dropout(0.3), nn.Linear(36, 3)).eval()}.
     */
    private static double[] convolutional(double[] pixels, Map<String, Tensor> weights) {
        int filters = tensor(weights, "0.weight").shape().get(0);
        assertThat(tensor(weights, "0.weight").shape()).containsExactly(4, 1, 3, 3);
        double[] pooled = new double[filters * SIDE / 2 * SIDE / 2];
        for (int f = 0; f < filters; f++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    double value = Math.max(0, normalized(convolved(pixels, weights, f, y, x), weights, f));
                    int at = (f * SIDE / 2 + y / 2) * SIDE / 2 + x / 2;
                    pooled[at] = Math.max(pooled[at], value);
                }
            }
        }
        return linear(pooled, weights, "6");
    }

    private static double convolved(double[] pixels, Map<String, Tensor> weights, int filter, int y, int x) {
        double sum = value(weights, "0.bias", filter);
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                boolean inside = y + dy >= 0 && y + dy < SIDE && x + dx >= 0 && x + dx < SIDE;
                if (inside) {
                    double weight = value(weights, "0.weight", (filter * 3 + dy + 1) * 3 + dx + 1);
                    sum += weight * pixels[(y + dy) * SIDE + x + dx];
                }
            }
        }
        return sum;
    }

    private static double normalized(double value, Map<String, Tensor> weights, int channel) {
        double distance = value - value(weights, "1.running_mean", channel);
        double deviation = Math.sqrt(value(weights, "1.running_var", channel) + EPS);
        return distance / deviation * value(weights, "1.weight", channel) + value(weights, "1.bias", channel);
    }

    private static double[] linear(double[] x, Map<String, Tensor> weights, String layer) {
        int units = tensor(weights, layer + ".bias").values().length;
        assertThat(tensor(weights, layer + ".weight").shape()).containsExactly(units, x.length);
        return IntStream.range(0, units)
                .mapToDouble(unit -> value(weights, layer + ".bias", unit)
                        + IntStream.range(0, x.length)
                                .mapToDouble(i -> value(weights, layer + ".weight", unit * x.length + i) * x[i])
                                .sum())
                .toArray();
    }

    private static double value(Map<String, Tensor> weights, String name, int index) {
        return tensor(weights, name).values()[index];
    }

    private static Tensor tensor(Map<String, Tensor> weights, String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }
}
