package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.JobSpec;
import io.signalbox.spec.SpecParser;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LintTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> TRAINING = Set.of("loss", "accuracy");
    private static final Set<String> ALL = Set.of("loss", "accuracy", "val_loss", "val_accuracy");

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"EarlyStopping","patience":3}                            | true  | ``
            {"type":"EarlyStopping","patience":3}                            | false | #/callbacks/0/monitor monitor.missing
            {"type":"EarlyStopping","monitor":"val_f1","patience":3}         | true  | #/callbacks/0/monitor monitor.missing
            {"type":"EarlyStopping","patience":10}                           | true  | #/callbacks/0/patience patience.epochs
            {"type":"EarlyStopping","patience":4,"start_from_epoch":6}       | true  | #/callbacks/0/patience patience.epochs
            {"type":"ReduceLROnPlateau","patience":10}                       | true  | #/callbacks/0/patience patience.epochs
            {"type":"ReduceLROnPlateau","monitor":"learning_rate","mode":"min","patience":2} | true | ``
            {"type":"EarlyStopping","monitor":"learning_rate","patience":2}  | true  | #/callbacks/0/monitor monitor.missing
            {"type":"ReduceLROnPlateau","patience":3},{"type":"EarlyStopping","patience":3} | true | #/callbacks/1/patience patience.order
            {"type":"EarlyStopping","patience":4},{"type":"ReduceLROnPlateau","patience":3} | true | ``
            {"type":"ReduceLROnPlateau","patience":3},{"type":"LearningRateScheduler","schedule":{"type":"cosine"}} | true | #/callbacks/1 learning_rate.owners
            {"type":"ReduceLROnPlateau","patience":3},{"type":"EarlyStopping","monitor":"learning_rate","patience":4} | true | #/callbacks/1/mode monitor.direction
            {"type":"ModelCheckpoint","save_best_only":true,"save_freq":5}   | true  | #/callbacks/0/save_freq checkpoint.late_metric
            {"type":"ModelCheckpoint","save_best_only":true}                 | true  | ``
            {"type":"ModelCheckpoint","filepath":"{epoch}-{val_loss:.2f}"}   | true  | ``
            {"type":"ModelCheckpoint","filepath":"{epoch}-{acc:.2f}"}        | true  | #/callbacks/0/filepath template.missing
            {"type":"ModelCheckpoint","filepath":"{epoch}-{batch}"}          | true  | #/callbacks/0/filepath template.missing
            {"type":"ModelCheckpoint","filepath":"{epoch}-{batch}","save_freq":5} | true | ``
            {"type":"TerminateOnNaN"},{"type":"Rollback"}                    | true  | #/callbacks/1 rollback.order
            {"type":"Rollback"},{"type":"TerminateOnNaN"}                    | true  | ``
            {"type":"CheckpointRetention","keep_last":2}                     | false | ``
            {"type":"CheckpointRetention","keep_best":2}                     | false | #/callbacks/0/monitor monitor.missing
            {"type":"CSVLogger"},{"type":"TerminateOnNaN"}                   | true  | ``
            """)
    void warnsOfWhatWillHardlyDoWhatWasMeant(String callbacks, boolean validation, String expected) {
        JobSpec spec = new SpecParser(new Callbacks())
                .parse((ObjectNode) JSON.readTree("{\"epochs\":10,\"data\":{\"dataset\":\"d\"},"
                        + "\"model\":{\"type\":\"sequential\",\"layers\":[{\"type\":\"dense\",\"units\":2}]},"
                        + "\"loss\":\"cross_entropy\",\"metrics\":[\"accuracy\"],\"callbacks\":[" + callbacks + "]}"));

        Stream<String> warnings = Lint.check(spec, validation ? ALL : TRAINING, validation).stream()
                .map(problem -> problem.pointer() + " " + problem.code());

        assertThat(String.join(", ", warnings.toList())).isEqualTo(expected);
    }
}
