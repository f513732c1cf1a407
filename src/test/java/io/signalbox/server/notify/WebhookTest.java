package io.signalbox.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Posts to a real server on this machine. */
class WebhookTest {

    private static final int OK = 200;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Webhook webhook;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> answer(exchange, OK));
        server.createContext("/status/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            exchange.getResponseHeaders().set("Location", "/hook");
            answer(exchange, Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
        });
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(OK, 0);
            byte[] chunk = new byte[1 << 16];
            try {
                for (int i = 0; i < 1 << 16; i++) {
                    exchange.getResponseBody().write(chunk);
                }
            } catch (IOException hungUp) {
                received.add("hung up");
            }
        });
        server.start();
        webhook = new Webhook(ReachableAddressesTest.reachable("127.0.0.1/32"));
    }

    @AfterEach
    void stop() throws IOException {
        webhook.close();
        server.stop(0);
    }

    @Test
    void postsBodyAndHeaders() {
        Webhook.Result result = post("/hook");

        assertThat(result).isEqualTo(Webhook.Result.DELIVERED);
        assertThat(received).containsExactly("POST application/json; charset=utf-8 Bearer t {\"text\":\"ü\"}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "204, true, false",
        "301, false, false",
        "307, false, false",
        "400, false, false",
        "429, false, true",
        "503, false, true"
    })
    void tellsFromTheStatusWhetherItArrivedOrMayLater(int status, boolean delivered, boolean again) {
        Webhook.Result result = post("/status/" + status);

        assertThat(result.delivered()).isEqualTo(delivered);
        assertThat(result.worthAnotherTry()).isEqualTo(again);
        assertThat(received).hasSize(1);
    }

    @Test
    void readsNothingOfAnAnswerWithoutEnd() {
        assertThat(post("/endless")).isEqualTo(Webhook.Result.DELIVERED);
    }

    @Test
    void aServerThatIsNotThereMayBeLater() {
        server.stop(0);

        Webhook.Result result = post("/hook");

        assertThat(result.delivered()).isFalse();
        assertThat(result.worthAnotherTry()).isTrue();
    }

    /** The name is looked up here and now, and what it resolves to is judged: a public name for a private address too. */
    @Test
    void doesNotConnectToAPrivateAddressWhateverTheNameSays() throws IOException {
        try (Closing guarded = new Closing(new Webhook(ReachableAddressesTest.reachable("")))) {
            for (String host :
                    List.of("localhost", "127.0.0.1", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]")) {
                Webhook.Result result = guarded.webhook()
                        .post(
                                "http://" + host + ":" + server.getAddress().getPort() + "/hook",
                                Map.of(),
                                "text/plain",
                                "x");
                assertThat(result.delivered()).as(host).isFalse();
            }
        }
        assertThat(received).isEmpty();
    }

    private record Closing(Webhook webhook) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            webhook.close();
        }
    }

    private Webhook.Result post(String path) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
        return webhook.post(url, Map.of("Authorization", "Bearer t"), "application/json", "{\"text\":\"ü\"}");
    }

    private void answer(HttpExchange exchange, int status) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(
                exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }
}
