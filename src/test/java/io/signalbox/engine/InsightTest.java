package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Callback;
import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.checkpoint.Safetensors;
import io.signalbox.data.TrainingData;
import io.signalbox.event.EventDetail.Artifact;
import io.signalbox.event.EventDetail.CheckpointSaved;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.CheckedSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What callbacks see of a network that trains, and keep. */
class InsightTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int EPOCHS = 2;
    private static final int VALIDATION = 20;
    private static final TrainingData DATA = Jobs.images(50, VALIDATION, "aa");
    private static final CheckedSpec SPEC = Jobs.cnn(EPOCHS, 16, Jobs.ADAM, 50);

    @TempDir
    Path folder;

    private final List<Jobs.Told> told = new ArrayList<>();

    private static List<Callback> looking() {
        return new ArrayList<>(new Callbacks()
                .create(List.of(
                        spec("Histograms", "{\"bins\":10}"),
                        spec("ConfusionMatrix", "{}"),
                        spec("Predictions", "{\"count\":4}"),
                        spec("Embeddings", "{\"layer\":2,\"examples\":8}"),
                        spec("ModelCheckpoint", "{\"save_freq\":4}"))));
    }

    private static CallbackSpec spec(String type, String params) {
        return new CallbackSpec(type, type.toLowerCase(java.util.Locale.ROOT), (ObjectNode) JSON.readTree(params));
    }

    private void train(List<Callback> callbacks) {
        Jobs.run(SPEC, DATA, callbacks, folder, null, told);
    }

    private JsonNode last(String name) {
        Artifact artifact = null;
        for (Artifact next : Jobs.only(Artifact.class, told)) {
            artifact = next.name().equals(name) ? next : artifact;
        }
        return JSON.readTree(
                folder.resolve(Objects.requireNonNull(artifact, name).file()).toFile());
    }

    private Map<String, String> weights() throws IOException {
        Map<String, String> weights = new LinkedHashMap<>();
        Safetensors.read(folder.resolve("checkpoints/final/model.safetensors")).forEach((name, tensor) -> {
            byte[] bytes = new byte[tensor.data().remaining()];
            tensor.data().duplicate().get(bytes);
            weights.put(name, HexFormat.of().formatHex(bytes));
        });
        return weights;
    }

    /** Every artifact's content by its file. */
    private Map<String, String> artifacts() throws IOException {
        Map<String, String> contents = new LinkedHashMap<>();
        for (Artifact artifact : Jobs.only(Artifact.class, told)) {
            contents.put(artifact.file(), Files.readString(folder.resolve(artifact.file())));
        }
        return contents;
    }

    @Test
    void lookingChangesNoBitOfTheWeights(@TempDir Path other) throws IOException {
        train(looking());
        Map<String, String> looked = weights();

        folder = other;
        train(new ArrayList<>(new Callbacks().create(List.of(spec("ModelCheckpoint", "{\"save_freq\":4}")))));

        assertThat(looked).isEqualTo(weights());
    }

    @Test
    void theMatrixIsOfTheVeryPassThatTheMetricsStemFrom() {
        double[] accuracy = new double[1];
        List<Callback> callbacks = looking();
        callbacks.add(new Callback() {
            @Override
            public String name() {
                return "listener";
            }

            @Override
            public void onTestEnd(Logs logs, Run run) {
                accuracy[0] = logs.get("accuracy").orElseThrow();
            }
        });

        train(callbacks);

        JsonNode matrix = last("confusionmatrix").get("matrix");
        int right = 0;
        int all = 0;
        for (int i = 0; i < Jobs.CLASSES; i++) {
            for (int j = 0; j < Jobs.CLASSES; j++) {
                all += matrix.get(i).get(j).asInt();
                right += i == j ? matrix.get(i).get(j).asInt() : 0;
            }
        }
        assertThat(all).isEqualTo(VALIDATION);
        assertThat((double) right / all).isCloseTo(accuracy[0], within(1e-12));
        assertThat(last("confusionmatrix").get("curves")).hasSize(Jobs.CLASSES);
        assertThat(last("predictions").get("mistakes").asInt()).isEqualTo(all - right);
    }

    @Test
    void predictionsBeginWithTheWorstMistake() {
        train(looking());

        JsonNode samples = last("predictions").get("samples");
        assertThat(samples).hasSize(4);
        for (int i = 1; i < samples.size(); i++) {
            JsonNode before = samples.get(i - 1);
            JsonNode sample = samples.get(i);
            boolean rightFirst =
                    !before.get("wrong").asBoolean() && sample.get("wrong").asBoolean();
            assertThat(rightFirst).isFalse();
            if (before.get("wrong").asBoolean() == sample.get("wrong").asBoolean()) {
                assertThat(before.get("loss").asDouble())
                        .isGreaterThanOrEqualTo(sample.get("loss").asDouble());
            }
        }
        JsonNode first = samples.get(0);
        double sum = 0;
        for (JsonNode score : first.get("scores")) {
            sum += score.get("score").asDouble();
        }
        assertThat(sum).isCloseTo(1, within(1e-6));
        assertThat(Base64.getDecoder().decode(first.get("picture").asString())).startsWith(0x89, 'P', 'N', 'G');
    }

    @Test
    void histogramsAreOfEveryNumberOfEveryTensor() {
        train(looking());

        JsonNode histograms = last("histograms");
        for (String part : List.of("weights", "gradients")) {
            assertThat(histograms.get(part)).hasSize(6);
            JsonNode kernel = histograms.get(part).get(0);
            assertThat(kernel.get("name").asString()).isEqualTo("0.weight");
            int counted = 0;
            for (JsonNode count : kernel.get("counts")) {
                counted += count.asInt();
            }
            assertThat(counted).isEqualTo(4 * 9);
            assertThat(kernel.get("deviation").asDouble()).isPositive();
        }
    }

    /** After the rectifier nothing is negative, and of a picture's channels the means are kept. */
    @Test
    void embeddingsAreALayersOutputs() {
        train(looking());

        JsonNode embeddings = last("embeddings");
        assertThat(embeddings.get("dimensions").asInt()).isEqualTo(4);
        ByteBuffer vectors = ByteBuffer.wrap(
                        Base64.getDecoder().decode(embeddings.get("vectors").asString()))
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertThat(vectors.remaining()).isEqualTo(8 * 4 * Float.BYTES);
        while (vectors.hasRemaining()) {
            assertThat(vectors.getFloat()).isNotNegative();
        }
        assertThat(embeddings.get("labels")).hasSize(8);
    }

    /** The checkpoint is made after the last update of an epoch, before its end. */
    @Test
    void anArtifactThatIsMadeTwiceIsTheSameOne(@TempDir Path other) throws IOException {
        train(looking());
        Map<String, String> whole = artifacts();
        CheckpointSaved middle = Jobs.only(CheckpointSaved.class, told).get(0);

        told.clear();
        Jobs.run(SPEC, DATA, looking(), folder, middle.name(), told);

        assertThat(artifacts()).isEqualTo(whole);
        assertThat(middle.name()).isEqualTo("epoch-001");
    }
}
