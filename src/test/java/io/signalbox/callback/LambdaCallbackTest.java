package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.signalbox.callback.Metric.Direction;
import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.CallbackActed;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.LearningRateChanged;
import io.signalbox.event.EventDetail.MetricsLogged;
import io.signalbox.event.Outcome;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.InvalidSpecException;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LambdaCallbackTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double[] LOSSES = {1, 0.5, 0.6, 0.8, 0.7, 0.4};

    private final ScriptedRun run = losses(LOSSES);

    @Test
    void actsAtEachHookWhereItsConditionHolds() {
        train("{\"when\":\"val_loss > 1.5 * best.val_loss\",\"do\":[{\"notify\":{\"message\":\"look\"}}]}");

        assertThat(run.told)
                .filteredOn(told -> told.detail() instanceof Alert)
                .singleElement()
                .satisfies(told -> {
                    assertThat(told.epoch()).isEqualTo(3);
                    assertThat(told.detail()).isEqualTo(new Alert("lambda", "lambda", "look"));
                });
    }

    @Test
    void theBestIsThatOfAllEpochsWithThisOne() {
        train("{\"when\":\"val_loss == best.val_loss\",\"do\":[{\"save_checkpoint\":{\"name\":\"best-{epoch}\"}}]}");

        assertThat(run.asked).extracting(asked -> asked.request().name()).containsExactly("best-1", "best-2", "best-6");
    }

    @Test
    void theBestOfAnAccuracyIsTheHighest() {
        ScriptedRun accuracies = ScriptedRun.of("val_accuracy", 0.5, 0.7, 0.6)
                .withMetrics(List.of(new Metric("accuracy", Direction.MAX)));

        accuracies.train(List.of(lambda("{\"when\":\"val_accuracy < best.val_accuracy\",\"do\":[{\"stop\":{}}]}")));

        assertThat(accuracies.stopped).singleElement().satisfies(stopped -> {
            assertThat(stopped.epoch()).isEqualTo(2);
            assertThat(stopped.request().outcome()).isEqualTo(Outcome.EARLY_STOPPED);
            assertThat(stopped.request().reason()).isEqualTo("val_accuracy < best.val_accuracy");
        });
    }

    @Test
    void setsTheRateByValueOrFactor() {
        train("{\"on\":\"epoch_begin\",\"when\":\"epoch == 2\",\"do\":[{\"set_learning_rate\":{\"value\":0.4}},"
                + "{\"set_learning_rate\":{\"factor\":0.5}}]}");

        assertThat(run.told(LearningRateChanged.class))
                .containsExactly(
                        new LearningRateChanged(0.1, 0.4, "lambda"), new LearningRateChanged(0.4, 0.2, "lambda"));
    }

    @Test
    void aMetricLoggedAtAnEpochsEndIsSeenByThoseAfterIt() {
        run.train(List.of(
                lambda("{\"do\":[{\"log_metric\":{\"name\":\"gap\",\"value\":\"val_loss - loss\"}}]}"),
                lambda("{\"when\":\"gap < -0.5\",\"do\":[{\"stop\":{}}]}"),
                new History(0, () -> 0)));

        assertThat(run.told(EpochEnd.class).get(1).logs()).containsEntry("gap", -0.5);
        assertThat(run.stopped).extracting(ScriptedRun.Stopped::epoch).containsExactly(5);
    }

    @Test
    void aMetricLoggedAtABatchIsACurveByStep() {
        train(
                "{\"on\":\"train_batch_end\",\"when\":\"step == 2\",\"do\":[{\"log_metric\":{\"name\":\"twice\",\"value\":\"loss * 2\"}}]}");

        assertThat(run.told(MetricsLogged.class)).containsExactly(new MetricsLogged("lambda", Map.of("twice", 2.0)));
    }

    @Test
    void goesBackToACheckpointAndSaysSoWhereThereIsNone() {
        train("{\"when\":\"epoch == 1\",\"do\":[{\"save_checkpoint\":{}}]}");
        ScriptedRun again = losses(LOSSES);
        again.train(List.of(
                lambda("{\"when\":\"epoch == 1\",\"do\":[{\"save_checkpoint\":{}}]}"),
                lambda("{\"when\":\"epoch == 3\",\"do\":[{\"restore_checkpoint\":{\"name\":\"lambda\"}},"
                        + "{\"restore_checkpoint\":{\"name\":\"nowhere\"}}]}")));

        assertThat(again.restored).extracting(ScriptedRun.Restored::key).containsExactly("checkpoint lambda");
        assertThat(again.told(CallbackActed.class))
                .containsExactly(
                        new CallbackActed("lambda", "warning", "there is no checkpoint 'nowhere' to go back to"));
    }

    @Test
    void aMetricThatIsNotLoggedMeansNoAndIsWarnedOfOnce() {
        train("{\"when\":\"val_f1 > 0.5\",\"do\":[{\"stop\":{}}]}");

        assertThat(run.stopped).isEmpty();
        assertThat(run.told(CallbackActed.class))
                .containsExactly(new CallbackActed(
                        "lambda",
                        "warning",
                        "'val_f1' was not logged, so 'val_f1 > 0.5' is not looked at; there are: loss, val_loss"));
    }

    @Test
    void whatHasNoValueMeansNoAndIsWarnedOfOnce() {
        train("{\"when\":\"[1.0, 2.0][epoch] > 1.5\",\"do\":[{\"notify\":{}}]}");

        assertThat(run.told(Alert.class)).hasSize(1);
        assertThat(run.told(CallbackActed.class)).hasSize(1);
    }

    @Test
    void explainsHowOftenItActed() {
        Callback lambda = lambda("{\"when\":\"val_loss > best.val_loss\",\"do\":[{\"notify\":{}}]}");

        run.train(List.of(lambda));

        assertThat(lambda.explain(run))
                .isEqualTo("'val_loss > best.val_loss' held 3 times, last in epoch 4; best val_loss 0.4");
    }

    @Test
    void aKilledRunGoesOnAsIfNothingHadHappened() {
        String params = "{\"when\":\"val_loss > best.val_loss && val_f1 < 1 || val_loss > 1.5 * best.val_loss\","
                + "\"do\":[{\"set_learning_rate\":{\"factor\":0.5}},{\"notify\":{}}]}";
        String plain =
                "{\"when\":\"val_loss > best.val_loss\",\"do\":[{\"set_learning_rate\":{\"factor\":0.5}},{\"notify\":{}}]}";
        for (String each : List.of(params, plain)) {
            ScriptedRun whole = losses(LOSSES);
            whole.train(List.of(lambda(each)));
            IntStream.range(1, whole.boundaries.size()).forEach(boundary -> {
                ScriptedRun killed = losses(LOSSES).killedAt(boundary);
                try {
                    killed.train(List.of(lambda(each)));
                } catch (ScriptedRun.Killed e) {
                    assertThat(killed.boundaries).hasSize(boundary);
                }
                ScriptedRun resumed = losses(LOSSES);
                resumed.goOn(killed, List.of(lambda(each)));
                assertThat(resumed.told).isEqualTo(whole.told);
            });
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {"do":[]}                                            ; #/callbacks/0/do
            {"do":[{"stop":{},"notify":{}}]}                     ; #/callbacks/0/do/0
            {"do":[{}]}                                          ; #/callbacks/0/do/0
            {"do":[{"dance":{}}]}                                ; #/callbacks/0/do/0/dance
            {"on":"batch_end","do":[{"stop":{}}]}                ; #/callbacks/0/on
            {"when":"val_loss","do":[{"stop":{}}]}               ; #/callbacks/0/when
            {"when":"val_loss >","do":[{"stop":{}}]}             ; #/callbacks/0/when
            {"do":[{"set_learning_rate":{}}]}                    ; #/callbacks/0/do/0/set_learning_rate
            {"do":[{"set_learning_rate":{"value":-1}}]}          ; #/callbacks/0/do/0/set_learning_rate/value
            {"do":[{"save_checkpoint":{"name":"latest"}}]}       ; #/callbacks/0/do/0/save_checkpoint/name
            {"do":[{"log_metric":{"name":"a b","value":"1"}}]}   ; #/callbacks/0/do/0/log_metric/name
            {"do":[{"log_metric":{"name":"a","value":"1 <"}}]}   ; #/callbacks/0/do/0/log_metric/value
            """)
    void aFaultIsToldWithItsPlace(String params, String pointer) {
        List<Problem> problems = catchThrowableOfType(InvalidSpecException.class, () -> job(params))
                .problems();

        assertThat(problems).extracting(Problem::pointer).containsExactly(pointer);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {"when":"val_los > 1","do":[{"stop":{}}]}                            ; when: there is no 'val_los'; there are learning_rate, loss, val_loss, and epoch
            {"when":"best.val_los > 1","do":[{"stop":{}}]}                       ; when: there is no 'best.val_los'; there are best.loss, best.val_loss
            {"do":[{"log_metric":{"name":"gap","value":"val_acc"}}]}             ; do/0/log_metric/value: there is no 'val_acc'; there are gap,
            {"do":[{"log_metric":{"name":"loss","value":"1"}}]}                  ; do/0/log_metric/name: is logged by the run
            """)
    void aNameThatTheJobDoesNotLogIsRefused(String params, String expected) {
        JobFacts facts = new JobFacts(job(params), 3, Set.of("loss", "val_loss"), List.of());

        assertThat(CallbackCheck.problems(facts, LearningRatePlan.of(facts)))
                .singleElement()
                .satisfies(problem -> assertThat(
                                problem.pointer().substring("#/callbacks/0/".length()) + ": " + problem.detail())
                        .startsWith(expected));
    }

    @Test
    void namesThatTheJobLogsAreTaken() {
        JobFacts facts = new JobFacts(
                job("{\"when\":\"gap > 0 && lr < initial_lr && best.loss < loss\","
                        + "\"do\":[{\"log_metric\":{\"name\":\"gap\",\"value\":\"val_loss - learning_rate\"}}]}"),
                3,
                Set.of("loss", "val_loss"),
                List.of());

        assertThat(CallbackCheck.problems(facts, LearningRatePlan.of(facts))).isEmpty();
    }

    private static JobSpec job(String params) {
        return new SpecParser(new Callbacks()).parse((ObjectNode)
                JSON.readTree("{\"epochs\":3,\"data\":{\"dataset\":\"d\"},\"model\":{\"type\":\"mlp\"},"
                        + "\"callbacks\":[{\"type\":\"LambdaCallback\"," + params.substring(1) + "]}"));
    }

    private void train(String params) {
        run.train(List.of(lambda(params)));
    }

    private static Callback lambda(String params) {
        CallbackSpec spec = new CallbackSpec("LambdaCallback", "lambda", (ObjectNode) JSON.readTree(params));
        return new Callbacks().create(List.of(spec)).get(0);
    }

    private static ScriptedRun losses(double... losses) {
        return ScriptedRun.of("val_loss", losses);
    }
}
