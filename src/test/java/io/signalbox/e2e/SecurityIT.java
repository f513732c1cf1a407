package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.RawHttp;
import io.signalbox.harness.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strangers stay out, by whatever door they come. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityIT {

    private static final int TRY_LATER = 75;

    private ServerProcess server;
    private Api api;
    private URI url;
    private String token;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        server = ServerProcess.start(folder, "signalbox.workers.slots=1");
        api = server.api();
        url = api.uri("//");
        token = Files.readString(server.home().resolve("token")).strip();
    }

    @AfterAll
    void end() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/jobs",
        "POST,/jobs",
        "GET,/jobs/1",
        "DELETE,/jobs/1",
        "POST,/jobs/1/commands",
        "GET,/jobs/1/commands",
        "GET,/jobs/1/history",
        "GET,/jobs/1/history.csv",
        "GET,/jobs/1/metrics",
        "GET,/jobs/1/metrics/loss",
        "GET,/jobs/1/events",
        "GET,/jobs/1/events/stream",
        "GET,/jobs/1/logs",
        "GET,/jobs/1/checkpoints",
        "GET,/jobs/1/checkpoints/best/content",
        "GET,/jobs/1/checkpoints/best/files/model.safetensors",
        "GET,/catalogue/layers",
        "POST,/datasets",
        "GET,/datasets",
        "GET,/datasets/x",
        "DELETE,/datasets/x",
        "POST,/weights",
        "GET,/weights",
        "DELETE,/weights/x",
        "GET,/workers",
        "GET,/system",
        "GET,/live",
        "GET,/no-such-thing",
        "GET,//v3/api-docs",
        "GET,//swagger-ui/index.html",
        "GET,//actuator/prometheus"
    })
    void everyDoorWantsAToken(String method, String path) {
        api.withoutToken().call(method, path).expectProblem(401);
        api.withToken("wrong").call(method, path).expectProblem(401);
        api.withToken(token.substring(1)).call(method, path).expectProblem(401);
        api.withoutToken().call(method, path + "?token=" + token).expectProblem(401);
        api.withoutToken().call(method, path + "?access_token=" + token).expectProblem(401);
    }

    @Test
    void onlyHealthIsOpenAndTellsNothingButUp() {
        Answer health = api.withoutToken().get("//actuator/health").expect(200);

        assertThat(health.json().path("status").stringValue()).isEqualTo("UP");
        assertThat(health.text()).doesNotContain("components", "diskSpace", "H2", "jdbc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env",
                "beans",
                "configprops",
                "heapdump",
                "threaddump",
                "loggers",
                "mappings",
                "shutdown",
                "info",
                "metrics",
                "httpexchanges",
                "scheduledtasks",
                "caches",
                "conditions",
                "flyway",
                "logfile",
                "sbom",
                "startup"
            })
    void noOtherPartOfActuatorExists(String id) {
        assertThat(api.get("//actuator/" + id).status()).isEqualTo(404);
        assertThat(api.withoutToken().get("//actuator/" + id).status()).isIn(401, 404);
    }

    @Test
    void metricsAreForPrometheusWithAToken() {
        assertThat(api.get("//actuator/prometheus", "text/plain").expect(200).text())
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void theDatabaseHasNoConsole() {
        api.get("//h2-console").expectProblem(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "127.0.0.1.nip.io",
                "localhost.evil.com",
                "localhost.evil.com:{port}",
                "evil.example:{port}",
                "[::2]:{port}",
                "0.0.0.0:{port}",
                ""
            })
    void otherHostNamesAreRefusedEvenWithTheToken(String host) {
        String answer = get("/api/v1/jobs", "Host: " + withPort(host), "Authorization: Bearer " + token);

        assertThat(RawHttp.status(answer)).as(answer).isIn(400, 403, 421);
        assertThat(RawHttp.status(get("/", "Host: " + withPort(host)))).isIn(400, 403, 421);
        assertThat(RawHttp.status(get("/actuator/health", "Host: " + withPort(host))))
                .isIn(400, 403, 421);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:{port}", "127.0.0.1:{port}", "LOCALHOST:{port}", "[::1]:{port}"})
    void ownHostNamesAreTaken(String host) {
        String answer = get("/api/v1/jobs", "Host: " + withPort(host), "Authorization: Bearer " + token);

        assertThat(RawHttp.status(answer)).as(answer).isEqualTo(200);
    }

    @Test
    void twoHostHeadersAreRefused() {
        String answer = get(
                "/api/v1/jobs",
                "Host: localhost:" + url.getPort(),
                "Host: evil.example",
                "Authorization: Bearer " + token);

        assertThat(RawHttp.status(answer)).isIn(400, 403, 421);
    }

    @Test
    void anAbsoluteAddressOfAnotherHostIsRefused() {
        String answer = RawHttp.send(
                url,
                "GET http://evil.example/api/v1/jobs HTTP/1.1",
                "Host: localhost:" + url.getPort(),
                "Authorization: Bearer " + token,
                "Connection: close");

        assertThat(RawHttp.status(answer)).as(answer).isIn(400, 403, 421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "http://localhost.evil.com:{port}",
                "http://localhost:1",
                "null",
                "file://"
            })
    void otherOriginsAreRefusedOnWritesAndOnTheSocket(String origin) {
        String write = RawHttp.send(
                url,
                "POST /api/v1/jobs HTTP/1.1",
                "Host: localhost:" + url.getPort(),
                "Origin: " + withPort(origin),
                "Authorization: Bearer " + token,
                "Content-Type: application/json",
                "Content-Length: 0",
                "Connection: close");
        assertThat(RawHttp.status(write)).as(write).isEqualTo(403);
        assertThat(RawHttp.status(handshake("Origin: " + withPort(origin), "Authorization: Bearer " + token)))
                .isEqualTo(403);
    }

    @Test
    void theSocketWantsATokenToo() {
        assertThat(RawHttp.status(handshake("X-Nothing: here"))).isEqualTo(401);
        assertThat(handshake("Authorization: Bearer " + token)).startsWith("HTTP/1.1 101");
    }

    @Test
    void theStartUrlOpensTheDashboardAndBecomesACookieThatOnlyOurPagesCanUse() {
        URI start = server.startUrl();
        String host = "Host: localhost:" + url.getPort();

        String answer = get(start.getRawPath() + "?" + start.getRawQuery(), host);

        assertThat(RawHttp.status(answer)).as(answer).isEqualTo(302);
        assertThat(answer.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location:")))
                .singleElement()
                .asString()
                .doesNotContain(token);
        Matcher cookie =
                Pattern.compile("(?i)set-cookie: ([^=\\s]+=[^;\\s]+)(.*)").matcher(answer);
        assertThat(cookie.find()).as(answer).isTrue();
        assertThat(cookie.group(1)).doesNotContain(token);
        assertThat(cookie.group(2).toLowerCase(Locale.ROOT)).contains("httponly", "samesite=strict");
        String session = "Cookie: " + cookie.group(1);
        assertThat(RawHttp.status(get("/api/v1/jobs", host, session))).isEqualTo(200);
        assertThat(RawHttp.status(RawHttp.send(
                        url,
                        "DELETE /api/v1/jobs/1 HTTP/1.1",
                        host,
                        session,
                        "Content-Length: 0",
                        "Connection: close")))
                .isEqualTo(403);
        assertThat(RawHttp.status(handshake(session))).isEqualTo(403);
        assertThat(handshake(session, "Origin: http://localhost:" + url.getPort()))
                .startsWith("HTTP/1.1 101");
        assertThat(RawHttp.status(get("/?token=wrong", host))).isIn(401, 403);
        assertThat(RawHttp.status(get(start.getRawPath() + "?" + start.getRawQuery(), host)))
                .as("the same link again")
                .isEqualTo(403);
    }

    @Test
    void theTokenIsInNoLog() {
        assertThat(server.log()).contains("/?token=").doesNotContain(token);
    }

    @Test
    void theTokenIsReadableByItsOwnerOnly() throws IOException {
        assertThat(token).hasSizeGreaterThanOrEqualTo(40);
        Path file = server.home().resolve("token");
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void answersCarryTheHeadersThatKeepPagesHarmless() {
        Answer page = api.get("//");

        assertThat(page.header("Content-Security-Policy")).contains("default-src 'self'");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("X-Frame-Options") + page.header("Content-Security-Policy"))
                .containsAnyOf("DENY", "frame-ancestors 'none'");
    }

    @Test
    void aTrainersSecretIsInNoCommandLineAndNoEnvironmentAndItReadsNoSerializedObjects() throws IOException {
        Fixtures.uploadCorners(api, 64).expect(201);
        long id = server.jobs().submit(Fixtures.cornersJob(10_000));
        server.jobs().awaitEpochs(id, 1);
        long pid = server.trainerOf(id).pid();
        Path proc = Path.of("/proc", Long.toString(pid));
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(proc));

        Set<String> own = Set.of(Files.readString(Path.of("/proc/self/environ")).split("\0"));
        String added = Stream.of(Files.readString(proc.resolve("environ")).split("\0"))
                .filter(variable -> !own.contains(variable))
                .collect(Collectors.joining(" "));

        assertThat(added + Files.readString(proc.resolve("cmdline")))
                .doesNotContain(token)
                .doesNotContainIgnoringCase("secret");
        assertThat(Files.readString(proc.resolve("cmdline"))).contains("-Djdk.serialFilter=!*");
        server.jobs().command(id, "{\"type\": \"cancel\"}");
        server.jobs().awaitState(id, "cancelled");
    }

    @Test
    void refusesToListenBeyondLoopbackWithoutAToken(@TempDir Path folder) {
        try (ServerProcess open =
                ServerProcess.unstarted(folder, "server.address=0.0.0.0", "signalbox.security.token=off")) {
            open.launch();
            assertThat(open.awaitExit()).isNotZero();
            assertThat(open.log()).contains("signalbox.security.token");
        }
    }

    @Test
    void aPortThatIsTakenIsNamed(@TempDir Path folder) {
        try (ServerProcess second = ServerProcess.unstarted(folder)) {
            second.launch(url.getPort());
            assertThat(second.awaitExit()).isEqualTo(TRY_LATER);
            assertThat(second.log()).contains("Port " + url.getPort() + " was already in use");
        }
    }

    @Test
    void aSecondServerOnTheSameHomeSaysWhoHoldsIt() {
        try (ServerProcess second = server.anotherOnTheSameHome()) {
            second.launch();
            assertThat(second.awaitExit()).isNotZero();
            assertThat(second.log()).contains(Long.toString(server.pid()));
        }
        api.get("/jobs").expect(200);
    }

    private String handshake(String... headers) {
        return RawHttp.sendAndReadHead(url, """
                GET /api/v1/live HTTP/1.1
                Host: localhost:%d
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                %s
                """.formatted(url.getPort(), String.join("\n", headers)));
    }

    private String get(String path, String... headers) {
        return RawHttp.send(url, "GET " + path + " HTTP/1.1", String.join("\r\n", headers), "Connection: close");
    }

    private String withPort(String text) {
        return text.replace("{port}", Integer.toString(url.getPort()));
    }
}
