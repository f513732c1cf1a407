package io.signalbox.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class DataRulesTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            group: many                                                     | #/data/group
            time: a                                                         | #/data/time
            group: nobody, validation_split: 0.2                            | #/data/group
            group: class, validation_split: 0.2                             | #/data/group
            group: one, validation_split: 0.2                               | #/data/group
            group: many, time: a, validation_split: 0.2                     | #/data/time
            group: many, stratify: true, validation_split: 0.2              | #/data/stratify
            time: a, stratify: true, validation_split: 0.2                  | #/data/stratify
            time: a, folds: {k: 5, fold: 0}                                 | #/data/time
            validation_split: 0.2, folds: {k: 5, fold: 0}                   | #/data/folds
            validation_dataset: u, folds: {k: 5, fold: 0}                   | #/data/folds
            'folds: {k: 5, fold: 5}'                                        | #/data/folds/fold
            'folds: {k: 1, fold: 0}'                                        | #/data/folds/k
            stratify: true, target: y, folds: {k: 5, fold: 0}               | #/data/stratify
            class_weight: heavy                                             | #/data/class_weight
            'class_weight: [1, -2, 1]'                                      | #/data/class_weight
            'class_weight: [1, 2]'                                          | #/data/class_weight
            'class_weight: {p: 1, z: 2}'                                    | #/data/class_weight/z
            class_weight: balanced, target: y                               | #/data/class_weight
            'augment: [{type: random_horizontal_flip}]'                     | #/data/augment/0
            'augment: [{type: mixup}, {type: gaussian_noise}]'              | #/data/augment/0
            'augment: [{type: gaussian_noise, sigma: 0}]'                   | #/data/augment/0/sigma
            'augment: [{type: flip}]'                                       | #/data/augment/0/type
            """)
    void refusesWhatDoesNotFitTogether(String data, String pointer) {
        assertThat(faults(data, Specs.table())).extracting(Problem::pointer).containsExactly(pointer);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            group: a, validation_split: 0.2                                 | #/data/group
            time: a, validation_split: 0.2                                  | #/data/time
            'augment: [{type: random_crop, padding: 28}]'                   | #/data/augment/0/padding
            'augment: [{type: color_jitter, saturation: 0.5}]'              | #/data/augment/0/saturation
            'augment: [{type: color_jitter}]'                               | #/data/augment/0/brightness
            'augment: [{type: random_rotation}]'                            | #/data/augment/0/degrees
            """)
    void refusesWhatDoesNotFitImages(String data, String pointer) {
        assertThat(faults(data, Specs.images(0))).extracting(Problem::pointer).containsExactly(pointer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            group: many, validation_split: 0.2
            group: many, folds: {k: 3, fold: 1}
            time: a, validation_split: 0.2
            stratify: true, folds: {k: 3, fold: 1}
            class_weight: balanced
            'class_weight: [1, 2, 0.5]'
            'class_weight: {p: 3}'
            class_weight: balanced, target: c
            'augment: [{type: gaussian_noise}, {type: mixup, alpha: 0.2}]'
            """)
    void takesWhatFits(String data) {
        CheckedSpec checked = check(data, Specs.table());

        assertThat(checked.spec()).isEqualTo(Specs.PARSER.parse(Specs.PARSER.toJson(checked.spec())));
        assertThat(checked.warnings()).isEmpty();
    }

    @Test
    void takesNoColumnByWhichRowsAreCutForAFeature() {
        assertThat(check("features: [a, b]", Specs.table()).input().shape()).containsExactly(2);
        int all = check("", Specs.table()).input().shape().get(0);
        assertThat(check("group: many, validation_split: 0.2", Specs.table())
                        .input()
                        .shape())
                .containsExactly(all - 1);
        assertThat(check("group: a, features: [a, b], validation_split: 0.2", Specs.table())
                        .input()
                        .shape())
                .containsExactly(2);
    }

    @Test
    void countsTheRowsOfAFold() {
        CheckedSpec checked = check("folds: {k: 4, fold: 3}", Specs.table());

        assertThat(checked.trainingExamples()).isEqualTo(113);
        assertThat(checked.validationExamples()).isEqualTo(37);
    }

    @Test
    void validatesImagesOnTheFoldNotOnTheirTestPart() {
        CheckedSpec checked = check("folds: {k: 4, fold: 3}", Specs.images(100));

        assertThat(checked.spec().data().validationDataset()).isNull();
        assertThat(checked.validationExamples()).isEqualTo(250);
    }

    @Test
    void weighsClassesAsScikitLearnDoes() {
        List<String> classes = List.of("p", "q", "r");

        assertThat(ClassWeight.of(weight("balanced"), classes, new long[] {6, 3, 3}))
                .containsExactly(12 / (3f * 6), 12 / (3f * 3), 12 / (3f * 3));
        assertThat(ClassWeight.of(weight("balanced"), classes, new long[] {6, 0, 2}))
                .containsExactly(8 / (2f * 6), 0, 8 / (2f * 2));
        assertThat(ClassWeight.of(weight("[1, 2, 0.5]"), classes, new long[3])).containsExactly(1, 2, 0.5f);
        assertThat(ClassWeight.of(weight("{q: 3}"), classes, new long[3])).containsExactly(1, 3, 1);
    }

    private static JsonNode weight(String yaml) {
        return Specs.yaml("w: " + yaml).get("w");
    }

    private static List<Problem> faults(String data, DatasetSchema schema) {
        InvalidSpecException refusal = catchThrowableOfType(InvalidSpecException.class, () -> check(data, schema));
        return refusal == null ? List.of() : refusal.problems();
    }

    private static CheckedSpec check(String data, DatasetSchema schema) {
        JobSpec spec = Specs.parse("""
                epochs: 2
                batch_size: 32
                data: {dataset: t, %s}
                model: {type: mlp}
                optimizer: {type: adam}
                """.formatted(data.isEmpty() ? "shuffle: true" : data));
        return SpecCheck.check(spec, schema, null, () -> 1);
    }
}
