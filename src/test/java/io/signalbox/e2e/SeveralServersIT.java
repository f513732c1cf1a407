package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.EventStream;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import io.signalbox.harness.TcpProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Three servers on one home and one PostgreSQL, each behind a proxy that can be cut; one job trains all the while. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralServersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TRY_LATER = 75;

    private final List<TcpProxy> proxies = new ArrayList<>();
    private final List<ServerProcess> servers = new ArrayList<>();
    private EmbeddedPostgres postgres;
    private long job;
    private Follower follower;

    /** Reads on where it was when its stream breaks, as a browser does. */
    private static final class Follower {

        private final Api api;
        private final long job;
        private final List<EventStream.Received> before = new ArrayList<>();
        private EventStream stream;
        private int reconnects;

        Follower(Api api, long job) {
            this.api = api;
            this.job = job;
            this.stream = new EventStream(api, job, -1);
        }

        List<EventStream.Received> received() {
            List<EventStream.Received> all = new ArrayList<>(before);
            all.addAll(stream.received());
            boolean ended = !all.isEmpty() && isLast(all.get(all.size() - 1).event());
            if (stream.closed().isDone() && !ended) {
                before.clear();
                before.addAll(all);
                reconnects++;
                stream = new EventStream(
                        api, job, all.isEmpty() ? -1 : all.get(all.size() - 1).id());
            }
            return all;
        }

        static boolean isLast(JsonNode event) {
            return event.path("type").asString().equals("state_changed")
                    && event.path("to").asString().equals("stopped");
        }

        void awaitBeyond(long seq) {
            await("an event beyond " + seq)
                    .atMost(PATIENCE)
                    .until(() -> received().stream().anyMatch(it -> it.id() > seq));
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        postgres = EmbeddedPostgres.start();
        for (int i = 0; i < 3; i++) {
            proxies.add(new TcpProxy(postgres.getPort()));
        }
        ServerProcess first = ServerProcess.start(folder, settings(0));
        servers.add(first);
        for (int i = 1; i < 3; i++) {
            ServerProcess other = first.anotherOnTheSameHome("server-" + i, settings(i));
            servers.add(other);
            other.launch();
        }
        servers.get(1).awaitHealthy();
        servers.get(2).awaitHealthy();
        Fixtures.uploadCorners(servers.get(2).api(), 640).expect(201);
        job = jobs(1).submit(Fixtures.cornersJob(100_000));
        follower = new Follower(servers.get(2).api(), job);
        jobs(1).awaitEpochs(job, 1);
    }

    private String[] settings(int server) {
        return new String[] {
            "signalbox.servers=several",
            "signalbox.workers.slots=1",
            "signalbox.workers.warm=0",
            "spring.datasource.url=jdbc:postgresql://localhost:"
                    + proxies.get(server).port() + "/postgres",
            "spring.datasource.username=postgres",
            "spring.datasource.password=postgres"
        };
    }

    @AfterAll
    void end() throws IOException {
        for (ServerProcess server : servers) {
            server.close();
        }
        for (TcpProxy proxy : proxies) {
            proxy.close();
        }
        postgres.close();
    }

    private Jobs jobs(int server) {
        return servers.get(server).jobs();
    }

    private static boolean leads(ServerProcess server) {
        String log = server.log();
        return log.lastIndexOf("this server leads now") > log.lastIndexOf("this server leads no more");
    }

    @Test
    @Order(1)
    void anyServerAnswersAnyCall() {
        String spec = Fixtures.cornersJob(1);
        Map<String, String> key = Map.of("Idempotency-Key", "once");
        Answer created = servers.get(1).api().post("/jobs", Api.YAML, spec, key).expect(201);
        long waiting = created.json().path("id").longValue();
        Answer again = servers.get(2).api().post("/jobs", Api.YAML, spec, key).expect(200);

        assertThat(again.json().path("id").longValue()).isEqualTo(waiting);
        for (ServerProcess server : servers) {
            JsonNode seen = server.jobs().get(waiting);
            assertThat(seen.path("queue_position").intValue()).isEqualTo(1);
            assertThat(seen.path("reason").asString()).contains("signalbox.workers.slots");
            assertThat(server.trainers())
                    .singleElement()
                    .satisfies(it -> assertThat(it.path("job_id").longValue()).isEqualTo(job));
        }
        jobs(2).command(waiting, "{\"type\": \"cancel\"}");
        assertThat(jobs(0).state(waiting)).isEqualTo("cancelled");
    }

    @Test
    @Order(1)
    void aCookieOfOneServerIsGoodForAllBehindTheSameAddress() throws Exception {
        HttpClient browser = HttpClient.newHttpClient();
        HttpResponse<Void> login = browser.send(
                HttpRequest.newBuilder(servers.get(0).startUrl()).build(), HttpResponse.BodyHandlers.discarding());
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        String value = cookie.substring(cookie.indexOf('='));

        for (ServerProcess server : servers) {
            int port = server.api().uri("//").getPort();
            HttpRequest request = HttpRequest.newBuilder(server.api().uri("/jobs"))
                    .header("Cookie", "signalbox-" + port + value)
                    .build();
            assertThat(browser.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    @Order(1)
    void aServerThatKnowsOfNoOthersRefusesTheirHome() {
        ServerProcess other = servers.get(0).anotherOnTheSameHome("alone", "signalbox.workers.warm=0");
        other.launch();

        assertThat(other.awaitExit()).isEqualTo(TRY_LATER);
        assertThat(other.logTail()).contains("signalbox.servers=several");
    }

    @Test
    @Order(2)
    void whatAServerHearsOfOthersHealsWhenItsConnectionsAreCut() {
        proxies.get(2).cut();

        long seen = jobs(0).get(job).path("last_seq").longValue();
        follower.awaitBeyond(seen);
        jobs(1).applied(job, "{\"type\": \"set_learning_rate\", \"value\": 0.0123}");
        await().atMost(PATIENCE)
                .until(() -> jobs(2).get(job).path("learning_rate").doubleValue() == 0.0123);
    }

    @Test
    @Order(3)
    void killingTheLeaderInTheMiddleOfTrainingCostsNoEvent() {
        ServerProcess leader =
                servers.stream().filter(SeveralServersIT::leads).findFirst().orElseThrow();
        ProcessHandle trainer = leader.trainerOf(job);
        List<ServerProcess> others = servers.stream().filter(it -> it != leader).toList();

        int reconnects = follower.reconnects;

        leader.killNine();

        await("another to lead").atMost(PATIENCE).until(() -> others.stream().anyMatch(SeveralServersIT::leads));
        ServerProcess any = others.get(0);
        int epochs = any.jobs().epochs(job).size();
        any.jobs().awaitEpochs(job, epochs + 2);
        assertThat(trainer.isAlive()).isTrue();
        others.get(1).jobs().applied(job, "{\"type\": \"stop\"}");
        assertThat(any.jobs().awaitState(job, "stopped").path("attempt").intValue())
                .isEqualTo(1);

        Follower reader = leader == servers.get(2) ? new Follower(any.api(), job) : follower;
        await("the last event").atMost(PATIENCE).until(() -> {
            List<EventStream.Received> all = reader.received();
            return !all.isEmpty() && Follower.isLast(all.get(all.size() - 1).event());
        });
        List<JsonNode> stored = any.jobs().wholeStream(job, "stopped");
        assertThat(reader.received())
                .extracting(EventStream.Received::id)
                .containsExactlyElementsOf(
                        LongStream.range(0, stored.size()).boxed().toList());
        assertThat(reader.reconnects).as("times that its stream broke").isLessThanOrEqualTo(reconnects + 1);
    }
}
