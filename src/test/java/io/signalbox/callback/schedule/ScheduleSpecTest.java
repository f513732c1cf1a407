package io.signalbox.callback.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.schedule.Schedule.By;
import io.signalbox.callback.schedule.Schedule.Moment;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Param;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What the libraries' vectors do not say. */
class ScheduleSpecTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TOTAL = 6;
    private static final double INITIAL = 0.8;

    private final List<Problem> problems = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"constant"}                                        | 0.8 0.8 0.8 0.8 0.8 0.8
            {"type":"constant","learning_rate":0.5}                    | 0.5 0.5 0.5 0.5 0.5 0.5
            {"type":"step","step_size":2,"gamma":0.5}                  | 0.8 0.8 0.4 0.4 0.2 0.2
            {"type":"exponential","gamma":0.5}                         | 0.8 0.4 0.2 0.1 0.05 0.025
            {"type":"cosine"}                                          | 0.8 0.74641016 0.6 0.4 0.2 0.05358984
            {"type":"cosine","t_max":2}                                | 0.8 0.4 0 0.4 0.8 0.4
            {"type":"cosine_decay","decay_steps":2}                    | 0.8 0.4 0 0 0 0
            {"type":"cosine_decay"}                                    | 0.8 0.74641016 0.6 0.4 0.2 0.05358984
            {"type":"cosine_hard_restarts","num_cycles":3}             | 0.8 0.4 0.8 0.4 0.8 0.4
            {"type":"inverse_time","decay_rate":1}                     | 0.8 0.4 0.26666667 0.2 0.16 0.13333333
            {"type":"inverse_sqrt","timescale":1}                      | 0.8 0.56568542 0.46188022 0.4 0.35777088 0.32659863
            """)
    void aLengthThatIsLeftOutIsThatOfTheJob(String spec, String expected) {
        assertRates(schedule(spec), expected);
    }

    @Test
    void aWarmUpRisesInEqualStepsToWhereTheScheduleBegins() {
        assertRates(new WarmUp(schedule("{\"type\":\"constant\"}"), 3, null), "0.2 0.4 0.6 0.8 0.8 0.8");
        assertRates(
                new WarmUp(schedule("{\"type\":\"cosine\"}"), 2, null),
                "0.26666667 0.53333333 0.8 0.68284271 0.4 0.11715729");
        assertRates(new WarmUp(schedule("{\"type\":\"constant\"}"), 9, null), "0.08 0.16 0.24 0.32 0.4 0.48");
    }

    @Test
    void aWarmUpFromNothingBeginsWithNothing() {
        assertRates(new WarmUp(schedule("{\"type\":\"constant\"}"), 4, 0.0), "0 0.2 0.4 0.6 0.8 0.8");
    }

    @Test
    void eachScheduleOfASequenceHasATimeOfItsOwn() {
        assertRates(schedule("""
                        {"type":"sequence","milestones":[2,4],"schedules":[
                          {"type":"linear","start_factor":0.25,"total_iters":2},
                          {"type":"exponential","gamma":0.5},
                          {"type":"cosine"}]}"""), "0.2 0.5 0.8 0.4 0.8 0.4");
    }

    @Test
    void anExpressionStandsForItself() {
        ScheduleSpec schedule = schedule("\"initial_lr * pow(0.5, epoch / 2)\"");

        assertRates(schedule, "0.8 0.8 0.4 0.4 0.2 0.2");
        assertThat(Binder.toJson(new Holder(schedule)))
                .hasToString("{\"schedule\":\"initial_lr * pow(0.5, epoch / 2)\"}");
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "lr *"                                                      | #           | column 5: something is missing at the end
            "epoch > 3"                                                 | #           | must give a number, gives bool
            "epoc * 2"                                                  | #           | there is no 'epoc'; there are epoch,
            {"type":"expression","expression":"exit()"}                 | #/expression | undeclared reference to 'exit'; functions are
            {"type":"sequence","schedules":[{"type":"constant"}],"milestones":[3]} | #/milestones | one fewer than schedules: 0, had 1
            {"type":"sequence","schedules":["1","2","3"],"milestones":[3,3]} | #/milestones | must rise
            {"type":"sequence","schedules":["1",{"type":"step"}],"milestones":[3]} | #/schedules/1/step_size | is required
            {"type":"one_cycle","max_lr":1,"base_momentum":0.9,"max_momentum":0.8} | #/base_momentum | at most max_momentum
            {"type":"cosign"}                                           | #/type      | did you mean cosine?
            {"type":"step","step_size":3,"gama":2}                      | #/gama      | did you mean gamma?
            """)
    void aFaultIsToldWithItsPlace(String spec, String pointer, String detail) {
        assertThat(Binder.bindVariant(JSON.readTree(spec), ScheduleSpec.class, "#", problems))
                .isNull();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.pointer()).isEqualTo(pointer);
            assertThat(problem.detail()).contains(detail);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"cosine_decay","warmup_steps":5}                                    | warmup_steps
            {"type":"piecewise_constant","boundaries":[20,10],"values":[3,2,1]}         | boundaries
            {"type":"sequence","schedules":[{"type":"cosine_decay","warmup_steps":5}],"milestones":[]} | schedules/0/warmup_steps
            """)
    void whatALibraryTakesButNobodyMeansIsDoubted(String spec, String name) {
        List<String> doubted = new ArrayList<>();

        schedule(spec).doubt((field, code, detail) -> doubted.add(field));

        assertThat(doubted).containsExactly(name);
    }

    @Test
    void everyScheduleAndArgumentIsDescribed() {
        assertThat(Binder.variantSchemas(ScheduleSpec.class)).hasSize(20).allSatisfy((type, schema) -> {
            assertThat(schema.path("description").asString("")).as(type).isNotBlank();
            schema.get("properties").properties().stream()
                    .filter(property -> !property.getKey().equals("type"))
                    .forEach(property -> assertThat(
                                    property.getValue().get("description").asString(""))
                            .as(type + "." + property.getKey())
                            .isNotBlank());
        });
    }

    private record Holder(@Param("it") ScheduleSpec schedule) {}

    private ScheduleSpec schedule(String spec) {
        ScheduleSpec schedule = Binder.bindVariant(JSON.readTree(spec), ScheduleSpec.class, "#", problems);
        assertThat(problems).isEmpty();
        return schedule;
    }

    private static void assertRates(Schedule schedule, String expected) {
        double[] rates = IntStream.range(0, TOTAL)
                .mapToDouble(epoch -> schedule.rate(new Moment(By.EPOCH, epoch, TOTAL, 1, 123, INITIAL)))
                .toArray();
        double[] wanted = numbers(expected);
        assertThat(rates).containsExactly(wanted, within(1e-8));
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
