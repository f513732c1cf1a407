package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.LearningRatePlan.Point;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CallbackCheckTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int EPOCHS = 10;
    private static final int STEPS = 200;
    private static final String PLAIN_SGD = "{\"type\":\"sgd\",\"learning_rate\":0.1}";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {"schedule":{"type":"cosine"}}                                  ; ``
            {"schedule":{"type":"one_cycle","max_lr":1}}                    ; #/callbacks/0/schedule schedule.momentum
            {"schedule":{"type":"one_cycle","max_lr":1,"cycle_momentum":false}} ; ``
            {"schedule":{"type":"sequence","schedules":["lr",{"type":"cyclic","base_lr":0,"max_lr":1}],"milestones":[5]}} ; #/callbacks/0/schedule schedule.momentum
            {"schedule":"epoch - 1.0"}                                      ; #/callbacks/0/schedule schedule.fails
            {"schedule":"5.0 - epoch"}                                      ; ``
            """)
    void whatWouldFailAtOnceIsRefused(String scheduler, String expected) {
        JobFacts job = job(PLAIN_SGD, scheduler);

        assertThat(told(CallbackCheck.problems(job, LearningRatePlan.of(job)))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {"schedule":{"type":"cosine"}}                               ; ``
            {"schedule":{"type":"cosine_decay","warmup_steps":3}}        ; #/callbacks/0/schedule/warmup_steps schedule.unused
            {"schedule":{"type":"one_cycle","max_lr":1,"total_steps":8}} ; #/callbacks/0/schedule schedule.fails
            {"schedule":"5.0 - epoch"}                                   ; #/callbacks/0/schedule schedule.fails
            """)
    void whatWouldFailLaterIsDoubted(String scheduler, String expected) {
        JobFacts job = job("{\"type\":\"adam\"}", scheduler);

        assertThat(told(CallbackCheck.doubts(job, LearningRatePlan.of(job)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"adagrad, 1", "adadelta, 1", "rmsprop, 1", "adam, 0", "nadam, 0"})
    void aMomentumCanBeMovedWhereThereIsOne(String optimizer, int problems) {
        JobFacts job = job("{\"type\":\"" + optimizer + "\"}", "{\"schedule\":{\"type\":\"one_cycle\",\"max_lr\":1}}");

        assertThat(CallbackCheck.problems(job, LearningRatePlan.of(job))).hasSize(problems);
    }

    @Test
    void theDoubtSaysWhenTheJobWouldEnd() {
        JobFacts job = job(PLAIN_SGD, "{\"schedule\":\"5.0 - epoch\"}");

        assertThat(CallbackCheck.doubts(job, LearningRatePlan.of(job)))
                .extracting(Problem::detail)
                .containsExactly(
                        "the schedule '5.0 - epoch' gave -1.0, which is no learning rate; in epoch 6 it ends the job");
    }

    @Test
    void thePlanByEpochHasAPointForEach() {
        assertThat(plan("{\"schedule\":{\"type\":\"step\",\"step_size\":5}}"))
                .hasSize(EPOCHS)
                .startsWith(new Point(0, 0.1))
                .endsWith(new Point(9 * STEPS, 0.1 * 0.1));
    }

    @Test
    void thePlanByStepIsThinnedOutButHasBothEnds() {
        List<Point> points = plan("{\"by\":\"step\",\"schedule\":{\"type\":\"exponential\",\"gamma\":0.999}}");

        assertThat(points).hasSize(1000).startsWith(new Point(0, 0.1));
        Point last = points.get(999);
        assertThat(last.step()).isEqualTo(EPOCHS * STEPS - 1);
        assertThat(last.value()).isCloseTo(0.1 * Math.pow(0.999, EPOCHS * STEPS - 1), within(1e-15));
    }

    @Test
    void thePlanOfAnExpressionGoesThroughEveryStep() {
        List<Point> points = plan("{\"by\":\"step\",\"schedule\":\"lr * 0.999\"}");

        assertThat(points.get(999).value()).isCloseTo(0.1 * Math.pow(0.999, EPOCHS * STEPS), within(1e-12));
    }

    @Test
    void ofTwoSchedulersTheLaterOneWins() {
        assertThat(plan("{\"schedule\":\"0.5\"}", "{\"schedule\":\"lr / 2\"}"))
                .extracting(Point::value)
                .containsOnly(0.25);
    }

    @Test
    void withoutASchedulerTheRateIsTheOptimizers() {
        assertThat(plan()).extracting(Point::value).hasSize(EPOCHS).containsOnly(0.1);
    }

    private static List<Point> plan(String... schedulers) {
        return LearningRatePlan.of(job(PLAIN_SGD, schedulers)).points();
    }

    private static JobFacts job(String optimizer, String... schedulers) {
        String callbacks = List.of(schedulers).stream()
                .map(scheduler -> "{\"type\":\"LearningRateScheduler\"," + scheduler.substring(1))
                .collect(Collectors.joining(","));
        JobSpec spec = new SpecParser(new Callbacks())
                .parse((ObjectNode) JSON.readTree("{\"epochs\":" + EPOCHS + ",\"data\":{\"dataset\":\"d\"},"
                        + "\"model\":{\"type\":\"mlp\"},\"optimizer\":" + optimizer + ",\"callbacks\":[" + callbacks
                        + "]}"));
        return new JobFacts(spec, STEPS, Set.of("loss"), List.of());
    }

    private static String told(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.pointer() + " " + problem.code())
                .collect(Collectors.joining(", "));
    }
}
