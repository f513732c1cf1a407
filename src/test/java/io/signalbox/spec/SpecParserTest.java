package io.signalbox.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.signalbox.spec.model.ModelSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class SpecParserTest {

    @Test
    void fillsInEveryDefault() {
        JobSpec spec = Specs.parse("{epochs: 3, data: {dataset: t}, model: {type: lenet}}");
        assertThat(spec.batchSize()).isEqualTo(32);
        assertThat(spec.optimizer())
                .isEqualTo(new OptimizerSpec.Adam(0.001, List.of(0.9, 0.999), 1e-8, 0, false, null, null));
        assertThat(spec.data()).isEqualTo(new DataSpec("t", null, null, null, null, false, true, "none"));
        assertThat(spec.resources()).isEqualTo(new Resources(1, 0, null, null));
        assertThat(spec.logEvery()).isEqualTo(10);
        assertThat(spec.callbacks()).isEmpty();
        assertThat(spec.loss()).isNull();
        assertThat(spec.seed()).isNull();
    }

    @Test
    void takesOneTargetOrAList() {
        assertThat(Specs.PARSER
                        .parse(job("data: {dataset: t, target: y}"))
                        .data()
                        .target())
                .containsExactly("y");
        assertThat(Specs.PARSER
                        .parse(job("data: {dataset: t, target: [y, z]}"))
                        .data()
                        .target())
                .containsExactly("y", "z");
    }

    @Test
    void takesALossByNameOrAsAnObject() {
        assertThat(Specs.PARSER.parse(job("loss: mse")).loss()).isEqualTo(new LossSpec.Mse());
        assertThat(Specs.PARSER.parse(job("loss: {type: mse}")).loss()).isEqualTo(new LossSpec.Mse());
    }

    @Test
    void namesCallbacksByTheirTypeAndCounts() {
        JobSpec spec = Specs.PARSER.parse(job("callbacks: [{type: EarlyStopping}, {type: TerminateOnNaN}, "
                + "{type: EarlyStopping, patience: 2}, {type: EarlyStopping, name: early_stopping_3}, "
                + "{type: EarlyStopping, name: null}]"));
        assertThat(spec.callbacks())
                .extracting(CallbackSpec::name)
                .containsExactly(
                        "early_stopping",
                        "terminate_on_nan",
                        "early_stopping_2",
                        "early_stopping_3",
                        "early_stopping_4");
        assertThat(spec.callbacks().get(2).params())
                .hasToString("{\"monitor\":\"val_loss\",\"patience\":2,\"restore_best_weights\":false}");
    }

    @Test
    void writesCallbacksAsTheyAreGiven() {
        ObjectNode json =
                Specs.PARSER.toJson(Specs.PARSER.parse(job("callbacks: [{patience: 2, type: EarlyStopping}]")));
        assertThat(json.at("/callbacks/0").toString())
                .isEqualTo("{\"type\":\"EarlyStopping\",\"name\":\"early_stopping\",\"monitor\":\"val_loss\","
                        + "\"patience\":2,\"restore_best_weights\":false}");
    }

    @Test
    void leavesTheGivenTreeAsItIs() {
        ObjectNode given = job("callbacks: [{type: EarlyStopping}]");
        ObjectNode before = given.deepCopy();
        Specs.PARSER.parse(given);
        assertThat(given).isEqualTo(before);
    }

    @Test
    void keepsTextVerbatim() {
        String name = "${jndi:ldap://x} #{T(java.lang.Runtime)} {{7*7}} ünïcödé 🚂";
        assertThat(Specs.PARSER.parse(job("name: '" + name + "'")).name()).isEqualTo(name);
    }

    @Test
    void readsQuantities() {
        Resources resources = Specs.PARSER
                .parse(job("resources: {memory: 2 GiB, time_limit: 90m}"))
                .resources();
        assertThat(resources.memoryBytes()).isEqualTo(2L << 30);
        assertThat(resources.timeLimitDuration()).isEqualTo(Duration.ofMinutes(90));
    }

    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            epochs: "10"                                         | #/epochs                    | type.integer
            epochs: 1.5                                          | #/epochs                    | type.integer
            epochs: null                                         | #/epochs                    | required
            epochs: 0                                            | #/epochs                    | range.min
            epochs: -3                                           | #/epochs                    | range.min
            epochs: 2147483648                                   | #/epochs                    | range.max
            epochs: 9e18                                         | #/epochs                    | range.max
            epochs: 1e400                                        | #/epochs                    | number.range
            epoch: 5                                             | #/epoch                     | unknown-field
            batchSize: 5                                         | #/batchSize                 | unknown-field
            batch_size: 0                                        | #/batch_size                | range.min
            name: ""                                             | #/name                      | length
            name: "   "                                          | #/name                      | length
            name: "a\\u202eb"                                    | #/name                      | name.characters
            name: "a\\rb"                                        | #/name                      | name.characters
            name: "a\\u200bb"                                    | #/name                      | name.characters
            name: "a  b"                                         | #/name                      | name.format
            tags: [a, b, a]                                      | #/tags/2                    | unique
            tags: a                                              | #/tags                      | type.array
            seed: -1                                             | #/seed                      | range.min
            seed: 9223372036854775808                            | #/seed                      | range.max
            seed: random                                         | #/seed                      | type.integer
            priority: 1000000000                                 | #/priority                  | range.max
            retries: -1                                          | #/retries                   | range.min
            log_every: -1                                        | #/log_every                 | range.min
            metrics: [f2]                                        | #/metrics/0                 | enum
            metrics: [mae, mae]                                  | #/metrics/1                 | unique
            loss: hinge                                          | #/loss                      | enum
            loss: 5                                              | #/loss                      | type.object
            loss: {type: hinge}                                  | #/loss/type                 | enum
            data: {}                                             | #/data/dataset              | required
            data: {dataset: /etc/passwd}                         | #/data/dataset              | name.format
            data: {dataset: ../x}                                | #/data/dataset              | name.format
            data: {dataset: "C:\\\\x"}                           | #/data/dataset              | name.format
            data: {dataset: "file:///etc/passwd"}                | #/data/dataset              | name.format
            data: {dataset: con}                                 | #/data/dataset              | name.format
            data: {dataset: t, shuffle: "true"}                  | #/data/shuffle              | type.boolean
            data: {dataset: t, shuffle: 1}                       | #/data/shuffle              | type.boolean
            data: {dataset: t, validation_split: 1}              | #/data/validation_split     | range.max
            data: {dataset: t, validation_split: -0.1}           | #/data/validation_split     | range.min
            data: {dataset: t, validation_split: .nan}           | #/data/validation_split     | type.number
            data: {dataset: t, validation_split: 0.1, validation_dataset: v} | #/data/validation_dataset | exclusive
            data: {dataset: t, normalize: l2}                    | #/data/normalize            | enum
            data: {dataset: t, target: []}                       | #/data/target               | count
            data: {dataset: t, target: [y, y]}                   | #/data/target/1             | unique
            data: {dataset: t, target: y, features: [x, y]}      | #/data/features             | target-leak
            model: {type: resnet}                                | #/model/type                | enum
            model: {layers: []}                                  | #/model/type                | required
            model: {type: sequential, layers: []}                | #/model/layers              | count
            model: {type: sequential, layers: [{type: dense}]}   | #/model/layers/0/units      | required
            model: {type: sequential, layers: [{type: dense, units: 0}]}           | #/model/layers/0/units   | range.min
            model: {type: sequential, layers: [{type: dropout, rate: 1.0}]}        | #/model/layers/0/rate    | range.max
            model: {type: sequential, layers: [{type: dropout, rate: -0.1}]}       | #/model/layers/0/rate    | range.min
            model: {type: sequential, layers: [{type: conv2d, filters: 1, kernel: 3, stride: 0}]} | #/model/layers/0/stride | range.min
            model: {type: sequential, layers: [{type: max_pool2d, kernel: 2, padding: 2}]} | #/model/layers/0/padding | range.max
            model: {type: sequential, layers: [{type: avg_pool2d, kernel: 3, padding: 2}]} | #/model/layers/0/padding | range.max
            model: {type: sequential, layers: [relu]}            | #/model/layers/0            | type.object
            model: {type: mlp, activation: selu}                 | #/model/activation          | enum
            optimizer: {type: adan}                              | #/optimizer/type            | enum
            optimizer: {type: adam, momentum: 0.9}               | #/optimizer/momentum        | option.not-applicable
            optimizer: {type: sgd, betas: [0.9, 0.99]}           | #/optimizer/betas           | option.not-applicable
            optimizer: {type: adam, learning_rate: 0}            | #/optimizer/learning_rate   | range.min
            optimizer: {type: adam, learning_rate: -1}           | #/optimizer/learning_rate   | range.min
            optimizer: {type: adam, learning_rate: 1e9}          | #/optimizer/learning_rate   | range.max
            optimizer: {type: adam, learning_rate: 1e-400}       | #/optimizer/learning_rate   | range.min
            optimizer: {type: adam, learning_rate: "NaN"}        | #/optimizer/learning_rate   | type.number
            optimizer: {type: adam, betas: [0.9, 1]}             | #/optimizer/betas/1         | range.max
            optimizer: {type: adam, betas: [0.9]}                | #/optimizer/betas           | count
            optimizer: {type: adam, eps: 0}                      | #/optimizer/eps             | range.min
            optimizer: {type: adam, weight_decay: -1}            | #/optimizer/weight_decay    | range.min
            optimizer: {type: adam, clip_norm: 0}                | #/optimizer/clip_norm       | range.min
            optimizer: {type: sgd, momentum: 1.0}                | #/optimizer/momentum        | range.max
            optimizer: {type: sgd, nesterov: true}               | #/optimizer/nesterov        | option.conflict
            optimizer: {type: sgd, nesterov: true, momentum: 0.9, dampening: 0.1} | #/optimizer/nesterov | option.conflict
            callbacks: {}                                        | #/callbacks                 | type.array
            callbacks: [5]                                       | #/callbacks/0               | type.object
            callbacks: [{}]                                      | #/callbacks/0/type          | required
            callbacks: [{type: 5}]                               | #/callbacks/0/type          | type.string
            callbacks: [{type: Foo}]                             | #/callbacks/0/type          | enum
            callbacks: [{type: EarlyStopping, patience: -1}]     | #/callbacks/0/patience      | range.min
            callbacks: [{type: EarlyStopping, params: {}}]       | #/callbacks/0/params        | unknown-field
            callbacks: [{type: EarlyStopping, patienc: 1}]       | #/callbacks/0/patienc       | unknown-field
            callbacks: [{type: EarlyStopping, name: ../a}]       | #/callbacks/0/name          | name.format
            callbacks: [{type: EarlyStopping, name: 5}]          | #/callbacks/0/name          | type.string
            callbacks: [{type: EarlyStopping, name: a}, {type: TerminateOnNaN, name: a}] | #/callbacks/1/name | unique
            initial_weights: {}                                  | #/initial_weights           | required
            initial_weights: {job: 1, upload: u}                 | #/initial_weights/upload    | exclusive
            initial_weights: {job: 0}                            | #/initial_weights/job       | range.min
            resources: {cpus: 0}                                 | #/resources/cpus            | range.min
            resources: {gpus: 99}                                | #/resources/gpus            | range.max
            resources: {memory: 2}                               | #/resources/memory          | type.string
            resources: {memory: 2G}                              | #/resources/memory          | format
            resources: {memory: 1 KiB}                           | #/resources/memory          | resource.memory
            resources: {time_limit: 2 weeks}                     | #/resources/time_limit      | format
            """)
    void namesThePlaceAndTheRule(String change, String pointer, String code) {
        List<Problem> problems = problems(change);
        assertThat(problems).as(problems.toString()).hasSize(1);
        assertThat(problems.get(0).pointer()).isEqualTo(pointer);
        assertThat(problems.get(0).code()).isEqualTo(code);
    }

    @Test
    void countsWithoutEndlessWork() {
        assertThat(problems("callbacks: [" + "{type: EarlyStopping},".repeat(30_000) + "]"))
                .extracting(Problem::code)
                .containsExactly("count");
        assertThat(problems("tags: [" + "a,".repeat(200_000) + "]")).hasSize(Problem.MAX_REPORTED);
        assertThat(problems("name: " + "n".repeat(65)))
                .extracting(Problem::code)
                .containsExactly("length");
    }

    @Test
    void hintsAtWhatWasMeant() {
        assertThat(problems("epoch: 5").get(0).detail()).isEqualTo("there is no epoch here, did you mean epochs?");
        assertThat(problems("optimizer: {type: Adam}").get(0).detail())
                .isEqualTo(
                        "must be one of sgd, adam, adamw, rmsprop, adagrad, adadelta, nadam, adamax; was \"Adam\", did you mean adam?");
    }

    @Test
    void tellsAllFaultsOfAllPartsAtOnce() {
        assertThat(problems("{epochs: 0, batch_size: 0, optimizer: {type: x}, callbacks: [{type: y}], tags: [a, a]}"))
                .extracting(Problem::pointer)
                .containsExactlyInAnyOrder(
                        "#/epochs", "#/batch_size", "#/optimizer/type", "#/callbacks/0/type", "#/tags/1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {type: stop, id: a}                                | {"type":"stop","at":"batch","save":true,"id":"a"}
            {type: stop, id: a, at: epoch, restore_best: true, save: false, deadline_seconds: 5} | {"type":"stop","at":"epoch","restore_best":true,"save":false,"deadline_seconds":5,"id":"a"}
            {type: cancel, id: A-1_.b}                         | {"type":"cancel","id":"A-1_.b"}
            {type: set_learning_rate, id: a, value: 0.1}       | {"type":"set_learning_rate","value":0.1,"id":"a"}
            {type: set_learning_rate, id: a, factor: 0.5, until_epoch: 3} | {"type":"set_learning_rate","factor":0.5,"until_epoch":3,"id":"a"}
            {type: release_learning_rate, id: a}               | {"type":"release_learning_rate","id":"a"}
            """)
    void readsAndWritesCommands(String given, String json) {
        CommandRequest request = SpecParser.parseCommand(Specs.yaml(given));
        assertThat(SpecParser.toJson(request)).hasToString(json);
        assertThat(SpecParser.parseCommand(SpecParser.toJson(request))).isEqualTo(request);
    }

    @Test
    void drawsAnIdForACommandThatHasNone() {
        CommandRequest one = SpecParser.parseCommand(Specs.yaml("{type: cancel}"));
        CommandRequest other = SpecParser.parseCommand(Specs.yaml("{type: cancel, id: null}"));
        assertThat(one.id()).matches("[0-9a-f-]{36}").isNotEqualTo(other.id());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {type: pause_please}                               | #/type             | enum
            {}                                                 | #/type             | required
            {type: stop, at: now}                              | #/at               | enum
            {type: stop, deadline_seconds: 0}                  | #/deadline_seconds | range.min
            {type: set_learning_rate}                          | #/value            | required
            {type: set_learning_rate, value: 1, factor: 1}     | #/factor           | exclusive
            {type: set_learning_rate, value: 0}                | #/value            | range.min
            {type: set_learning_rate, value: "0.1"}            | #/value            | type.number
            {type: cancel, force: true}                        | #/force            | unknown-field
            {type: cancel, id: "a b"}                          | #/id               | name.format
            {type: cancel, id: 5}                              | #/id               | type.string
            """)
    void namesWhatIsWrongWithACommand(String given, String pointer, String code) {
        InvalidSpecException refusal =
                catchThrowableOfType(InvalidSpecException.class, () -> SpecParser.parseCommand(Specs.yaml(given)));
        assertThat(refusal.problems())
                .extracting(Problem::pointer, Problem::code)
                .containsExactly(tuple(pointer, code));
    }

    /** A valid spec with some of its members replaced. */
    private static ObjectNode job(String change) {
        ObjectNode job = Specs.yaml("{epochs: 3, data: {dataset: t}, model: {type: lenet}}");
        job.setAll(Specs.yaml(change));
        return job;
    }

    private static List<Problem> problems(String change) {
        InvalidSpecException refusal =
                catchThrowableOfType(InvalidSpecException.class, () -> Specs.PARSER.parse(job(change)));
        assertThat(refusal).isNotNull();
        return refusal.problems();
    }

    @Test
    void takesAnyPresetWithItsDefaults() {
        assertThat(Specs.PARSER.parse(job("model: {type: mlp}")).model())
                .isEqualTo(new ModelSpec.Mlp(List.of(128, 64), "relu", 0));
    }
}
