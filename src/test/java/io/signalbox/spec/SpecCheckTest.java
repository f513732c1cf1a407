package io.signalbox.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecCheckTest {

    private static final String MLP = "model: {type: mlp}";
    private static final String LENET = "model: {type: lenet}";

    @Test
    void settlesEverythingForAClassification() {
        CheckedSpec checked = check("""
                epochs: 2
                batch_size: 32
                data: {dataset: t, validation_split: 0.2, features: [a, b, c]}
                model: {type: sequential, layers: [{type: dense, units: 8}, {type: relu}, {type: dense, units: 3}]}
                """, Specs.table());
        assertThat(checked.input().shape()).containsExactly(4);
        assertThat(checked.outputs()).isEqualTo(3);
        assertThat(checked.classes()).containsExactly("p", "q", "r");
        assertThat(checked.spec().loss()).isEqualTo(new LossSpec.CrossEntropy());
        assertThat(checked.spec().metricNames()).containsExactly("accuracy");
        assertThat(checked.spec().data().target()).containsExactly("class");
        assertThat(checked.parameters()).isEqualTo(4 * 8 + 8 + 8 * 3 + 3);
        assertThat(checked.trainingExamples()).isEqualTo(120);
        assertThat(checked.validationExamples()).isEqualTo(30);
        assertThat(checked.stepsPerEpoch()).isEqualTo(4);
        assertThat(checked.summaries().get(2)).isEqualTo(new CheckedSpec.LayerSummary("2 dense", List.of(3), 27));
        assertThat(checked.warnings()).isEmpty();
    }

    @Test
    void comesOutUnchangedTheSecondTime() {
        CheckedSpec once = check(spec("data: {dataset: d}\n" + LENET), Specs.images(100));
        CheckedSpec twice = SpecCheck.check(once.spec(), Specs.images(100), Specs.images(100));
        assertThat(twice).isEqualTo(once);
    }

    @Test
    void drawsASeedOnlyWhereThereIsNone() {
        JobSpec open = Specs.parse(spec("data: {dataset: t}\n" + MLP));
        assertThat(SpecCheck.check(open, Specs.table(), null, () -> 77).spec().seed())
                .isEqualTo(77);
        JobSpec given = Specs.parse(spec("seed: 0\ndata: {dataset: t}\n" + MLP));
        assertThat(SpecCheck.check(given, Specs.table(), null, () -> 77).spec().seed())
                .isZero();
        Long drawn =
                check(spec("data: {dataset: t}\n" + MLP), Specs.table()).spec().seed();
        assertThat(drawn).isBetween(0L, 1L << 53);
    }

    @ParameterizedTest(name = "{0} {1} -> {2} {3} with {4} outputs")
    @CsvSource(delimiter = '|', textBlock = """
            class        |                 | cross_entropy   | accuracy | 3   | [p, q, r]
            few          |                 | cross_entropy   | accuracy | 3   | [1, 2, 3]
            many         |                 | mse             | mae      | 1   | []
            many         | cross_entropy   | cross_entropy   | accuracy | 100 |
            y            |                 | mse             | mae      | 1   | []
            few          | mse             | mse             | mae      | 1   | []
            c            |                 | cross_entropy   | accuracy | 2   | [x, y]
            c            | bce_with_logits | bce_with_logits | accuracy | 1   | [x, y]
            flag         | bce_with_logits | bce_with_logits | accuracy | 1   | [0, 1]
            [flag, c]    |                 | bce_with_logits | accuracy | 2   | []
            [y, many]    |                 | mse             | mae      | 2   | []
            [flag, y]    |                 | mse             | mae      | 2   | []
            """)
    void drawsLossMetricsAndOutputsFromTheTarget(
            String target,
            @Nullable String loss,
            String expected,
            String metric,
            int outputs,
            @Nullable String classes) {
        String given = loss == null ? "" : "loss: " + loss + "\n";
        CheckedSpec checked = check(spec(given + "data: {dataset: t, target: " + target + "}\n" + MLP), Specs.table());
        assertThat(Specs.PARSER.toJson(checked.spec()).get("loss").stringValue())
                .isEqualTo(expected);
        assertThat(checked.spec().metricNames()).containsExactly(metric);
        assertThat(checked.outputs()).isEqualTo(outputs);
        if (classes != null) {
            assertThat(checked.classes()).hasToString(classes);
        }
    }

    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
            data: {dataset: t, target: klass}                              | #/data/target           | dataset.column      | there is no column "klass"; there are a, b, c
            data: {dataset: t, target: [y, klass]}                         | #/data/target/1         | dataset.column      | "klass"
            data: {dataset: t, features: [a, zz]}                          | #/data/features/1       | dataset.column      | "zz"
            data: {dataset: t, features: [class]}                          | #/data/features         | target-leak         | class
            data: {dataset: t, target: one}                                | #/data/target           | dataset.column      | one class only
            {loss: cross_entropy, data: {dataset: t, target: y}}           | #/loss                  | loss.incompatible   | holds no classes; use mse
            {loss: mse, data: {dataset: t}}                                | #/loss                  | loss.incompatible   | use cross_entropy
            {loss: bce_with_logits, data: {dataset: t}}                    | #/loss                  | loss.incompatible   | has 3 values; use cross_entropy
            {loss: bce_with_logits, data: {dataset: t, target: y}}         | #/loss                  | loss.incompatible   | use mse
            {loss: cross_entropy, data: {dataset: t, target: [c, class]}}  | #/loss                  | loss.incompatible   | one column
            {loss: {type: cross_entropy, class_weights: [1, 2]}, data: {dataset: t}} | #/loss/class_weights | count         | has 2 weights for 3 classes
            {loss: {type: bce_with_logits, pos_weight: [1, 2]}, data: {dataset: t, target: c}} | #/loss/pos_weight | count | has 2 weights for 1 labels; give one for each of c
            {metrics: [mae], data: {dataset: t}}                           | #/metrics/0             | metric.incompatible | use accuracy
            {metrics: [accuracy], data: {dataset: t, target: y}}           | #/metrics/0             | metric.incompatible | use mae
            {metrics: [f1, {type: top_k, k: 9}], data: {dataset: t}}       | #/metrics/1             | metric.incompatible | make k smaller
            {metrics: [cer], data: {dataset: t}}                           | #/metrics/0             | metric.incompatible | use accuracy
            data: {dataset: t, validation_split: 0.999}                    | #/data/validation_split | split.empty         | no row to train on of 150
            data: {dataset: t, target: y, stratify: true, validation_split: 0.5} | #/data/stratify   | target.classes      | classes
            """)
    void namesWhatDoesNotFitATable(String data, String pointer, String code, String detail) {
        String part = data.startsWith("{")
                ? data.substring(1, data.length() - 1).replaceAll("(^|, )(data|metrics)", "\n$2")
                : data;
        assertRefused(spec(part + "\n" + MLP), Specs.table(), pointer, code, detail);
    }

    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource(delimiter = '|', textBlock = """
            {type: dense, units: 10}                                                   | #/model/layers/0 | shape.mismatch | layer 0 (dense) expects [features], but [1, 28, 28] comes in; add a flatten layer before it
            {type: flatten}, {type: conv2d, filters: 2, kernel: 3}                     | #/model/layers/1 | shape.mismatch | [784] comes in
            {type: max_pool2d, kernel: 29}                                             | #/model/layers/0 | shape.invalid  | kernel of 29
            {type: flatten}, {type: dense, units: 7}                                   | #/model/layers/1 | shape.output   | gives [7], but the target needs [10] (one for each class); set its units to 10
            {type: flatten}, {type: dense, units: 7}, {type: softmax}                  | #/model/layers/1 | shape.output   | set its units to 10
            {type: flatten}                                                            | #/model/layers/0 | shape.output   | add a dense layer of 10 units
            {type: flatten}, {residual: [{type: dense, units: 5}]}                     | #/model/layers/1 | shape.mismatch | layer 1 (residual) makes [5] of [784], to which what comes in cannot be added; give it a shortcut
            {residual: [{type: relu}, {type: conv1d, filters: 2, kernel: 3}]}          | #/model/layers/0/layers/1 | shape.mismatch | layer 0.1 (conv1d) expects [channels, length]
            {type: parallel, branches: [[{type: relu}], [{type: flatten}]]}            | #/model/layers/0 | shape.mismatch | branches that give [1, 28, 28] and [784]
            {type: embedding, embedding_dim: 4}                                        | #/model/layers/0 | shape.mismatch | takes token ids, but numbers come in
            {type: relu}                                                               | #/model/layers/0 | shape.output   | add a flatten layer and a dense layer of 10 units
            {type: flatten}, {type: dense, units: 1000000}, {type: dense, units: 1000000} | #/model/layers/2 | model.too-large | at most 2147483648
            """)
    void namesTheLayerThatDoesNotFit(String layers, String pointer, String code, String detail) {
        String model = "model: {type: sequential, layers: [" + layers + "]}";
        assertRefused(spec("data: {dataset: d}\n" + model), Specs.images(0), pointer, code, detail);
    }

    @Test
    void listsLayersWithinLayersBelowThem() {
        CheckedSpec checked = check(
                spec("data: {dataset: t}\nmodel: {type: sequential, layers: ["
                        + "{residual: [{type: dense, units: 4}], shortcut: [{type: dense, units: 4, bias: false}]},"
                        + " {type: dense, units: 3}]}"),
                Specs.table());
        assertThat(checked.summaries())
                .extracting(CheckedSpec.LayerSummary::name)
                .containsExactly("0 residual", "0.0 dense", "0.shortcut.0 dense", "1 dense");
        assertThat(checked.summaries().stream()
                        .mapToLong(CheckedSpec.LayerSummary::parameters)
                        .sum())
                .isEqualTo(checked.parameters());
    }

    @Test
    void anAutoencoderGivesItsInputBackWhateverTheTarget() {
        CheckedSpec checked = check(spec("data: {dataset: d}\nmodel: {type: autoencoder}"), Specs.images(0));
        assertThat(checked.spec().loss()).isEqualTo(new LossSpec.Mse());
        assertThat(checked.outputs()).isEqualTo(784);
        assertThat(checked.classes()).isEmpty();
        assertRefused(
                spec("loss: cross_entropy\ndata: {dataset: d}\nmodel: {type: autoencoder}"),
                Specs.images(0),
                "#/loss",
                "loss.incompatible",
                "use mse, l1 or huber");
    }

    @Test
    void namesThePresetThatDoesNotFit() {
        assertRefused(
                spec("data: {dataset: t}\n" + LENET), Specs.table(), "#/model", "shape.mismatch", "layer 0 (conv2d)");
    }

    @Test
    void tellsAllFaultsAtOnce() {
        InvalidSpecException refusal =
                refusal(spec("data: {dataset: t, target: no, features: [nor]}\n" + LENET), Specs.table(), null);
        assertThat(refusal.problems())
                .extracting(Problem::pointer)
                .containsExactly("#/data/target", "#/data/features/0", "#/model");
    }

    @Test
    void asksForATargetWhereTheDatasetDeclaresNone() {
        DatasetSchema table =
                new DatasetSchema(5, 0, List.of(Specs.numeric("a"), Specs.numeric("b")), null, List.of(), List.of());
        assertRefused(
                spec("data: {dataset: t}\n" + MLP),
                table,
                "#/data/target",
                "dataset.column",
                "name one of its columns: a, b");
    }

    @Test
    void listsTheFirstFewOfManyColumns() {
        List<DatasetSchema.Column> columns =
                IntStream.range(0, 500).mapToObj(i -> Specs.numeric("c" + i)).toList();
        DatasetSchema wide = new DatasetSchema(5, 0, columns, null, List.of(), List.of("c0"));
        assertRefused(
                spec("data: {dataset: t, target: x}\n" + MLP),
                wide,
                "#/data/target",
                "dataset.column",
                "c9 and 490 more");
    }

    @Test
    void refusesAnEmptyDataset() {
        DatasetSchema empty = new DatasetSchema(0, 0, Specs.table().columns(), null, List.of(), List.of("class"));
        assertRefused(spec("data: {dataset: t}\n" + MLP), empty, "#/data/dataset", "dataset.empty", "no rows");
    }

    @Test
    void validatesImagesOnTheirTestPartUnlessToldOtherwise() {
        CheckedSpec byDefault = check(spec("data: {dataset: d}\n" + LENET), Specs.images(100));
        assertThat(byDefault.validationExamples()).isEqualTo(100);
        assertThat(byDefault.spec().data().validationDataset()).isEqualTo("d");
        CheckedSpec split = check(spec("data: {dataset: d, validation_split: 0.1}\n" + LENET), Specs.images(100));
        assertThat(split.trainingExamples()).isEqualTo(900);
        assertThat(split.validationExamples()).isEqualTo(100);
        assertThat(split.spec().data().validationDataset()).isNull();
        CheckedSpec none = check(spec("data: {dataset: d, validation_split: 0}\n" + LENET), Specs.images(100));
        assertThat(none.validationExamples()).isZero();
    }

    @Test
    void checksTheValidationDatasetsColumns() {
        DatasetSchema other = new DatasetSchema(
                20,
                0,
                List.of(
                        Specs.numeric("a"),
                        Specs.categorical("b", "1"),
                        Specs.categorical("c", "x", "z"),
                        Specs.categorical("class", "p", "q", "r")),
                null,
                List.of(),
                List.of());
        String spec = spec("data: {dataset: t, validation_dataset: v, features: [a, b, c, y]}\n" + MLP);
        assertThat(refusal(spec, Specs.table(), other).problems())
                .allSatisfy(problem -> assertThat(problem.pointer()).isEqualTo("#/data/validation_dataset"))
                .extracting(Problem::detail)
                .containsExactly(
                        "column \"b\" must be numeric",
                        "column \"c\" holds \"z\", which the training data does not",
                        "column \"y\" is missing");
        String fits = spec("data: {dataset: t, validation_dataset: v, features: [a]}\n" + MLP);
        assertThat(SpecCheck.check(Specs.parse(fits), Specs.table(), other).validationExamples())
                .isEqualTo(20);
    }

    @Test
    void refusesToValidateATableOnImages() {
        String spec = spec("data: {dataset: t, validation_dataset: v}\n" + MLP);
        assertThat(refusal(spec, Specs.table(), Specs.images(0))
                        .problems()
                        .get(0)
                        .code())
                .isEqualTo("shape.mismatch");
    }

    @ParameterizedTest(name = "{0} copies of the weights in {1}")
    @CsvSource(delimiter = '|', textBlock = """
            0 | {type: sgd}
            1 | {type: sgd, momentum: 0.9}
            2 | {type: adam}
            3 | {type: adamw, amsgrad: true}
            """)
    void forecastsTheOptimizersShareOfACheckpoint(int slots, String optimizer) {
        CheckedSpec checked =
                check(spec("data: {dataset: d}\noptimizer: " + optimizer + "\n" + LENET), Specs.images(0));
        long numbers = 61_706L * (1 + slots);
        assertThat(checked.checkpointBytes()).isBetween(4 * numbers, 4 * numbers + 20_000);
    }

    @ParameterizedTest(name = "{2} for {0}, {1}")
    @CsvSource(delimiter = '|', textBlock = """
            batch_size: 64 | {type: flatten}, {type: dense, units: 10}, {type: softmax}      | #/model/layers/2 | loss.logits
            batch_size: 64 | {type: flatten}, {type: dense, units: 10}, {type: dropout}      | #/model/layers/2 | dropout.last
            batch_size: 2000 | {type: flatten}, {type: dense, units: 10}                     | #/batch_size     | batch.too-large
            batch_size: 27 | {type: flatten}, {type: batch_norm}, {type: dense, units: 10}   | #/batch_size     | batch.single
            """)
    void warnsOfWhatIsProbablyNotMeant(String batch, String layers, String pointer, String code) {
        CheckedSpec checked = check(
                spec(batch + "\ndata: {dataset: d}\nmodel: {type: sequential, layers: [" + layers + "]}"),
                Specs.images(0));
        assertThat(checked.warnings()).hasSize(1);
        assertThat(checked.warnings().get(0).pointer()).isEqualTo(pointer);
        assertThat(checked.warnings().get(0).code()).isEqualTo(code);
    }

    @Test
    void saysWhatIsNotKnownOfATorchscriptModel() {
        CheckedSpec checked =
                check(spec("data: {dataset: d}\nmodel: {type: torchscript, name: net}"), Specs.images(100));

        assertThat(checked.summaries()).isEmpty();
        assertThat(checked.warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.code()).isEqualTo("model.opaque");
            assertThat(warning.detail()).endsWith("it must give [10]");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"../net", "/tmp/net", "net.pt", "file:net", "net%2e", "NET", ".", "con"})
    void refusesATorchscriptModelThatIsNoNameOfTheOperators(String name) {
        InvalidSpecException refusal = catchThrowableOfType(
                InvalidSpecException.class,
                () -> Specs.parse(spec("data: {dataset: d}\nmodel: {type: torchscript, name: '" + name + "'}")));

        assertThat(refusal.problems()).extracting(Problem::pointer).containsExactly("#/model/name");
    }

    private static String spec(String rest) {
        return "epochs: 1\n" + rest;
    }

    private static CheckedSpec check(String yaml, DatasetSchema schema) {
        return SpecCheck.check(Specs.parse(yaml), schema, null);
    }

    private static InvalidSpecException refusal(String yaml, DatasetSchema schema, @Nullable DatasetSchema validation) {
        JobSpec spec = Specs.parse(yaml);
        InvalidSpecException refusal =
                catchThrowableOfType(InvalidSpecException.class, () -> SpecCheck.check(spec, schema, validation));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static void assertRefused(String yaml, DatasetSchema schema, String pointer, String code, String detail) {
        List<Problem> problems = refusal(yaml, schema, null).problems();
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).pointer()).isEqualTo(pointer);
        assertThat(problems.get(0).code()).isEqualTo(code);
        assertThat(problems.get(0).detail()).contains(detail);
    }
}
