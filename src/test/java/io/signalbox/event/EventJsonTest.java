package io.signalbox.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.event.EventDetail.StateChanged;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {

    static List<Event> samples() {
        return EventSamples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void writesTheGoldenFile(Event event) throws IOException {
        assertThat(EventJson.write(event)).isEqualTo(golden(event));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readsTheGoldenFile(Event event) throws IOException {
        assertThat(EventJson.read(golden(event))).isEqualTo(event);
    }

    @Test
    void everyKindHasAGoldenFile() {
        Set<Class<?>> kinds = new HashSet<>();
        samples().forEach(event -> kinds.add(event.detail().getClass()));

        assertThat(kinds).containsExactlyInAnyOrder(EventDetail.class.getPermittedSubclasses());
    }

    @Test
    void timesHaveExactlyThreeDigitsOfASecond() {
        Event event =
                new Event(0, Instant.parse("2026-03-01T12:00:00.123456789Z"), 1, 1, null, null, new Log("info", "a"));

        assertThat(EventJson.write(event)).contains("\"at\":\"2026-03-01T12:00:00.123Z\"");
    }

    @Property
    void timesAreThoseOfIso8601(
            @ForAll @LongRange(min = -70_000_000_000L, max = 300_000_000_000L) long second,
            @ForAll @IntRange(min = 0, max = 999_999_999) int nano) {
        Instant at = Instant.ofEpochSecond(second, nano);
        String expected =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter().format(at);

        String json = EventJson.write(new Event(0, at, 1, 1, null, null, new Log("info", "a")));

        assertThat(json).contains("\"at\":\"" + expected + "\"");
        assertThat(EventJson.read(json).at()).isEqualTo(Instant.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-13-01T12:00:00.000Z",
                "2026-02-30T12:00:00.000Z",
                "2026-03-01T12:61:00.000Z",
                "2026-03-01 12:00:00.000Z",
                "2026-03-01T12:00:00,000Z",
                "2026-03-01T12:00:00.00aZ"
            })
    void timesThatAreNoneAreRefused(String at) {
        String json = EventJson.write(new Event(0, Instant.EPOCH, 1, 1, null, null, new Log("info", "a")));

        assertThatThrownBy(() -> EventJson.read(json.replace("1970-01-01T00:00:00.000Z", at)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("at: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "null",
                "{}",
                "{\"seq\":0,\"at\":\"2026-03-01T12:00:00.000Z\",\"job_id\":1,\"attempt\":1,\"type\":\"none_such\"}",
                "{\"seq\":0,\"at\":\"2026-03-01T12:00:00.000Z\",\"job_id\":1,\"attempt\":1,\"type\":\"batch_end\"}",
                "{\"seq\":0,\"at\":\"yesterday\",\"job_id\":1,\"attempt\":1,\"type\":\"epoch_begin\"}",
                "{\"seq\":0.5,\"at\":\"2026-03-01T12:00:00.000Z\",\"job_id\":1,\"attempt\":1,\"type\":\"epoch_begin\"}",
                "{\"seq\":0,\"seq\":1,\"at\":\"2026-03-01T12:00:00.000Z\",\"job_id\":1,\"attempt\":1,\"type\":\"epoch_begin\"}",
                "{\"seq\":0,\"at\":\"2026-03-01T12:00:00.000Z\",\"job_id\":1,\"attempt\":1,\"type\":\"epoch_begin\"} x",
            })
    void refusesWhatIsNoEvent(String json) {
        assertThatThrownBy(() -> EventJson.read(json)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 300)
    void readsWhatItWroteBitForBit(@ForAll("events") Event event) {
        String json = EventJson.write(event);

        assertThat(json).doesNotContain("\n", "\r");
        assertThat(EventJson.read(json)).isEqualTo(event);
    }

    @Property(tries = 100)
    void keepsTheOrderOfLogs(@ForAll("logs") Map<String, Double> logs) {
        Event read = EventJson.read(EventJson.write(EventSamples.event(0, 0, 0L, new BatchEnd(0, logs))));

        assertThat(((BatchEnd) read.detail()).logs().keySet()).containsExactlyElementsOf(logs.keySet());
    }

    @Provide
    Arbitrary<Event> events() {
        Arbitrary<EventDetail> details = Arbitraries.oneOf(
                logs().map(logs -> new BatchEnd(3, logs)),
                Arbitraries.strings().map(text -> new Log("info", text)),
                Arbitraries.of(JobState.values()).map(state -> new StateChanged(null, state, null, null)),
                Arbitraries.of(Outcome.values())
                        .map(outcome -> new StateChanged(JobState.RUNNING, JobState.FAILED, outcome, "r")));
        return details.flatMap(detail -> Arbitraries.longs()
                .between(0, 4_000_000_000_000L)
                .map(n ->
                        new Event(n, Instant.ofEpochMilli(n), n, 1, n % 2 == 0 ? null : (int) (n % 1000), n, detail)));
    }

    @Provide
    Arbitrary<Map<String, Double>> logs() {
        Arbitrary<Double> values = Arbitraries.oneOf(
                Arbitraries.longs().map(Double::longBitsToDouble).map(d -> Double.isNaN(d) ? Double.NaN : d),
                Arbitraries.of(0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 1e308, Double.NaN));
        return Arbitraries.maps(Arbitraries.strings().ofMinLength(1), values)
                .ofMaxSize(8)
                .map(LinkedHashMap::new);
    }

    private static String golden(Event event) throws IOException {
        String name = EventJson.typeOf(event.detail());
        if (event.detail() instanceof StateChanged change && change.to().ended()) {
            name += "_final";
        }
        try (InputStream file = EventJsonTest.class.getResourceAsStream(name + ".json")) {
            assertThat(file).as("golden file %s.json", name).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
