package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Well-known data, for those who have it: {@code -Dsignalbox.test.data=} a folder with {@code mnist/*.gz} and
 * {@code tabular/iris.csv}, {@code tabular/breast_cancer.csv}, {@code tinyshakespeare/input.txt}, {@code text/sms_spam.csv},
 * {@code fsdd/*.wav}.
 */
@EnabledIfSystemProperty(named = "signalbox.test.data", matches = ".+")
class RealDataTest {

    private Path data = Path.of("");

    @TempDir
    Path folder;

    @BeforeEach
    void find() {
        data = Path.of(System.getProperty("signalbox.test.data"));
    }

    @Test
    void readsIris() throws IOException {
        DatasetInfo info = table("iris.csv");

        assertThat(info.rows()).isEqualTo(150);
        assertThat(info.classCounts())
                .containsOnlyKeys("setosa", "versicolor", "virginica")
                .containsValue(50L);
        assertThat(info.statistics().get(0).mean()).isBetween(5.843, 5.844);
        TrainingData cut = Fixtures.load(folder, Fixtures.spec(0.2, true, "standard"), true);
        assertThat(cut.training().count()).isEqualTo(120);
        assertThat(cut.training().shape()).containsExactly(4);
    }

    @Test
    void readsBreastCancer() throws IOException {
        DatasetInfo info = table("breast_cancer.csv");

        assertThat(info.rows()).isEqualTo(569);
        assertThat(info.schema().columns()).hasSize(31);
        assertThat(info.classCounts()).containsEntry("0", 212L).containsEntry("1", 357L);
    }

    @Test
    void readsMnist() throws IOException {
        List<String> names = List.of(
                "t10k-images-idx3-ubyte.gz",
                "t10k-labels-idx1-ubyte.gz",
                "train-images-idx3-ubyte.gz",
                "train-labels-idx1-ubyte.gz");
        for (String name : names) {
            Files.copy(data.resolve("mnist").resolve(name), folder.resolve(name));
        }

        DatasetInfo info = Fixtures.create(
                folder, "idx", "{}", names.stream().map(folder::resolve).toArray(Path[]::new));

        assertThat(info.schema().rows()).isEqualTo(60_000);
        assertThat(info.schema().testRows()).isEqualTo(10_000);
        assertThat(info.classCounts()).hasSize(10).containsEntry("5", 5_421L);
        assertThat(info.statistics().get(0).mean() / 255).isBetween(0.1306, 0.1307);
        assertThat(info.preview().images().get(0).label()).isEqualTo("5");
        Examples training = Fixtures.load(folder, folder, Fixtures.spec(null, false, "none"), true)
                .training();
        assertThat(training.features().remaining()).isEqualTo(47_040_000);
    }

    @Test
    void readsShakespeare() throws IOException {
        Files.copy(data.resolve("tinyshakespeare/input.txt"), folder.resolve("input.txt"));

        DatasetInfo info = Fixtures.create(folder, "text", "{}", folder.resolve("input.txt"));

        assertThat(info.rows()).isEqualTo(1_115_394);
        assertThat(info.schema().texts().levels().get("character").distinct()).isEqualTo(65);
        TrainingData cut = Fixtures.load(folder, Fixtures.spec(0.1, false, "none"), true);
        assertThat(cut.training().count()).isEqualTo(15_685);
        assertThat(cut.validation().count()).isEqualTo(1_742);
    }

    @Test
    void readsMessages() throws IOException {
        Files.copy(data.resolve("text/sms_spam.csv"), folder.resolve("sms_spam.csv"));

        DatasetInfo info = Fixtures.create(folder, "labelled_text", "{}", folder.resolve("sms_spam.csv"));

        assertThat(info.classCounts()).containsEntry("spam", 747L);
        assertThat(Fixtures.load(folder, Fixtures.spec(0.2, true, "none"), true)
                        .training()
                        .count())
                .isEqualTo(4_459);
    }

    @Test
    void readsSpokenDigits() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (DirectoryStream<Path> recordings = Files.newDirectoryStream(data.resolve("fsdd"), "*.wav")) {
            for (Path recording : recordings) {
                files.put(String.valueOf(recording.getFileName()), Files.readAllBytes(recording));
            }
        }
        Path zip = Fixtures.file(folder, "fsdd.zip", Zips.zip(files));

        DatasetInfo info = Fixtures.create(folder, "audio_folder", "{\"labels\": \"file_name\", \"seconds\": 1}", zip);

        assertThat(info.rows()).isEqualTo(1_200);
        assertThat(info.schema().imageShape()).containsExactly(1, 64, 41);
        assertThat(info.classCounts()).hasSize(10).containsEntry("7", 120L);
    }

    private DatasetInfo table(String name) throws IOException {
        Files.copy(data.resolve("tabular").resolve(name), folder.resolve(name));
        return Fixtures.create(folder, "csv", "{}", folder.resolve(name));
    }
}
