package io.signalbox.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.signalbox.spec.DatasetSchema.Level;
import io.signalbox.spec.DatasetSchema.Texts;
import io.signalbox.spec.model.Input;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenizedTest {

    private static final DatasetSchema SHAKESPEARE = texts(
            1_115_394,
            List.of(),
            "character",
            new Level(1_115_394, 65, 1_115_394),
            "byte",
            new Level(1_115_394, 256, 1_115_394));
    private static final DatasetSchema MESSAGES = texts(
            5_574,
            List.of("ham", "spam"),
            "word",
            new Level(80_000, 9_000, 171),
            "character",
            new Level(400_000, 90, 910));

    private static final String NEXT =
            "{type: sequential, layers: [{type: embedding, embedding_dim: 8}, {type: dense, units: %d}]}";

    @Test
    void asksOfATextTheNextCharacterAtEachPosition() {
        CheckedSpec checked =
                check("data: {dataset: t, validation_split: 0.1}\nmodel: " + NEXT.formatted(66), SHAKESPEARE);

        assertThat(checked.input()).isEqualTo(Input.tokens(64, 66));
        assertThat(checked.spec().data().tokens()).isEqualTo(new DataSpec.Tokens("character", 64, 64, null, null));
        assertThat(checked.trainingExamples()).isEqualTo((1_003_854 - 1) / 64);
        assertThat(checked.validationExamples()).isEqualTo((111_540 - 1) / 64);
        assertThat(SpecCheck.check(checked.spec(), SHAKESPEARE, null)).isEqualTo(checked);
    }

    @Test
    void asksOfLabelledTextsTheirClass() {
        String model =
                "{type: sequential, layers: [{type: embedding, embedding_dim: 8}, {type: flatten}, {type: dense, units: 2}]}";
        CheckedSpec checked = check("data: {dataset: t, tokens: {max_tokens: 500}}\nmodel: " + model, MESSAGES);

        assertThat(checked.input()).isEqualTo(Input.padded(128, 500));
        assertThat(checked.classes()).containsExactly("ham", "spam");
        assertThat(SpecCheck.check(checked.spec(), MESSAGES, null)).isEqualTo(checked);
    }

    @Test
    void countsExamplesAStrideApart() {
        CheckedSpec checked = check(
                "data: {dataset: t, tokens: {context: 64, stride: 16}}\nmodel: " + NEXT.formatted(66), SHAKESPEARE);

        assertThat(checked.trainingExamples()).isEqualTo((1_115_394 - 65) / 16 + 1);
        assertThat(SpecCheck.check(checked.spec(), SHAKESPEARE, null)).isEqualTo(checked);
    }

    @Test
    void refusesAStrideWhoseExamplesDoNotFitIntoMemory() {
        assertThat(pointers("tokens: {context: 1000, stride: 1}", SHAKESPEARE)).contains("#/data/tokens/stride");
    }

    @Test
    void refusesWhatDoesNotGoWithTheDataset() {
        assertThat(pointers("tokens: {max_length: 5, level: word}", SHAKESPEARE))
                .containsExactly("#/data/tokens/max_length", "#/data/tokens/level");
        assertThat(pointers("tokens: {stride: 5}", MESSAGES)).contains("#/data/tokens/stride");
        assertThat(pointers("tokens: {context: 5}, normalize: standard, target: x", MESSAGES))
                .contains("#/data/tokens/context", "#/data/target", "#/data/normalize");
        assertThat(pointers("tokens: {level: word}", Specs.table())).contains("#/data/tokens");
        assertThat(pointers("stratify: true, validation_split: 0.1", SHAKESPEARE))
                .contains("#/data/stratify");
    }

    @Test
    void refusesATextShorterThanAnExample() {
        assertThat(pointers("validation_split: 0.00001", SHAKESPEARE)).contains("#/data/validation_split");
        assertThat(pointers("validation_split: 0.99999", SHAKESPEARE)).contains("#/data/validation_split");
    }

    private static CheckedSpec check(String yaml, DatasetSchema schema) {
        return SpecCheck.check(Specs.parse("epochs: 1\noptimizer: {type: sgd}\n" + yaml), schema, null, () -> 7);
    }

    private static List<String> pointers(String data, DatasetSchema schema) {
        InvalidSpecException refusal = catchThrowableOfType(
                InvalidSpecException.class,
                () -> check("data: {dataset: t, " + data + "}\nmodel: " + NEXT.formatted(66), schema));
        return refusal.problems().stream().map(Problem::pointer).toList();
    }

    private static DatasetSchema texts(
            long rows, List<String> classes, String first, Level one, String second, Level two) {
        Map<String, Level> levels = new LinkedHashMap<>();
        levels.put(first, one);
        levels.put(second, two);
        return new DatasetSchema(rows, 0, List.of(), null, classes, List.of(), new Texts(levels));
    }
}
