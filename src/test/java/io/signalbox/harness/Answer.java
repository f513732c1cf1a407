package io.signalbox.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** What the service answered. */
public record Answer(String request, int status, HttpHeaders headers, byte[] body) {

    static Answer of(HttpResponse<byte[]> response) {
        return new Answer(
                response.request().method() + " " + response.request().uri(),
                response.statusCode(),
                response.headers(),
                response.body());
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return Json.read(text());
    }

    /** The value of a header, empty where absent. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** This answer, which must have the status. */
    public Answer expect(int expected) {
        assertThat(status).as("%s answered %s", request, text()).isEqualTo(expected);
        return this;
    }

    /** This answer, which must be a problem of the status with an error at the pointer. */
    public Answer expectProblem(int expected, String pointer) {
        expectProblem(expected);
        assertThat(StreamSupport.stream(json().path("errors").spliterator(), false))
                .as("%s answered %s", request, text())
                .extracting(error -> error.path("pointer").stringValue(""))
                .contains(pointer);
        return this;
    }

    /** This answer, which must be problem+json of the status and tell nothing of the service's inside. */
    public Answer expectProblem(int expected) {
        expect(expected);
        assertThat(header("Content-Type")).as("%s answered %s", request, text()).startsWith("application/problem+json");
        assertThat(json().path("status").intValue()).isEqualTo(expected);
        assertThat(json().path("title").stringValue("")).isNotEmpty();
        assertThat(text().replace("OnExceptionCheckpoint", "")) // a callback's name
                .doesNotContain("Exception", "at io.signalbox", "org.springframework");
        return this;
    }
}
