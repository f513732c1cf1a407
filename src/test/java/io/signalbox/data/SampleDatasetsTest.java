package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleDatasetsTest {

    @TempDir
    static Path root;

    private static List<DatasetInfo> made = List.of();

    @BeforeAll
    static void make() throws IOException {
        made = SampleDatasets.write(root);
    }

    @Test
    void describesAllThree() throws IOException {
        assertThat(made).extracting(DatasetInfo::name).isEqualTo(SampleDatasets.NAMES);
        try (Stream<Path> folders = Files.list(root)) {
            assertThat(folders).hasSize(3);
        }
    }

    @Test
    void theTableHasThreeBalancedClassesAndMixedColumns() {
        DatasetInfo table = made.get(0);

        assertThat(table.schema().target()).containsExactly("class");
        assertThat(table.rows()).isEqualTo(2_000);
        assertThat(table.classCounts())
                .hasSize(3)
                .allSatisfy((name, rows) -> assertThat(rows).isBetween(500L, 800L));
        assertThat(table.schema().columns().stream().map(Column::kind).filter(Kind.NUMERIC::equals))
                .hasSize(8);
    }

    @Test
    void theRegressionHasNoClasses() {
        assertThat(made.get(1).classCounts()).isEmpty();
        assertThat(made.get(1).schema().target()).containsExactly("y");
    }

    @Test
    void theDigitsHaveATestPart() {
        assertThat(made.get(2).schema().rows()).isEqualTo(6_000);
        assertThat(made.get(2).schema().testRows()).isEqualTo(1_000);
        assertThat(made.get(2).schema().imageShape()).containsExactly(1, 28, 28);
        assertThat(made.get(2).classCounts())
                .hasSize(10)
                .allSatisfy((name, rows) -> assertThat(rows).isBetween(500L, 700L));
    }

    /** Content that changes breaks every checkpoint trained on it: then these change on purpose or not at all. */
    @Test
    void areTheSameEverywhere() {
        assertThat(made)
                .extracting(DatasetInfo::sha256)
                .containsExactly(
                        "c380c10d8b165fd7354c7c93b19179086492d832df0b9eba708afb3349ee6268",
                        "4984084c1c261cab2f39f07d3e71fff122138e32d8aa045a327b740bc1d3b46a",
                        "4923254fb67116091270a2e365c3f38d0a53a119ef215694867decc8e9028d8a");
    }

    @Test
    void areNotMadeAgain() throws IOException {
        Path description = root.resolve("sample-tabular/dataset.json");
        FileTime before = Files.getLastModifiedTime(description);

        assertThat(SampleDatasets.write(root)).isEqualTo(made);
        assertThat(Files.getLastModifiedTime(description)).isEqualTo(before);
    }

    @Test
    void theDigitsAreHardForALinearModelButNotHopeless() {
        Path digits = root.resolve(SampleDatasets.DIGITS);
        TrainingData data = Fixtures.load(digits, digits, Fixtures.spec(null, false, "none"), true);

        SoftmaxRegression linear = new SoftmaxRegression(data.training().shape(), 10);
        for (int epoch = 0; epoch < 5; epoch++) {
            linear.train(data.training());
        }

        assertThat(linear.accuracy(data.validation())).isBetween(0.75, 0.88);
    }
}
