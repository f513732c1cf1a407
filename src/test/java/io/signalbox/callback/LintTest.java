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
            {"type":"LambdaCallback","do":[{"set_learning_rate":{"factor":0.5}}]},{"type":"LearningRateScheduler","schedule":{"type":"cosine"}} | true | #/callbacks/0 learning_rate.owners
            {"type":"LambdaCallback","do":[{"set_learning_rate":{"factor":0.5}}]},{"type":"LearningRateScheduler","schedule":"lr * 0.9"} | true | ``
            {"type":"LambdaCallback","do":[{"stop":{}}]},{"type":"LearningRateScheduler","schedule":{"type":"cosine"}} | true | ``
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
            {"type":"LambdaCallback","do":[{"log_metric":{"name":"gap","value":"loss"}},{"stop":{}}]},{"type":"EarlyStopping","monitor":"gap","mode":"min","patience":3} | true | ``
            {"type":"EarlyStopping"}                                         | true  | #/callbacks/0/patience patience.zero
            {"type":"EarlyStopping","patience":3,"mode":"max"}               | true  | #/callbacks/0/mode mode.contrary
            {"type":"EarlyStopping","patience":3,"mode":"max","monitor":"val_accuracy"} | true | ``
            {"type":"ReduceLROnPlateau","monitor":"learning_rate","patience":2} | true | #/callbacks/0/mode monitor.direction
            {"type":"ReduceLROnPlateau","patience":2,"min_lr":0.5}           | true  | #/callbacks/0/min_lr min_lr.rate
            {"type":"ReduceLROnPlateau","patience":2,"factor":0}             | true  | #/callbacks/0/factor factor.zero
            {"type":"ReduceLROnPlateau","patience":2,"factor":0,"min_lr":0.00001} | true | ``
            {"type":"ModelCheckpoint","save_freq":301}                       | true  | #/callbacks/0/save_freq save_freq.steps
            {"type":"ModelCheckpoint","save_freq":1}                         | true  | #/callbacks/0/save_freq checkpoint.many
            {"type":"ModelCheckpoint","save_freq":1,"filepath":"newest"}     | true  | ``
            {"type":"ModelCheckpoint","initial_value_threshold":0.5}         | true  | #/callbacks/0/initial_value_threshold threshold.unused
            {"type":"BackupAndRestore","save_freq":301,"backup_dir":"/tmp"}  | true  | #/callbacks/0/save_freq save_freq.steps, #/callbacks/0/backup_dir argument.ignored
            {"type":"BackupAndRestore"},{"type":"BackupAndRestore"}          | true  | #/callbacks/1 backup.twice
            {"type":"TensorBoard","log_dir":"logs"}                          | true  | #/callbacks/0/log_dir argument.ignored
            {"type":"TensorBoard"},{"type":"TensorBoard"}                    | true  | #/callbacks/1 file.shared
            {"type":"CSVLogger"},{"type":"CSVLogger"}                        | true  | #/callbacks/1/filename file.shared
            {"type":"CSVLogger"},{"type":"CSVLogger","filename":"b.csv"}     | true  | ``
            {"type":"ModelCheckpoint"},{"type":"ModelCheckpoint","monitor":"loss"} | true | #/callbacks/1/filepath checkpoint.same_name
            {"type":"ModelCheckpoint"},{"type":"ModelCheckpoint","save_best_only":true} | true | ``
            {"type":"EarlyStopping","patience":2,"restore_best_weights":true},{"type":"EarlyStopping","patience":3,"restore_best_weights":true} | true | #/callbacks/1/restore_best_weights restore.twice
            {"type":"EarlyStopping","patience":2,"restore_best_weights":true},{"type":"TerminateOnNaN","raise_error":true} | true | #/callbacks/1/raise_error nan.no_restore
            """)
    void warnsOfWhatWillHardlyDoWhatWasMeant(String callbacks, boolean validation, String expected) {
        JobSpec spec = new SpecParser(new Callbacks())
                .parse((ObjectNode) JSON.readTree("{\"epochs\":10,\"data\":{\"dataset\":\"d\"},"
                        + "\"model\":{\"type\":\"sequential\",\"layers\":[{\"type\":\"dense\",\"units\":2}]},"
                        + "\"loss\":\"cross_entropy\",\"metrics\":[\"accuracy\"],\"callbacks\":[" + callbacks + "]}"));

        Stream<String> warnings = Lint.check(spec, validation ? ALL : TRAINING, validation, 30).stream()
                .map(problem -> problem.pointer() + " " + problem.code());

        assertThat(Lint.check(spec, ALL, true, 30))
                .as("each warning says what to do")
                .allSatisfy(problem -> assertThat(problem.detail()).containsAnyOf(": ", "; "));
        assertThat(String.join(", ", warnings.toList())).isEqualTo(expected);
    }
}
