package io.signalbox.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Home;
import io.signalbox.server.ServerTest;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ServerTest
class SystemTest {

    @Autowired
    Caller caller;

    @Autowired
    Home home;

    @Test
    void tellsWhatItIsAndRunsOn() {
        JsonNode system = caller.authorized("GET", "/api/v1/system").send().json();

        assertThat(system.path("version").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(system.path("engine").path("name").asString()).isEqualTo("PyTorch");
        assertThat(system.path("engine").path("version").asString()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(system.path("devices").path(0).asString()).isEqualTo("cpu");
        assertThat(system.path("disk").path("free_bytes").asLong()).isPositive();
    }

    @Test
    void tellsInAFileWhereItIs() throws Exception {
        JsonNode file = new JsonMapper().readTree(Files.readString(home.root().resolve("server.json")));

        assertThat(file.path("port").asInt()).isEqualTo(caller.port());
        assertThat(file.path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
        assertThat(file.path("url").asString()).isEqualTo("http://localhost:" + caller.port() + "/");
        assertThat(file.path("started_at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(home.root().resolve("server.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void documentsWhatControllersTakeByOurOwnTypes() {
        JsonNode paths = caller.authorized("GET", "/v3/api-docs").send().json().path("paths");

        assertThat(paths.at("/~1api~1v1~1weights/get/parameters").findValuesAsString("name"))
                .containsExactlyInAnyOrder("limit", "cursor");
        assertThat(paths.at("/~1api~1v1~1datasets~1{name}/get/responses/200/content/application~1json/schema/type")
                        .asString())
                .isEqualTo("object");
        assertThat(paths.at("/~1api~1v1~1datasets/post/requestBody/content").has("multipart/form-data"))
                .isTrue();
    }

    @Test
    void servesItsDocumentation() {
        JsonNode document = caller.authorized("GET", "/v3/api-docs").send().json();

        assertThat(document.path("info").path("title").asString()).isEqualTo("Signalbox");
        assertThat(document.at("/components/securitySchemes/token/scheme").asString())
                .isEqualTo("bearer");
        assertThat(document.path("paths").has("/api/v1/datasets")).isTrue();
        assertThat(caller.authorized("GET", "/swagger-ui/index.html").send().status())
                .isEqualTo(200);
    }
}
