package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import io.signalbox.spec.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvDatasetTest {

    @TempDir
    Path folder;

    @Test
    void tellsNumericFromCategoricalColumns() {
        DatasetInfo info = Fixtures.csv(folder, "size,colour,count,kind\n1.5,red,2,b\n-2e3,blue,10,a\n.25,red,2,b\n");

        assertThat(info.schema().columns())
                .containsExactly(
                        new Column("size", Kind.NUMERIC, List.of()),
                        new Column("colour", Kind.CATEGORICAL, List.of("blue", "red")),
                        new Column("count", Kind.NUMERIC, List.of("2", "10")),
                        new Column("kind", Kind.CATEGORICAL, List.of("a", "b")));
        assertThat(info.rows()).isEqualTo(3);
    }

    @Test
    void takesTheLastColumnForTheTargetAndCountsItsClasses() {
        DatasetInfo info = Fixtures.csv(folder, "x,y\n1,b\n2,a\n3,b\n");

        assertThat(info.schema().target()).containsExactly("y");
        assertThat(info.classCounts()).containsExactly(Map.entry("a", 1L), Map.entry("b", 2L));
    }

    @Test
    void takesTheTargetThatTheOptionsName() {
        assertThat(Fixtures.csv(folder, "x,y,z\n1,2,3\n", "{\"target\": \"x\"}")
                        .schema()
                        .target())
                .containsExactly("x");
        assertThat(Fixtures.csv(folder, "x,y,z\n1,2,3\n", "{\"target\": [\"z\", \"x\"]}")
                        .schema()
                        .target())
                .containsExactly("z", "x");
    }

    @Test
    void readsQuotedFieldsWithSeparatorsQuotesAndNewlines() {
        DatasetInfo info = Fixtures.csv(folder, "\"a,1\",b\r\n\"x \"\"y\"\"\",\"two\nlines\"\r\n");

        assertThat(info.preview().columns()).containsExactly("a,1", "b");
        assertThat(info.preview().rows()).containsExactly(List.of("x \"y\"", "two\nlines"));
    }

    @ParameterizedTest
    @ValueSource(chars = {',', ';', '\t'})
    void takesTheUsualSeparators(char separator) {
        String table = "a,b\n1,2\n".replace(',', separator);
        String options = "{\"separator\": \"" + (separator == '\t' ? "\\t" : separator) + "\"}";

        assertThat(Fixtures.csv(folder, table, options).schema().columns())
                .extracting(Column::name)
                .containsExactly("a", "b");
    }

    @Test
    void acceptsAByteOrderMarkBlankLinesAndMixedLineEnds() {
        DatasetInfo info = Fixtures.csv(folder, "\uFEFFa,b\r\n1,2\r3,4\n\n5,6\n\n");

        assertThat(info.schema().columns()).extracting(Column::name).containsExactly("a", "b");
        assertThat(info.rows()).isEqualTo(3);
    }

    @Test
    void ignoresSpacesAroundUnquotedFields() {
        DatasetInfo info = Fixtures.csv(folder, "a , b\n 1, x\n2 ,x \n");

        assertThat(info.schema().columns())
                .containsExactly(
                        new Column("a", Kind.NUMERIC, List.of("1", "2")),
                        new Column("b", Kind.CATEGORICAL, List.of("x")));
    }

    @Test
    void namesLineAndColumnOfEveryMissingValue() {
        List<Problem> problems = Fixtures.refused(() -> Fixtures.csv(folder, "a,b\n1,2\n,3\n4,\" \"\n5,\"\"\n6,  \n"));

        assertThat(problems).extracting(Problem::code).containsOnly("csv.missing-value");
        assertThat(problems)
                .extracting(Problem::detail)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("line 3, column \"a\":"),
                        second -> assertThat(second).startsWith("line 4, column \"b\":"),
                        third -> assertThat(third).startsWith("line 5, column \"b\":"),
                        fourth -> assertThat(fourth).startsWith("line 6, column \"b\":"));
    }

    @ParameterizedTest
    @CsvSource({
        "NA, csv.missing-value",
        "nan, csv.missing-value",
        "?, csv.missing-value",
        "inf, csv.number",
        "1e39, csv.number"
    })
    void refusesWordsThatStandForNoNumberInANumericColumn(String word, String code) {
        List<Problem> problems = Fixtures.refused(() -> Fixtures.csv(folder, "a,b\n1,2\n" + word + ",3\n"));

        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).code()).isEqualTo(code);
        assertThat(problems.get(0).detail()).startsWith("line 3, column \"a\": \"" + word + "\"");
    }

    @Test
    void takesAFewWordsAmongManyNumbersForMistakes() {
        StringBuilder table = new StringBuilder("a,b\n");
        for (int i = 0; i < 40; i++) {
            table.append(i == 7 ? "\"1,5\"" : i + ".25").append(",1\n");
        }

        List<Problem> problems = Fixtures.refused(() -> Fixtures.csv(folder, table.toString()));

        assertThat(problems).extracting(Problem::code).containsExactly("csv.number");
        assertThat(problems.get(0).detail()).startsWith("line 9, column \"a\": \"1,5\"");
    }

    @Test
    void takesCodesOfDigitsAndLettersForCategories() {
        DatasetInfo info = Fixtures.csv(folder, "code,y\n1,1\n2,2\nX,3\n");

        assertThat(info.schema().columns().get(0))
                .isEqualTo(new Column("code", Kind.CATEGORICAL, List.of("1", "2", "X")));
    }

    @Test
    void namesRaggedRowsByTheLineTheyStartIn() {
        List<Problem> problems = Fixtures.refused(() -> Fixtures.csv(folder, "a,b\n\"x\ny\",1\n1\n1,2,3\n"));

        assertThat(problems)
                .extracting(Problem::code, Problem::detail)
                .satisfiesExactly(
                        first -> assertThat(first.toString()).contains("csv.ragged-row", "line 4: has 1 fields"),
                        second -> assertThat(second.toString()).contains("csv.ragged-row", "line 5: has 3 fields"));
    }

    @Test
    void tellsFiftyFaultsAtMost() {
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, "a,b\n" + "1\n".repeat(1_000))))
                .hasSize(50);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "''|csv.empty",
                "'\n\n'|csv.empty",
                "'a,b\n'|csv.empty",
                "'a\n1\n'|csv.header",
                "'a,\n1,2\n'|csv.header",
                "'a,a\n1,2\n'|csv.header",
                "'a,b\n1,\"2\n3,4\n'|csv.quote",
                "'a,b\n1,\"2\"\"\n'|csv.quote",
                "'a,b\n1,\"2\"x\n'|csv.quote"
            })
    void refusesWhatIsNoTable(String content, String code) {
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, content)))
                .extracting(Problem::code)
                .containsExactly(code);
    }

    @Test
    void namesTheLineOfAnOpenQuote() {
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, "a,b\n1,2\n1,\"2\n3,4\n"))
                        .get(0)
                        .detail())
                .startsWith("line 3:");
    }

    @Test
    void namesTheLineThatIsNotUtf8OrHoldsANul() {
        byte[] latin = "a,b\n1,2\n\u00e9,3\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, latin, "{}")).get(0))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo("csv.encoding");
                    assertThat(problem.detail()).startsWith("line 3 ");
                });
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, "a,b\r\n1,\0\r\n"))
                        .get(0)
                        .detail())
                .startsWith("line 2 ");
    }

    @Test
    void refusesACharacterCutOffAtTheEnd() {
        byte[] cut = {'a', ',', 'b', '\n', '1', ',', (byte) 0xC3};

        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, cut, "{}")))
                .extracting(Problem::code)
                .containsExactly("csv.encoding");
    }

    @Test
    void boundsFieldsColumnsAndCategories() {
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, "a,b\n1," + "x".repeat(1 << 21) + "\n")))
                .extracting(Problem::code)
                .containsExactly("csv.field-size");
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, "a,".repeat(20_000) + "b\n")))
                .extracting(Problem::code)
                .containsExactly("csv.too-large");
        StringBuilder table = new StringBuilder("id,b\n");
        for (int i = 0; i < 10_001; i++) {
            table.append("id").append(i).append(",1\n");
        }
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, table.toString())))
                .extracting(Problem::code)
                .containsExactly("csv.categories");
    }

    @Test
    void refusesWrongOptionsAllAtOnce() {
        assertThat(Fixtures.refused(
                        () -> Fixtures.csv(folder, "a,b\n1,2\n", "{\"separator\": \"#\", \"target\": 3, \"x\": 1}")))
                .extracting(Problem::pointer)
                .containsExactlyInAnyOrder("#/options/separator", "#/options/target", "#/options/x");
        assertThat(Fixtures.refused(() -> Fixtures.csv(folder, "a,b\n1,2\n", "{\"target\": [\"c\", \"d\"]}")))
                .extracting(Problem::code)
                .contains("dataset.column", "dataset.column");
    }

    @Test
    void refusesAnUnknownFormat() {
        assertThat(Fixtures.refused(
                        () -> Fixtures.create(folder, "parquet", "{}", Fixtures.file(folder, "f", new byte[0]))))
                .extracting(Problem::pointer, Problem::code)
                .containsExactly(tuple("#/format", "dataset.format"));
    }

    @Test
    void describesColumns() {
        DatasetInfo info = Fixtures.csv(folder, "a,b\n1,x\n2,y\n6,x\n");

        DatasetInfo.ColumnStatistics numeric = info.statistics().get(0);
        assertThat(numeric.min()).isEqualTo(1);
        assertThat(numeric.max()).isEqualTo(6);
        assertThat(numeric.mean()).isEqualTo(3);
        assertThat(numeric.std()).isCloseTo(Math.sqrt(14.0 / 3), offset(1e-12));
        assertThat(info.statistics().get(1).distinct()).isEqualTo(2);
    }

    @Test
    void hashesTheBytesOfTheFile() {
        assertThat(Fixtures.csv(folder, "a,b\n1,2\n").sha256())
                .isEqualTo("492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470");
    }

    @Test
    void writesWhatItFoundBesideTheFiles() throws IOException {
        DatasetInfo info = Fixtures.csv(folder, "a,b\n1,x\n2,y\n", "{\"target\": \"b\"}");

        assertThat(DatasetFolder.read(folder)).isEqualTo(info);
        assertThat(DatasetInfo.fromJson(info.toJson())).isEqualTo(info);
        assertThat(Files.list(folder)).hasSize(2);
        assertThat(info.toJson().get("schema").get("columns").get(1).get("kind").stringValue())
                .isEqualTo("categorical");
        assertThat(info.toJson().has("class_counts")).isTrue();
    }

    @Test
    void leavesNoDescriptionOfBadFiles() {
        Fixtures.refused(() -> Fixtures.csv(folder, "a,b\n1\n"));

        assertThat(folder.resolve("dataset.json")).doesNotExist();
    }
}
