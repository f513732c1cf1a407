package io.signalbox.server.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.ServerTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What may be sent where a spec is expected, tried at the submission of jobs. */
@ServerTest
class SpecBodyTest {

    private static final String JOBS = "/api/v1/jobs";
    private static final String JSON = "application/json";

    @Autowired
    Caller caller;

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("empty", "".getBytes(UTF_8)),
                Arguments.of("truncated", "{\"name\":".getBytes(UTF_8)),
                Arguments.of("a key twice", "{\"name\":\"a\",\"name\":\"b\"}".getBytes(UTF_8)),
                Arguments.of("trailing tokens", "{} {}".getBytes(UTF_8)),
                Arguments.of("deep", ("{\"a\":" + "[".repeat(500_000)).getBytes(UTF_8)),
                Arguments.of("a long text", ("{\"name\":\"" + "a".repeat(70_000) + "\"}").getBytes(UTF_8)),
                Arguments.of("a long number", ("{\"seed\":" + "1".repeat(10_000) + "}").getBytes(UTF_8)),
                Arguments.of("NaN", "{\"seed\":NaN}".getBytes(UTF_8)),
                Arguments.of("UTF-16", "{\"name\":\"a\"}".getBytes(UTF_16)),
                Arguments.of("Latin-1", "{\"name\":\"\u00e4\"}".getBytes(ISO_8859_1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void whatIsNoJsonWithinLimitsIsABadRequest(String what, byte[] body) {
        Response response = caller.authorized("POST", JOBS).send(JSON, body);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.isProblem()).isTrue();
        assertThat(response.json().path("errors").path(0).path("code").asString())
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "42", "null", "{}", "{\"epoch\":5}", "{\"epochs\":\"10\"}"})
    void jsonThatIsNoSpecIsNotValid(String body) {
        Response response = caller.authorized("POST", JOBS).send(JSON, body);

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.isProblem()).isTrue();
        assertThat(response.json().path("errors")).isNotEmpty();
    }

    @Test
    void aBodyBeyondTheLimitIsTooLarge() {
        for (int megabytes : new int[] {2, 20}) {
            Response told = caller.authorized("POST", JOBS).send(JSON, new byte[megabytes << 20]);

            assertThat(told.status()).isEqualTo(413);
            assertThat(told.isProblem()).isTrue();
        }
    }

    @Test
    void aBodyThatDoesNotComeTimesOut() {
        byte[] chunked = caller.authorized("POST", JOBS)
                .header("Transfer-Encoding", "chunked")
                .bytes(JSON, new byte[0]);

        Response response = caller.exchange(chunked);

        assertThat(response.status()).isEqualTo(408);
        assertThat(response.isProblem()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/json; charset=utf-16", "json", "*/*", ";"})
    void otherTypesAreNotRead(String type) {
        Response response = caller.authorized("POST", JOBS).send(type, "{}");

        assertThat(response.status()).isEqualTo(415);
        assertThat(response.isProblem()).isTrue();
    }

    @Test
    void aBodyWithoutTypeIsNotRead() {
        assertThat(caller.authorized("POST", JOBS).send(null, "{}").status()).isEqualTo(415);
    }

    @Test
    void packedBodiesAreNotRead() {
        assertThat(caller.authorized("POST", JOBS)
                        .header("Content-Encoding", "gzip")
                        .send(JSON, "{}")
                        .status())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/yaml", "application/x-yaml", "application/yaml; charset=utf-8"})
    void yamlIsReadAsJsonIs(String type) {
        Response response = caller.authorized("POST", JOBS).send(type, "epoch: 5\n");

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.json().path("errors").findValuesAsString("code")).contains("unknown-field");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/jobs/abc,           404",
        "/api/v1/jobs/-1,            404",
        "/api/v1/jobs/99999999999999999999, 404",
        "/api/v1/jobs/123e4567-e89b-12d3-a456-426614174000, 404",
        "/api/v1/jobs?limit=0,       422",
        "/api/v1/jobs?limit=1&limit=2, 422",
        "/api/v1/jobs?limit=abc,     422",
        "/api/v1/jobs?cursor=abc,    422",
        "/api/v1/jobs?sort=nothing,  422",
        "/api/v1/jobs?state=nothing, 422",
        "/api/v1/jobs?q=a%00b,       400",
        "/api/v1/jobs?q=%27%20OR%201=1--, 200",
    })
    void idsAndParametersAreChecked(String path, int status) {
        Response response = caller.authorized("GET", path).send();

        assertThat(response.status()).isEqualTo(status);
        assertThat(status == 200 || response.isProblem()).isTrue();
        assertThat(response.json().has("parameter")).isEqualTo(status == 422);
    }
}
