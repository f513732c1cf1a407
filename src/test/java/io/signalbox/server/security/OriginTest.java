package io.signalbox.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Request;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.ServerTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class OriginTest {

    private static final String NOWHERE = "/api/v1/nowhere";

    @Autowired
    Caller caller;

    @Autowired
    AccessToken token;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "null",
                "",
                "file://",
                "http://localhost",
                "http://localhost:1",
                "http://localhost:{port}.evil.example",
                "http://localhost:{port}/",
                "http://127.0.0.1:{port}"
            })
    void refusesForeignOriginsWhateverElseIsThere(String origin) {
        String sent = origin.replace("{port}", String.valueOf(caller.port()));

        assertRefused(caller.authorized("GET", NOWHERE).header("Origin", sent));
        assertRefused(withCookie("POST").header("Origin", sent));
        assertRefused(handshake(caller.authorized("GET", "/api/v1/live")).header("Origin", sent));
        assertRefused(caller.request("GET", "/").header("Origin", sent));
    }

    @Test
    void refusesTwoOrigins() {
        assertRefused(withCookie("POST").header("Origin", own()).header("Origin", own()));
    }

    @Test
    void aCookieAloneReadsButDoesNotWrite() {
        assertThat(withCookie("GET").send().status()).isEqualTo(404);
        assertRefused(withCookie("POST"));
        assertRefused(withCookie("DELETE"));
        assertRefused(handshake(caller.request("GET", "/api/v1/live").header("Cookie", cookie(token.cookie()))));
    }

    @Test
    void aCookieWritesFromOurOwnPages() {
        assertThat(withCookie("POST").header("Origin", own()).send().status()).isEqualTo(404);
    }

    @Test
    void aBearerTokenNeedsNoOrigin() {
        assertThat(caller.authorized("POST", NOWHERE).send().status()).isEqualTo(404);
    }

    private void assertRefused(Request request) {
        Response response = request.send();

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.isProblem()).isTrue();
    }

    private Request withCookie(String method) {
        return caller.request(method, NOWHERE).header("Cookie", cookie(token.cookie()));
    }

    private String cookie(String value) {
        return "signalbox-" + caller.port() + "=" + value;
    }

    private String own() {
        return "http://localhost:" + caller.port();
    }

    private static Request handshake(Request request) {
        return request.header("Upgrade", "websocket")
                .header("Sec-WebSocket-Version", "13")
                .header("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==");
    }
}
