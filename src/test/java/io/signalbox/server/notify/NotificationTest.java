package io.signalbox.server.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.signalbox.event.Event;
import io.signalbox.event.EventDetail;
import io.signalbox.event.EventDetail.Alert;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.StateChanged;
import io.signalbox.event.JobState;
import io.signalbox.event.Outcome;
import io.signalbox.server.Caller;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import io.signalbox.server.ingest.Ingest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** From the committed event to a receiver on this machine. */
@ServerTest
class NotificationTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final int OK = 200;
    private static final int BUSY = 503;

    @Autowired
    private Ingest ingest;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Caller caller;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer receiver;
    private long job;

    @BeforeEach
    void aReceiverAndAJob() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean refused = refusals.getAndDecrement() > 0;
            if (!refused) {
                received.add(body);
            }
            exchange.sendResponseHeaders(refused ? BUSY : OK, -1);
            exchange.close();
        });
        receiver.start();
        job = PausedJob.insert(jdbc);
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    @Test
    void tellsOfAnAlertAndOfTheEndThoughTheTrainerWasKilled() {
        callbacks("{'type': 'Notify', 'name': 'tell', 'url': '%s'}");
        ingest.receive(job, List.of(event(0, new Alert("anomaly_monitor", "loss_spike", "the loss is 9"))));

        // What the server itself says of a trainer that is gone.
        ingest.tell(
                job, 1, new StateChanged(JobState.PAUSED, JobState.FAILED, Outcome.ERROR, "was killed by signal 9"));

        await().until(() -> received.size() == 2);
        assertThat(received.get(0)).contains("\"event\":\"alert\"", "anomaly_monitor: the loss is 9");
        assertThat(received.get(1))
                .contains("\"event\":\"failed\"", "\"text\":\"job " + job + ": failed. was killed by signal 9\"");
    }

    @Test
    void triesAgainWhereTheReceiverIsBusyAndKeepsTheOrder() {
        refusals.set(1);
        callbacks("{'type': 'Notify', 'name': 'tell', 'url': '%s', 'template': '{message}'}");

        ingest.receive(job, List.of(event(0, new Alert("a", "k", "first")), event(1, new Alert("a", "k", "second"))));

        await().until(() -> received.size() == 2);
        assertThat(received.get(0)).contains("a: first");
        assertThat(received.get(1)).contains("a: second");
        await().untilAsserted(() -> assertThat(list()).contains("\"state\":\"sent\",\"attempts\":2"));
    }

    /** The next try was noted down before the clock was set back by two days. */
    @Test
    void isNotPutOffThoughTheClockIsSetBack() {
        callbacks("{'type': 'Notify', 'name': 'tell', 'url': '%s'}");
        jdbc.update("""
                insert into notification (job_id, seq, callback, event, way, body, state, attempts, due_at)
                values (?, 0, 'tell', 'alert', 'WEBHOOK', 'late', 'PENDING', 1, ?)""", job, OffsetDateTime.now(ZoneOffset.UTC).plusDays(2));

        ingest.receive(job, List.of(event(0, new Alert("a", "k", "now"))));

        await().until(() -> received.size() == 2);
        assertThat(received.get(0)).isEqualTo("late");
    }

    @Test
    void postsEachEpochAsKerasRemoteMonitorDoes() {
        callbacks("{'type': 'RemoteMonitor', 'name': 'remote', 'root': '%s'}");

        ingest.receive(job, List.of(event(0, new EpochEnd(Map.of("loss", 0.5), 1, 1))));

        await().until(() -> received.size() == 1);
        assertThat(URLDecoder.decode(received.get(0), StandardCharsets.UTF_8))
                .isEqualTo("data={\"epoch\": 1, \"loss\": 0.5}");
    }

    @Test
    void whatWasNotAskedForIsNotSent() {
        callbacks("{'type': 'Notify', 'name': 'tell', 'url': '%s', 'on': ['failed']}");

        ingest.receive(job, List.of(event(0, new Alert("a", "k", "m"))));

        assertThat(list()).contains("\"items\":[]");
    }

    @Test
    void anAddressThatMustNotBeReachedIsGivenUpWithTheReason() {
        set("{'type': 'Notify', 'name': 'tell', 'url': 'http://127.0.0.2:9/'}");

        ingest.receive(job, List.of(event(0, new Alert("a", "k", "m"))));

        await().untilAsserted(() ->
                assertThat(list()).contains("\"state\":\"failed\"", "is a private address", "\"attempts\":1"));
    }

    @Test
    void aShownSpecHidesSecretsButNotTheHost() {
        set("{'type': 'Notify', 'name': 'tell', 'url': 'https://hooks.example.org/T0/S3CRET',"
                + " 'headers': {'Authorization': 'S3CRET'}}");

        String shown = caller.authorized("GET", "/api/v1/jobs/" + job).send().body();

        assertThat(shown)
                .contains("https://hooks.example.org/***", "\"Authorization\":\"***\"")
                .doesNotContain("S3CRET");
    }

    private String list() {
        return caller.authorized("GET", "/api/v1/jobs/" + job + "/notifications")
                .send()
                .body();
    }

    private void callbacks(String callback) {
        set(String.format(callback, "http://127.0.0.1:" + receiver.getAddress().getPort()));
    }

    private void set(String callback) {
        String spec = "{\"batch_size\": 2, \"callbacks\": [" + callback.replace('\'', '"') + "]}";
        jdbc.update("update job set spec = ? where id = ?", spec, job);
    }

    private Event event(long seq, EventDetail detail) {
        return new Event(seq, NOW, job, 1, 1, 4L, detail);
    }
}
