package io.signalbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.callback.Callbacks;
import io.signalbox.callback.Mailbox;
import io.signalbox.data.DatasetFolder;
import io.signalbox.data.DatasetInfo;
import io.signalbox.data.TrainingData;
import io.signalbox.data.Wavs;
import io.signalbox.data.Zips;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.Outcome;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.SpecCheck;
import io.signalbox.spec.SpecParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One small job on each format, from the uploaded file to the weights. */
class FormatJobsTest {

    private static final int EACH = 12;

    @TempDir
    Path folder;

    @Test
    void learnsToTellPicturesApart() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < EACH; i++) {
            files.put("dark/" + i + ".png", Zips.picture("png", 8, 6, 0x101010 + i));
            files.put("light/" + i + ".jpg", Zips.picture("jpg", 8, 6, 0xE0E0E0 + i));
        }
        ObjectNode options = options();
        options.putArray("image_size").add(4).add(4);

        learns(
                "image_folder",
                options,
                Zips.zip(files),
                "{stratify: true, validation_split: 0.25}",
                "[{type: flatten}, {type: dense, units: 2}]");
    }

    @Test
    void learnsTheNextCharacter() throws IOException {
        learns(
                "text",
                options(),
                "abcd".repeat(300).getBytes(StandardCharsets.UTF_8),
                "{validation_split: 0.1, tokens: {context: 8}}",
                "[{type: embedding, embedding_dim: 8}, {type: dense, units: 5}]");
    }

    @Test
    void learnsTheClassOfTexts() throws IOException {
        StringBuilder table = new StringBuilder("text,label\n");
        for (int i = 0; i < 40; i++) {
            table.append(i % 2 == 0 ? "what a good day,yes\n" : "one bad night,no\n");
        }
        learns(
                "labelled_text",
                options(),
                table.toString().getBytes(StandardCharsets.UTF_8),
                "{validation_split: 0.2}",
                "[{type: embedding, embedding_dim: 4}, {type: flatten}, {type: dense, units: 2}]");
    }

    @Test
    void learnsToTellTonesApart() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < EACH; i++) {
            files.put("high/" + i + ".wav", Wavs.tone(2_000 + 10 * i, 800));
            files.put("low/" + i + ".wav", Wavs.tone(300 + 10 * i, 700));
        }
        learns(
                "audio_folder",
                options().put("n_mels", 8),
                Zips.zip(files),
                "{stratify: true, validation_split: 0.25, normalize: standard}",
                "[{type: flatten}, {type: dense, units: 2}]");
    }

    private static ObjectNode options() {
        return JsonNodeFactory.instance.objectNode();
    }

    private void learns(String format, ObjectNode options, byte[] content, String data, String layers)
            throws IOException {
        Path dataset = Files.createDirectory(folder.resolve("dataset"));
        Path file = Files.write(dataset.resolve("uploaded"), content);
        DatasetInfo info = DatasetFolder.create(dataset, "uploaded", format, options, List.of(file));
        Callbacks types = new Callbacks();
        CheckedSpec checked = SpecCheck.check(
                new SpecParser(types).parse(SpecParser.readYaml("""
                                seed: 3
                                epochs: 15
                                batch_size: 4
                                data: {dataset: uploaded, %s}
                                model: {type: sequential, layers: %s}
                                optimizer: {type: adam, learning_rate: 0.02}
                                """.formatted(
                                data.substring(1, data.length() - 1), layers)
                        .getBytes(StandardCharsets.UTF_8))),
                info.schema(),
                null);
        TrainingData loaded = TrainingData.load(dataset, null, checked.spec().data(), 0, true);
        List<Jobs.Told> told = new ArrayList<>();

        Training.Result result = Jobs.run(
                checked,
                loaded,
                types.forRun(
                        checked.spec().callbacks(),
                        new Callbacks.Surroundings(new Mailbox(), 10, null, System::nanoTime)),
                folder,
                null,
                told);

        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        List<EpochEnd> epochs = Jobs.only(EpochEnd.class, told);
        assertThat(epochs.get(epochs.size() - 1).logs().get("val_accuracy")).isGreaterThan(0.99);
        assertThat(checked.trainingExamples()).isEqualTo(loaded.training().count());
        assertThat(checked.validationExamples()).isEqualTo(loaded.validation().count());
    }
}
