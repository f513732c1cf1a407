package io.signalbox.callback.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.callback.schedule.Schedule.By;
import io.signalbox.callback.schedule.Schedule.Moment;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The schedules against the rates that Keras 3.15, PyTorch 2.13 and transformers 5.18 themselves gave. */
class ScheduleOracleTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Keras computes in single precision. */
    private static final double KERAS_TOLERANCE = 1e-5;

    private static final double TOLERANCE = 1e-9;
    private static final double ABSOLUTE = 1e-12;

    /** What each library calls our schedules. */
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("cosine_decay", "cosine_decay"),
            Map.entry("cosine_decay_restarts", "cosine_decay_restarts"),
            Map.entry("exponential_decay", "exponential_decay"),
            Map.entry("inverse_time_decay", "inverse_time"),
            Map.entry("piecewise_constant_decay", "piecewise_constant"),
            Map.entry("polynomial_decay", "polynomial_decay"),
            Map.entry("step_lr", "step"),
            Map.entry("multi_step_lr", "multi_step"),
            Map.entry("constant_lr", "constant"),
            Map.entry("linear_lr", "linear"),
            Map.entry("exponential_lr", "exponential"),
            Map.entry("polynomial_lr", "polynomial"),
            Map.entry("cosine_annealing_lr", "cosine"),
            Map.entry("cosine_annealing_warm_restarts", "cosine_restarts"),
            Map.entry("one_cycle_lr", "one_cycle"),
            Map.entry("cyclic_lr", "cyclic"),
            Map.entry("linear_warmup_cosine", "cosine"),
            Map.entry("linear_warmup_cosine_hard_restarts", "cosine_hard_restarts"),
            Map.entry("linear_warmup_linear", "linear"),
            Map.entry("linear_warmup_polynomial", "polynomial"),
            Map.entry("linear_warmup_inverse_sqrt", "inverse_sqrt"),
            Map.entry("constant_with_warmup", "constant"));

    /** What PyTorch or Keras refuses and we do not, and why. */
    private static final Map<String, String> TAKEN = Map.of(
            "You must define either total_steps OR (epochs AND steps_per_epoch)",
            "a job knows how long it trains",
            "optimizer must support momentum or beta1 with `cycle_momentum` option enabled",
            "refused where the optimizer is known, see LearningRateSchedulerTest");

    static Stream<Arguments> schedules() {
        return vectors("schedules", "id");
    }

    static Stream<Arguments> rejects() {
        return vectors("rejects", "params");
    }

    static Stream<Arguments> ending() {
        return schedules().filter(vector -> ((JsonNode) vector.get()[1]).has("stops"));
    }

    private static Stream<Arguments> vectors(String list, String name) {
        try (InputStream file = ScheduleOracleTest.class.getResourceAsStream("/callback/schedules.json")) {
            return JSON.readTree(file)
                    .get(list)
                    .valueStream()
                    .map(node -> Arguments.of(
                            node.get("kind").stringValue() + " "
                                    + node.get(name).toString(),
                            node));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("schedules")
    void givesTheRatesOfTheLibrary(String name, JsonNode vector) {
        Schedule schedule = schedule(vector);
        boolean keras = vector.get("family").stringValue().equals("keras");
        double highest = vector.get("points")
                .valueStream()
                .mapToDouble(point -> point.get(1).doubleValue())
                .max()
                .orElseThrow();
        Set<Integer> unstable = vector.path("float32_unstable_steps")
                .valueStream()
                .map(JsonNode::intValue)
                .collect(Collectors.toSet());

        for (JsonNode point : vector.get("points")) {
            double expected = point.get(1).doubleValue();
            double tolerance = keras ? KERAS_TOLERANCE * highest : Math.max(ABSOLUTE, TOLERANCE * Math.abs(expected));
            int step = point.get(0).intValue();
            if (!unstable.contains(step)) {
                assertThat(schedule.rate(moment(vector, step)))
                        .as("rate at %s", step)
                        .isCloseTo(expected, within(tolerance));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("schedules")
    void movesTheMomentumAsTheLibraryDoes(String name, JsonNode vector) {
        Schedule schedule = schedule(vector);
        if (!vector.has("momentum_points")) {
            assertThat(schedule.momentum(moment(vector, 0))).isEmpty();
            return;
        }
        for (JsonNode point : vector.get("momentum_points")) {
            int step = point.get(0).intValue();
            assertThat(schedule.momentum(moment(vector, step)).orElseThrow())
                    .as("momentum at %s", step)
                    .isCloseTo(point.get(1).doubleValue(), within(TOLERANCE));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ending")
    void endsWhereTheLibraryEnds(String name, JsonNode vector) {
        Schedule schedule = schedule(vector);
        Moment end = moment(vector, vector.get("stops").get("at_step").intValue());

        assertThatThrownBy(() -> schedule.rate(end))
                .isInstanceOf(ScheduleException.class)
                .hasMessageContaining("total_steps");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejects")
    void refusesWhatTheLibraryRefuses(String name, JsonNode vector) {
        JsonNode raises = vector.get("raises");
        boolean taken = raises.isNull() || TAKEN.containsKey(raises.stringValue());

        List<Problem> problems = new ArrayList<>();
        ScheduleSpec spec = bind(vector, problems);

        assertThat(spec != null).as(problems.toString()).isEqualTo(taken);
    }

    private static int lastStep(JsonNode vector) {
        return vector.get("points").get(vector.get("points").size() - 1).get(0).intValue();
    }

    private static Moment moment(JsonNode vector, int step) {
        return new Moment(
                By.STEP,
                step,
                lastStep(vector) + 1L,
                1,
                Double.NaN,
                vector.path("base_lr").asDouble(1));
    }

    private static Schedule schedule(JsonNode vector) {
        List<Problem> problems = new ArrayList<>();
        ScheduleSpec spec = bind(vector, problems);
        assertThat(problems).isEmpty();
        int warmup = vector.get("params").path("num_warmup_steps").asInt(0);
        return new WarmUp(spec, warmup, 0.0);
    }

    private static @Nullable ScheduleSpec bind(JsonNode vector, List<Problem> problems) {
        ObjectNode params = (ObjectNode) vector.get("params").deepCopy();
        ObjectNode spec = JSON.createObjectNode();
        spec.put("type", TYPES.get(vector.get("kind").stringValue()));
        if (vector.get("family").stringValue().equals("transformers")) {
            spec.setAll(ofTransformers(vector.get("kind").stringValue(), params));
        } else {
            rename(params);
            spec.setAll(params);
        }
        return Binder.bindVariant(spec, ScheduleSpec.class, "#", problems);
    }

    /** PyTorch's few names with capitals; and a cycle's length by epochs, which is a job's here. */
    private static void rename(ObjectNode params) {
        Map.of("T_max", "t_max", "T_0", "t_0", "T_mult", "t_mult").forEach((theirs, ours) -> {
            if (params.has(theirs)) {
                params.set(ours, params.remove(theirs));
            }
        });
        if (params.has("steps_per_epoch")) {
            int epochs = params.remove("epochs").intValue();
            params.put("total_steps", epochs * params.remove("steps_per_epoch").intValue());
        }
    }

    /** There one function has the warm-up, the rate and the curve. */
    private static ObjectNode ofTransformers(String kind, ObjectNode params) {
        int warmup = params.get("num_warmup_steps").intValue();
        int length = params.path("num_training_steps").asInt(0) - warmup;
        ObjectNode spec = JSON.createObjectNode();
        switch (kind) {
            case "linear_warmup_cosine" -> spec.put("t_max", length).set("num_cycles", params.get("num_cycles"));
            case "linear_warmup_cosine_hard_restarts" ->
                spec.put("total_iters", length).set("num_cycles", params.get("num_cycles"));
            case "linear_warmup_linear" ->
                spec.put("start_factor", 1.0).put("end_factor", 0.0).put("total_iters", length);
            case "linear_warmup_polynomial" ->
                spec.put("total_iters", length)
                        .set("power", params.get("power"))
                        .set("end_learning_rate", params.get("lr_end"));
            case "linear_warmup_inverse_sqrt" ->
                spec.put("timescale", params.path("timescale").asInt(warmup > 0 ? warmup : 10_000));
            default -> {
                // constant has nothing more
            }
        }
        return spec;
    }
}
