package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CallbacksTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Callbacks callbacks = new Callbacks();

    @Test
    void knowsKerasTypesByTheirClassNames() {
        assertThat(callbacks.types())
                .contains(
                        "EarlyStopping",
                        "ModelCheckpoint",
                        "LearningRateScheduler",
                        "ReduceLROnPlateau",
                        "BackupAndRestore",
                        "ProgbarLogger",
                        "TensorBoard",
                        "CSVLogger",
                        "TerminateOnNaN",
                        "Timer",
                        "ThroughputMonitor",
                        "DeviceStats",
                        "OnExceptionCheckpoint",
                        "CheckpointRetention",
                        "AnomalyMonitor",
                        "Notify",
                        "RemoteMonitor",
                        "Rollback");
        assertThat(callbacks.parameters("early_stopping")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            EarlyStopping     | {"monitor":"val_loss","min_delta":0.0,"patience":0,"verbose":0,"mode":"auto","restore_best_weights":false,"start_from_epoch":0,"keras_compatible":true}
            ReduceLROnPlateau | {"monitor":"val_loss","factor":0.1,"patience":10,"verbose":0,"mode":"auto","min_delta":1.0E-4,"cooldown":0,"min_lr":0.0,"keras_compatible":true}
            ModelCheckpoint   | {"monitor":"val_loss","verbose":0,"save_best_only":false,"save_weights_only":false,"mode":"auto","save_freq":"epoch","keras_compatible":true}
            BackupAndRestore  | {"save_freq":"epoch","double_checkpoint":false,"delete_checkpoint":true}
            CSVLogger         | {"filename":"history.csv","separator":",","append":false}
            TensorBoard       | {"update_freq":"epoch","write_steps_per_second":false,"histogram_freq":0,"write_graph":true,"write_images":false,"profile_batch":0,"embeddings_freq":0}
            TerminateOnNaN    | {"raise_error":false}
            """)
    void defaultsAreThoseOfKeras(String type, String expected) {
        assertThat(Binder.toJson(bound(type, "{}", new ArrayList<>()))).hasToString(expected);
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            EarlyStopping         | {"patience":-1}                        | #/patience
            EarlyStopping         | {"patients":3}                         | #/patients
            EarlyStopping         | {"mode":"maximum"}                     | #/mode
            ReduceLROnPlateau     | {"factor":1.0}                         | #/factor
            ReduceLROnPlateau     | {"factor":-0.1}                        | #/factor
            ModelCheckpoint       | {"save_freq":0}                        | #/save_freq
            ModelCheckpoint       | {"save_freq":2.5}                      | #/save_freq
            ModelCheckpoint       | {"save_freq":"batch"}                  | #/save_freq
            ModelCheckpoint       | {"filepath":"../{epoch}"}              | #/filepath
            ModelCheckpoint       | {"filepath":"a/b"}                     | #/filepath
            ModelCheckpoint       | {"filepath":"{epoch"}                  | #/filepath
            ModelCheckpoint       | {"filepath":"{0.__class__}"}           | #/filepath
            ModelCheckpoint       | {"filepath":"{0}-{epoch}"}             | #/filepath
            ModelCheckpoint       | {"filepath":"{{run}-{epoch}"}          | #/filepath
            ModelCheckpoint       | {"filepath":"{val_loss:d}"}            | #/filepath
            ModelCheckpoint       | {"filepath":"{epoch:.1d}"}             | #/filepath
            ModelCheckpoint       | {"filepath":"{epoch:s}"}               | #/filepath
            ModelCheckpoint       | {"filepath":"{epoch:99999999d}"}       | #/filepath
            ModelCheckpoint       | {"filepath":"%n"}                      | #/filepath
            ModelCheckpoint       | {"filepath":""}                        | #/filepath
            ModelCheckpoint       | {"filepath":"final"}                   | #/filepath
            ModelCheckpoint       | {"filepath":"latest.keras"}            | #/filepath
            ModelCheckpoint       | {"filepath":"backup-{epoch}"}          | #/filepath
            LearningRateScheduler | {}                                     | #/schedule
            LearningRateScheduler | {"schedule":{"type":"cosine","t_max":0}} | #/schedule/t_max
            LearningRateScheduler | {"schedule":{"type":"zigzag"}}         | #/schedule/type
            CSVLogger             | {"filename":"../x.csv"}                | #/filename
            CSVLogger             | {"filename":"spec.json"}               | #/filename
            CSVLogger             | {"separator":",,"}                     | #/separator
            """)
    void parametersThatMakeNoSenseAreToldWithTheirPlace(String type, String json, String pointer) {
        List<Problem> problems = new ArrayList<>();

        assertThat(bound(type, json, problems)).isNull();

        assertThat(problems).extracting(Problem::pointer).containsExactly(pointer);
    }

    @Test
    void aRunHasTheUsersCallbacksBetweenRemoteControlAndHistory() {
        List<CallbackSpec> specs = List.of(
                spec("EarlyStopping", "stop", "{}"),
                spec(
                        "LearningRateScheduler",
                        "schedule",
                        "{\"schedule\":{\"type\":\"step\",\"step_size\":3},\"warmup\":2}"));

        List<Callback> run = callbacks.forRun(
                specs, new Callbacks.Surroundings(new Mailbox(), 10, Duration.ofHours(1), System::nanoTime));

        assertThat(run)
                .extracting(Callback::name)
                .containsExactly("RemoteControl", "stop", "schedule", "Backup", "TimeLimit", "History", "Explainer");
    }

    private static CallbackSpec spec(String type, String name, String params) {
        return new CallbackSpec(type, name, (ObjectNode) JSON.readTree(params));
    }

    private @Nullable Record bound(String type, String json, List<Problem> problems) {
        return Binder.bind((ObjectNode) JSON.readTree(json), callbacks.parameters(type), "#", problems);
    }
}
