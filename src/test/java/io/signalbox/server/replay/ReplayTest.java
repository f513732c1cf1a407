package io.signalbox.server.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventJson;
import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

@ServerTest
class ReplayTest {

    private static final String HISTORY = """
            [{"loss": 3, "val_loss": 1.0}, {"loss": 2, "val_loss": 0.5}, {"loss": 1, "val_loss": 0.6},
             {"loss": 1, "val_loss": 0.7}, {"loss": 1, "val_loss": 0.8}, {"loss": 1, "val_loss": 0.9}]""";

    @Autowired
    Caller caller;

    @Autowired
    JdbcTemplate jdbc;

    private Response replay(String body) {
        return caller.authorized("POST", "/api/v1/replays").send("application/json", body);
    }

    private JsonNode answer(String body) {
        Response response = replay(body);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return response.json();
    }

    private JsonNode refused(String body) {
        Response response = replay(body);
        assertThat(response.status()).as(response.body()).isEqualTo(422);
        assertThat(response.header("Content-Type")).isEqualTo("application/problem+json");
        return response.json().get("errors");
    }

    @Test
    void answersEveryFieldInItsOrder() {
        JsonNode answer = answer("{\"callbacks\": [], \"history\": " + HISTORY + "}");

        assertThat(answer.propertyNames())
                .containsExactly(
                        "epochs_run",
                        "stopped_epoch",
                        "stopped_by",
                        "restored_from_epoch",
                        "final_weights_epoch",
                        "best",
                        "learning_rates",
                        "learning_rates_after",
                        "final_learning_rate",
                        "checkpoints",
                        "files",
                        "error",
                        "timeline");
        assertThat(answer.get("epochs_run").intValue()).isEqualTo(6);
    }

    @Test
    void tellsWhatHappenedAsEvents() {
        JsonNode answer = answer(
                "{\"callbacks\": [{\"type\": \"ReduceLROnPlateau\", \"patience\": 2}], \"history\": " + HISTORY + "}");

        assertThat(answer.get("timeline"))
                .allSatisfy(event -> EventJson.read(event.toString()))
                .anySatisfy(event -> {
                    assertThat(event.get("type").stringValue()).isEqualTo("learning_rate_changed");
                    assertThat(event.get("epoch").intValue()).isEqualTo(3);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type': 'EarlyStopping', 'patience': -1}          | #/callbacks/0/patience | range.min",
                "{'type': 'EarlyStopping', 'patients': 1}           | #/callbacks/0/patients | unknown-field",
                "{'type': 'EarlyStoping'}                           | #/callbacks/0/type     | enum",
                "{'type': 'ReduceLROnPlateau', 'factor': 1.0}       | #/callbacks/0/factor   | range.max",
                "{'type': 'ModelCheckpoint', 'filepath': '../x'}    | #/callbacks/0/filepath | ",
                "{'type': 'ModelCheckpoint', 'filepath': '/etc/x'}  | #/callbacks/0/filepath | ",
            })
    void refusesArgumentsThatAreWrongInThemselves(String callback, String pointer, String code) {
        JsonNode errors = refused(("{'callbacks': [" + callback + "], 'history': []}").replace('\'', '"'));

        assertThat(errors.get(0).get("pointer").stringValue()).isEqualTo(pointer);
        if (code != null) {
            assertThat(errors.get(0).get("code").stringValue()).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'callbacks': []}                                                  | #/history",
                "{'history': []}                                                    | #/callbacks",
                "{'callbacks': [], 'history': [], 'hystory': []}                    | #/hystory",
                "{'callbacks': [], 'history': [{'loss': 'low'}]}                    | #/history/0/loss",
                "{'callbacks': [], 'history': [[1]]}                                | #/history/0",
                "{'callbacks': [], 'history': [], 'learning_rate': 0}               | #/learning_rate",
                "{'callbacks': [], 'history': [], 'steps_per_epoch': 0}             | #/steps_per_epoch",
                "{'callbacks': [], 'history': [{}], 'batch_logs': []}               | #/batch_logs",
                "{'callbacks': [], 'history': [{}], 'batch_logs': [[]]}             | #/batch_logs/0",
                "{'callbacks': [], 'history': [], 'metrics': [{'name': 'f1', 'direction': 'up'}]}"
                        + " | #/metrics/0/direction",
                "{'callbacks': [], 'history': [], 'job_id': 1}                      | #/job_id",
                "{'callbacks': [], 'history': [], 'vary': {'pointer': '/history/0', 'values': [1]}} | #/vary/pointer",
                "{'callbacks': [], 'history': [], 'vary': {'pointer': '/callbacks/0/x', 'values': [1]}}"
                        + " | #/vary/pointer",
                "{'callbacks': [], 'history': [], 'vary': {'pointer': '/epochs', 'values': []}} | #/vary/values",
                "{'callbacks': [], 'history': [], 'vary': {'pointer': '/epochs', 'values': [1, 0]}} | #/vary/values/1",
            })
    void refusesWhatIsNoHistory(String body, String pointer) {
        assertThat(refused(body.replace('\'', '"')))
                .anySatisfy(
                        error -> assertThat(error.get("pointer").stringValue()).isEqualTo(pointer));
    }

    @Test
    void saysWhereACallbackFailedThatCouldNotBeKnownToFail() {
        JsonNode answer = answer("""
                {"callbacks": [{"type": "EarlyStopping", "name": "stop", "monitor": "val_gini"}],
                 "history": [{"loss": 1, "val_gini": 0.5}]}""");

        assertThat(answer.at("/error/callback").stringValue()).isEqualTo("stop");
        assertThat(answer.at("/error/epoch").intValue()).isZero();
        assertThat(answer.at("/error/hook").stringValue()).isEqualTo("on_epoch_end");
        assertThat(answer.at("/error/detail").stringValue()).contains("val_gini");
    }

    @Test
    void takesTheCataloguesMetricsForCompiledWhereNoneAreGiven() {
        JsonNode answer = answer("""
                {"callbacks": [{"type": "EarlyStopping", "monitor": "val_accuracy"}],
                 "history": [{"val_accuracy": 0.5}, {"val_accuracy": 0.6}, {"val_accuracy": 0.4}]}""");

        assertThat(answer.get("stopped_epoch").intValue()).isEqualTo(2);
        assertThat(answer.at("/best/0/value").doubleValue()).isEqualTo(0.6);
    }

    @Test
    void passesNumbersThatAreNotFiniteAsTexts() {
        JsonNode answer = answer("""
                {"callbacks": [{"type": "EarlyStopping"}, {"type": "TerminateOnNaN"}],
                 "history": [{"loss": 1, "val_loss": "-Infinity"}, {"loss": "NaN", "val_loss": null}]}""");

        assertThat(answer.at("/best/0/value").stringValue()).isEqualTo("-Infinity");
        assertThat(answer.at("/stopped_by/0/callback").stringValue()).isEqualTo("terminate_on_nan");
        assertThat(answer.at("/stopped_by/0/batch").intValue()).isZero();
    }

    @Test
    void endsWithTheHistoryWhereTheJobWasToTrainOn() {
        JsonNode answer = answer("""
                {"callbacks": [{"type": "LearningRateScheduler", "schedule": {"type": "cosine"}}],
                 "epochs": 4, "learning_rate": 1, "history": [{"loss": 1}, {"loss": 1}, {"loss": 1}]}""");

        assertThat(answer.get("epochs_run").intValue()).isEqualTo(3);
        assertThat(answer.get("stopped_epoch").isNull()).isTrue();
        assertThat(answer.at("/learning_rates/2").doubleValue())
                .as("half way of four epochs")
                .isBetween(0.49, 0.51);
    }

    @Test
    void passesOverACallbackThatWritesFiles() {
        JsonNode answer = answer("{\"callbacks\": [{\"type\": \"CSVLogger\"}], \"history\": [{\"loss\": 1}]}");

        assertThat(answer.get("error").isNull()).isTrue();
        assertThat(answer.at("/timeline/0/name").stringValue()).isEqualTo("csv_logger");
        assertThat(answer.at("/timeline/0/message").stringValue()).contains("passes it over");
    }

    @Test
    void runsConditionsAndWhatTheyDo() {
        JsonNode answer = answer("""
                {"callbacks": [{"type": "LambdaCallback", "on": "epoch_end", "when": "loss > 1.5 && epoch > 0",
                                "do": [{"notify": {"message": "too high"}}, {"stop": {}}]}],
                 "history": [{"loss": 2}, {"loss": 1}, {"loss": 2}, {"loss": 1}]}""");

        assertThat(answer.get("stopped_epoch").intValue()).isEqualTo(2);
        assertThat(answer.get("timeline"))
                .anySatisfy(event -> assertThat(event.get("type").stringValue()).isEqualTo("alert"));
    }

    @Test
    void answersForEachValueOfWhatVaries() {
        JsonNode answer = answer("{\"callbacks\": [{\"type\": \"EarlyStopping\"}], \"history\": " + HISTORY
                + ", \"vary\": {\"pointer\": \"/callbacks/0/patience\", \"values\": [1, 2, 3, 8]}}");

        assertThat(answer.propertyNames()).containsExactly("variants");
        assertThat(answer.get("variants")
                        .valueStream()
                        .map(variant -> variant.get("value") + ": " + variant.get("stopped_epoch")))
                .containsExactly("1: 2", "2: 3", "3: 4", "8: null");
        assertThat(answer.at("/variants/0").propertyNames()).startsWith("value", "epochs_run", "stopped_epoch");
    }

    @Test
    void refusesMoreBatchesThanItGoesThrough() {
        JsonNode errors = refused("{\"callbacks\": [], \"steps_per_epoch\": 2000000, \"history\": " + HISTORY + "}");

        assertThat(errors.get(0).get("code").stringValue()).isEqualTo("replay.batches");
        assertThat(errors.get(0).get("detail").stringValue()).contains("10000000", "12000000");
    }

    @Test
    void takesAHundredThousandEpochs() {
        String history = IntStream.range(0, 100_000)
                .mapToObj(epoch -> "{\"loss\":1.25,\"val_loss\":" + (1.0 / (epoch + 1)) + "}")
                .collect(Collectors.joining(",", "[", "]"));

        JsonNode answer = answer("{\"callbacks\": [{\"type\": \"EarlyStopping\"}], \"history\": " + history + "}");

        assertThat(answer.get("epochs_run").intValue()).isGreaterThan(1000);
    }

    @Test
    void refusesABodyBeyondItsLimitUnread() {
        byte[] request = caller.authorized("POST", "/api/v1/replays")
                .header("Content-Length", Integer.toString((32 << 20) + 1))
                .bytes("application/json", new byte[0]);

        assertThat(caller.exchange(request).status()).isEqualTo(413);
    }

    @Test
    void replaysARecordedJob() {
        long job = recordedJob(List.of("1.0", "0.5", "0.6", "0.7", "0.8"));

        JsonNode answer = answer("{\"job_id\": " + job + ", \"callbacks\": ["
                + "{\"type\": \"EarlyStopping\", \"monitor\": \"val_accuracy\", \"mode\": \"min\", \"patience\": 2}]}");

        assertThat(answer.get("stopped_epoch").intValue()).isEqualTo(3);
        assertThat(answer.get("learning_rates").valueStream().map(JsonNode::doubleValue))
                .containsOnly(0.25);
        assertThat(answer.at("/best/0/epoch").intValue()).isEqualTo(1);
    }

    @Test
    void replaysARecordedJobWithOtherRatesAndFewerEpochs() {
        long job = recordedJob(List.of("1.0", "0.5", "0.6"));
        String callbacks = ", \"callbacks\": [{\"type\": \"LearningRateScheduler\", \"schedule\": \"lr * 0.5\"}]";

        JsonNode varied = answer("{\"job_id\": " + job + callbacks
                + ", \"vary\": {\"pointer\": \"/learning_rate\", \"values\": [1.0, 0.5]}}");
        JsonNode shorter = answer("{\"job_id\": " + job + callbacks + ", \"epochs\": 2}");

        assertThat(varied.get("variants")
                        .valueStream()
                        .map(variant -> variant.get("final_learning_rate").doubleValue()))
                .containsExactly(0.125, 0.0625);
        assertThat(shorter.get("epochs_run").intValue()).isEqualTo(2);
    }

    @Test
    void knowsTheDirectionOfARecordedJobsMetrics() {
        long job = recordedJob(List.of("0.5", "0.6", "0.4"));

        JsonNode answer = answer("{\"job_id\": " + job + ", \"callbacks\": ["
                + "{\"type\": \"EarlyStopping\", \"monitor\": \"val_accuracy\"}]}");

        assertThat(answer.get("stopped_epoch").intValue()).isEqualTo(2);
    }

    @Test
    void saysThatThereIsNoSuchJob() {
        assertThat(replay("{\"job_id\": 999999, \"callbacks\": []}").status()).isEqualTo(404);
    }

    /** Its own learning rate is not part of what is replayed. */
    private long recordedJob(List<String> accuracies) {
        long job = PausedJob.insert(jdbc);
        jdbc.update(
                "update job set spec = ? where id = ?",
                "{\"batch_size\": 2, \"optimizer\": {\"learning_rate\": 0.25}, \"metrics\": [\"accuracy\"]}",
                job);
        for (int epoch = 0; epoch < accuracies.size(); epoch++) {
            jdbc.update(
                    "insert into epoch_log (job_id, epoch, logs) values (?, ?, ?)",
                    job,
                    epoch,
                    "{\"loss\": 1.0, \"val_accuracy\": " + accuracies.get(epoch) + ", \"learning_rate\": 9.0}");
        }
        return job;
    }

    @Test
    void isDescribedByTheServedDocument() {
        JsonNode document = caller.authorized("GET", "/v3/api-docs").send().json();

        JsonNode call = document.at("/paths/~1api~1v1~1replays/post");
        assertThat(call.at("/requestBody/content/application~1json/schema/properties")
                        .propertyNames())
                .contains("callbacks", "history", "vary", "job_id");
        assertThat(call.at("/responses/200").isMissingNode()).isFalse();
    }
}
