package io.signalbox.server.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.server.Caller;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.ingest.Ingest;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

@ServerTest
class LiveSocketTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Autowired
    private Ingest ingest;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Caller caller;

    private LiveClientSocket client;
    private long job;

    @BeforeEach
    void connect() {
        job = PausedJob.insert(jdbc);
        client = new LiveClientSocket(caller);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private void tell(int count, String message) {
        EventDetail[] details = IntStream.range(0, count)
                .mapToObj(i -> new Log("info", message))
                .toArray(EventDetail[]::new);
        ingest.tell(job, 1, details);
    }

    private void subscribe(long after) {
        client.say("{\"subscribe\":\"job\",\"job_id\":" + job + ",\"after\":" + after + "}");
    }

    private static List<Long> seqs(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void tellsWhatIsStoredThenWhatComesInOrderWithNoneMissingAndNoneTwice() {
        tell(1200, "stored");
        subscribe(-1);
        for (int i = 0; i < 50; i++) {
            tell(4, "live");
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.seqs()).isEqualTo(seqs(0, 1400)));
    }

    @Test
    void noMessageIsLongerThanASlowConnectionMayCost() {
        tell(30, "x".repeat(50_000));
        subscribe(-1);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.seqs()).isEqualTo(seqs(0, 30)));
        assertThat(client.messages())
                .hasSizeGreaterThan(30 * 50_000 / LiveClient.MOST_CHARACTERS)
                .allSatisfy(message ->
                        assertThat(message.toString().length()).isLessThan(LiveClient.MOST_CHARACTERS + 10_000));
    }

    @Test
    void goesOnAfterTheSeqThatTheClientHolds() {
        tell(10, "stored");
        subscribe(6);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.seqs()).isEqualTo(seqs(7, 10)));
    }

    @Test
    void tellsNothingMoreOfAJobThatIsUnsubscribed() {
        tell(1, "stored");
        subscribe(-1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.seqs()).isEqualTo(seqs(0, 1)));
        client.say("{\"unsubscribe\":\"job\",\"job_id\":" + job + "}").say("{\"subscribe\":\"jobs\"}");
        tell(3, "unseen");

        await().atMost(PATIENCE).until(() -> client.messages().stream().anyMatch(m -> m.has("job")));
        assertThat(client.seqs()).isEqualTo(seqs(0, 1));
    }

    @Test
    void tellsTheSummaryOfAJobThatChanged() {
        client.say("{\"subscribe\":\"jobs\"}").say("{\"subscribe\":\"job\",\"job_id\":" + job + ",\"after\":-1}");
        tell(1, "first");
        await().atMost(PATIENCE).until(() -> client.seqs().size() == 1);
        tell(1, "second");

        await().atMost(PATIENCE)
                .until(() -> client.messages().stream()
                        .map(message -> message.path("job"))
                        .anyMatch(summary -> summary.path("id").asLong() == job
                                && summary.path("state").asString("").equals("paused")
                                && summary.path("last_seq").asLong() == 1));
    }

    @Test
    void tellsTheSummariesOfThoseJobsAloneThatAreNamed() {
        long other = PausedJob.insert(jdbc);
        client.say("{\"subscribe\":\"jobs\",\"job_ids\":[" + other + "]}")
                .say("{\"subscribe\":\"job\",\"job_id\":" + job + ",\"after\":-1}");
        tell(1, "not asked for");
        await().atMost(PATIENCE).until(() -> client.seqs().size() == 1);
        ingest.tell(other, 1, new Log("info", "asked for"));

        await().atMost(PATIENCE).until(() -> !summarised().isEmpty());
        assertThat(summarised()).containsOnly(other);
    }

    private List<Long> summarised() {
        return client.messages().stream()
                .filter(message -> message.has("job"))
                .map(message -> message.path("job").path("id").asLong())
                .toList();
    }

    @Test
    void tellsThatAJobDoesNotExist() {
        client.say("{\"subscribe\":\"job\",\"job_id\":987654321,\"after\":-1}");

        await().atMost(PATIENCE)
                .until(() -> client.messages().stream()
                        .anyMatch(m -> m.path("error").path("status").asInt() == 404));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stop\":12}",
                "{\"subscribe\":\"jobs\",\"job_ids\":7}",
                "{\"subscribe\":\"jobs\",\"job_ids\":[\"7\"]}"
            })
    void closesOnAnythingThatIsNoSubscription(String text) {
        client.say(text);

        await().atMost(PATIENCE).until(() -> client.closeStatus() == 1008);
    }

    @Test
    void closesOnAMessageThatIsTooLong() {
        client.sayUnheard("x".repeat(100_000));

        await().atMost(PATIENCE).until(() -> client.closeStatus() == 1009);
    }

    /** Bodies large enough to fill the buffers of both ends of the connection. */
    @Test
    void resyncsAClientThatFellBehindAndLosesNothing() {
        subscribe(-1);
        tell(1, "hello");
        await().atMost(PATIENCE).until(() -> client.seqs().size() == 1);
        client.stopReading();
        int told = 1;
        for (int i = 0; i < 60; i++) {
            tell(100, "x".repeat(2_000));
            told += 100;
        }
        int all = told;
        client.readOn();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.seqs()).isEqualTo(seqs(0, all)));
        assertThat(client.messages())
                .anyMatch(m -> m.path("resync").path("job_id").asLong() == job);
    }
}
