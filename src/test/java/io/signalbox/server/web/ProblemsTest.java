package io.signalbox.server.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.ServerTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class ProblemsTest {

    @Autowired
    Caller caller;

    @ParameterizedTest
    @CsvSource({
        "GET,      /api/v1/nowhere,           404",
        "GET,      /api/v1/%2e%2e/%2e%2e/etc, 400",
        "GET,      /api/v1/..%2f..%2fetc,     400",
        "GET,      /api/v1/%252e%252e%252f,   400",
        "GET,      /api/v1/..;/x,             400",
        "GET,      /api/v1/a%00b,             400",
        "GET,      //evil.example,            400",
        "PUT,      /api/v1/weights,           405",
        "TRACE,    /api/v1/weights,           405",
        "PROPFIND, /api/v1/weights,           405",
        "POST,     /api/v1/weights,           415",
        "GET,      /error,                    404",
        "GET,      /api/v1/weights?limit=-1,  422",
    })
    void everyRefusalIsAProblem(String method, String path, int status) {
        Response response = caller.authorized(method, path).send();

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.isProblem()).isTrue();
    }

    @Test
    void aWrongMethodIsToldTheRightOnes() {
        Response response = caller.authorized("PUT", "/api/v1/weights").send();

        assertThat(response.header("Allow")).contains("GET", "POST");
    }

    @Test
    void methodsCannotBeOverridden() {
        assertThat(caller.authorized("POST", "/api/v1/weights/x?_method=DELETE")
                        .header("X-HTTP-Method-Override", "DELETE")
                        .send()
                        .status())
                .isEqualTo(405);
    }

    @Test
    void aTypeThatIsNotThereIsNotAcceptable() {
        Response response = caller.authorized("GET", "/api/v1/system")
                .header("Accept", "image/png")
                .send();

        assertThat(response.status()).isEqualTo(406);
        assertThat(response.isProblem()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /{| HTTP/1.1", "GARBAGE", "GET / HTTP/9.9", "GET /%zz HTTP/1.1"})
    void requestsThatReachNoApplicationGetProblemsToo(String line) {
        Response response = caller.exchange(
                (line + "\r\nHost: localhost:" + caller.port() + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));

        assertThat(response.status()).isIn(400, 505);
        assertThat(response.isProblem()).isTrue();
    }

    @Test
    void hugeHeadersAndTargetsAreRefused() {
        assertRefused(431, caller.authorized("GET", "/").header("X", "a".repeat(70_000)));
        assertRefused(414, caller.authorized("GET", "/" + "a".repeat(100_000)));
        Caller.Request many = caller.authorized("GET", "/");
        for (int i = 0; i < 1_000; i++) {
            many.header("X" + i, "a");
        }
        assertRefused(431, many);
    }

    @Test
    void ambiguousLengthsAreRefused() {
        assertRefused(
                400,
                caller.authorized("POST", "/api/v1/weights")
                        .header("Content-Length", "1")
                        .header("Content-Length", "2"));
    }

    /** As RFC 9112 has it: the chunks count, and the connection ends with the answer. */
    @Test
    void nothingIsSmuggledBehindALengthThatIsBesideChunks() {
        String smuggled = "GET /api/v1/system HTTP/1.1\r\nHost: localhost:" + caller.port() + "\r\n\r\n";
        String request = "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost:" + caller.port()
                + "\r\nAuthorization: Bearer " + caller.token()
                + "\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + smuggled;

        Response response = caller.exchange(request.getBytes(ISO_8859_1));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("Connection")).isEqualTo("close");
        assertThat(response.body()).doesNotContain("HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource({"X-Evil: a\r b", "Content-Length: -1", "Content-Length: 9999999999999999999", "Transfer-Encoding: cow"})
    void headersThatAreNoneAreRefused(String header) {
        byte[] request = ("POST /api/v1/jobs HTTP/1.1\r\nHost: localhost:" + caller.port() + "\r\n"
                        + header.replace("\\r", "\r") + "\r\nConnection: close\r\n\r\n")
                .getBytes(ISO_8859_1);

        Response response = caller.exchange(request);

        assertThat(response.status()).isIn(400, 401, 501);
        assertThat(response.isProblem()).isTrue();
    }

    @Test
    void pathsAreNamedAsTheyWereSent() {
        assertThat(caller.authorized("GET", "/api/v1/a%20b")
                        .send()
                        .json()
                        .path("instance")
                        .asString())
                .isEqualTo("/api/v1/a%20b");
    }

    private static void assertRefused(int status, Caller.Request request) {
        Response response = request.send();
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.isProblem()).isTrue();
    }
}
