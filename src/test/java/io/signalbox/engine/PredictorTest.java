package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.Callbacks;
import io.signalbox.data.DatasetFolder;
import io.signalbox.data.DatasetInfo;
import io.signalbox.data.TrainingData;
import io.signalbox.data.Wavs;
import io.signalbox.data.Zips;
import io.signalbox.engine.Predictor.Likelihood;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.SpecCheck;
import io.signalbox.spec.SpecParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A checkpoint answers raw inputs, from the uploaded file to the prediction. */
class PredictorTest {

    @TempDir
    Path folder;

    @Test
    void tellsRecordingsApart() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < 12; i++) {
            files.put("high/" + i + ".wav", Wavs.tone(2_000 + 10 * i, 800));
            files.put("low/" + i + ".wav", Wavs.tone(300 + 10 * i, 700));
        }
        ObjectNode options = JsonNodeFactory.instance.objectNode().put("n_mels", 8);
        String spec = "data: {dataset: d, normalize: standard}\n"
                + "model: {type: sequential, layers: [{type: flatten}, {type: dense, units: 2}]}\n";
        ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
        inputs.add(Base64.getEncoder().encodeToString(Wavs.tone(2_055, 800)));
        inputs.add(Base64.getEncoder().encodeToString(Wavs.tone(355, 500)));

        try (Predictor predictor = trained("audio_folder", options, Zips.zip(files), spec)) {
            List<List<Likelihood>> labels = predictor.predict(inputs, "#/inputs").stream()
                    .map(predictor::labels)
                    .toList();

            assertThat(labels).extracting(label -> label.get(0).label()).containsExactly("high", "low");
            assertThat(labels.get(0).get(0).score()).isGreaterThan(0.5);
        }
    }

    @Test
    void givesTheRowsOfATableBackWhateverItsClassesAre() throws IOException {
        StringBuilder table = new StringBuilder("a,b,kind\n");
        for (int i = 0; i < 60; i++) {
            table.append(i % 3 + "," + (i % 3) * 2 + "," + "xyz".charAt(i % 3) + "\n");
        }
        String spec =
                "data: {dataset: d, target: kind}\nmodel: {type: autoencoder, hidden: [16, 4], activation: tanh}\n";
        ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
        inputs.addObject().put("a", 2).put("b", 4);

        try (Predictor predictor = trained(
                "csv",
                JsonNodeFactory.instance.objectNode(),
                table.toString().getBytes(StandardCharsets.UTF_8),
                spec)) {
            List<double[]> outputs = predictor.predict(inputs, "#/inputs");

            assertThat(predictor.outputShape()).containsExactly(2);
            assertThat(outputs.get(0)[0]).isCloseTo(2, within(0.3));
            assertThat(outputs.get(0)[1]).isCloseTo(4, within(0.3));
            assertThat(predictor.labels(outputs.get(0))).isEmpty();
        }
    }

    private Predictor trained(String format, ObjectNode options, byte[] content, String spec) throws IOException {
        Path dataset = Files.createDirectory(folder.resolve("dataset"));
        Path file = Files.write(dataset.resolve("uploaded"), content);
        DatasetInfo info = DatasetFolder.create(dataset, "uploaded", format, options, List.of(file));
        String whole = "seed: 3\nepochs: 40\nbatch_size: 8\noptimizer: {type: adam, learning_rate: 0.02}\n" + spec;
        CheckedSpec checked = SpecCheck.check(
                new SpecParser(new Callbacks()).parse(SpecParser.readYaml(whole.getBytes(StandardCharsets.UTF_8))),
                info.schema(),
                null);
        TrainingData data = TrainingData.load(dataset, null, checked.spec().data(), 0, true);
        Jobs.run(checked, data, List.of(), folder, null, new ArrayList<>());
        return Predictor.open(
                folder.resolve("checkpoints"),
                "final",
                checked.spec().model(),
                Objects.requireNonNull(checked.spec().loss()));
    }
}
