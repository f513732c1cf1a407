package io.signalbox.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.DataSpec;
import io.signalbox.spec.DatasetSchema.Level;
import io.signalbox.spec.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;

class LabelledTextTest {

    private static final String MESSAGES =
            "text,kind\nWin win now!,spam\n\"Hello, you\",ham\nhello win,ham\nunseen words,spam\n";

    @TempDir
    Path folder;

    @Test
    void describesTextsAndTheirClasses() {
        DatasetInfo info = create(MESSAGES, "{}");

        assertThat(info.rows()).isEqualTo(4);
        assertThat(info.schema().classes()).containsExactly("ham", "spam");
        assertThat(info.classCounts()).containsExactly(Map.entry("ham", 2L), Map.entry("spam", 2L));
        assertThat(info.schema().texts().levels().get("word")).isEqualTo(new Level(9, 6, 3));
        assertThat(info.preview().rows().get(1)).containsExactly("Hello, you", "ham");
        assertThat(DatasetInfo.fromJson(info.toJson())).isEqualTo(info);
    }

    @Test
    void numbersTheWordsOfTheTrainingPartByTheirFrequency() {
        create(MESSAGES, "{}");

        TrainingData data = load(spec(0.25, "word", 2, null));

        // 0 pads, 1 is unknown; then win (3), hello (2), now, you.
        assertThat(TextTest.longs(data.training().features())).containsExactly(2L, 2L, 3L, 5L, 3L, 2L);
        assertThat(TextTest.longs(data.validation().features())).containsExactly(1L, 1L);
        assertThat(Fixtures.classes(data.training())).containsExactly(1L, 0L, 0L);
        assertThat(data.preparation().path("vocabulary"))
                .hasToString("[\"\",\"[UNK]\",\"win\",\"hello\",\"now\",\"you\"]");
    }

    @Test
    void padsWhatIsShorterAndCutsWhatIsLonger() {
        create("text,kind\na b c,x\na,y\n", "{}");

        assertThat(TextTest.longs(load(spec(null, "word", 2, null)).training().features()))
                .containsExactly(2L, 3L, 2L, 0L);
    }

    @Test
    void keepsTheMostFrequentTokensOnly() {
        create("text,kind\na a b,x\nb a c,y\n", "{}");

        assertThat(TextTest.longs(load(spec(null, "word", 3, 4)).training().features()))
                .containsExactly(2L, 2L, 3L, 3L, 2L, 1L);
    }

    @Test
    void cutsIntoCharactersWhereAsked() {
        create("text,kind\nAb,x\nb,y\n", "{}");

        assertThat(TextTest.longs(
                        load(spec(null, "character", 2, null)).training().features()))
                .containsExactly(3L, 2L, 2L, 0L);
    }

    @Test
    void findsTheColumnsThatAreNamed() {
        DatasetInfo info = create(
                "id;class;message\n1;x;one two\n2;y;three\n",
                "{\"text\": \"message\", \"target\": \"class\", \"separator\": \";\"}");

        assertThat(info.schema().classes()).containsExactly("x", "y");
        assertThat(info.preview().rows().get(0)).containsExactly("one two", "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": \"nowhere\"}",
                "{\"target\": \"nowhere\"}",
                "{\"text\": \"kind\"}",
                "{\"separator\": \"|\"}",
                "{\"column\": \"text\"}"
            })
    void refusesOptionsThatAreNone(String options) {
        assertThat(Fixtures.refused(() -> create(MESSAGES, options)))
                .hasSize(1)
                .allMatch(problem -> problem.pointer().startsWith("#/options/"));
    }

    @Test
    void tellsEveryRowThatIsWrong() {
        List<Problem> problems =
                Fixtures.refused(() -> create("text,kind\n,spam\nhello,\none,two,three\nfine,ham\n", "{}"));

        assertThat(problems)
                .extracting(Problem::code)
                .containsExactly("csv.missing-value", "csv.missing-value", "csv.ragged-row");
    }

    @Test
    void takesOrRefusesAFileCutOffAtAnyByte() {
        byte[] whole = MESSAGES.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            if (Fixtures.refused(() -> create(cut, "{}")).isEmpty()) {
                assertThat(load(spec(null, null, 4, null)).training().count()).isPositive();
            }
        }
    }

    @Test
    void splitsEachClassWhenStratified() {
        create("text,kind\na,x\nb,x\nc,x\nd,x\ne,y\nf,y\n", "{}");

        TrainingData data = load(Fixtures.spec(0.5, true, "none"));

        assertThat(Fixtures.classes(data.validation())).containsExactly(0L, 0L, 1L);
    }

    @Test
    void validatesOnOtherTextsInTheSameVocabulary() {
        Path other = folder.resolve("other");
        create("text,kind\nwin now,spam\nhello,ham\n", "{}");
        Fixtures.create(
                other,
                "labelled_text",
                "{}",
                Fixtures.file(other, "table.csv", "text,kind\nnow or never,spam\n".getBytes(StandardCharsets.UTF_8)));

        TrainingData data = Fixtures.load(folder, other, spec(null, "word", 3, null), true);

        assertThat(TextTest.longs(data.validation().features())).containsExactly(3L, 1L, 1L);
        assertThat(Fixtures.classes(data.validation())).containsExactly(1L);
    }

    @Test
    void preparesTextsAsTrainingDid() {
        create(MESSAGES, "{}");
        Preparation preparation =
                Preparation.of(load(spec(null, "word", 3, null)).preparation());
        ArrayNode inputs = DatasetJson.object().putArray("inputs").add("Hello, stranger");

        List<Long> ids = TextTest.longs(preparation.apply(inputs, "#/inputs"));

        assertThat(ids).hasSize(3).endsWith(1L, 0L);
        assertThat(preparation.classes()).containsExactly("ham", "spam");
    }

    private static DataSpec spec(Double split, String level, Integer length, Integer most) {
        return Fixtures.spec(split, new DataSpec.Tokens(level, null, null, length, most));
    }

    private TrainingData load(DataSpec spec) {
        return Fixtures.load(folder, spec, true);
    }

    private DatasetInfo create(String content, String options) {
        return create(content.getBytes(StandardCharsets.UTF_8), options);
    }

    private DatasetInfo create(byte[] content, String options) {
        return Fixtures.create(folder, "labelled_text", options, Fixtures.file(folder, "table.csv", content));
    }
}
