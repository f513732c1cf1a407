package io.signalbox.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.ServerTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.util.ClassUtils;

@ServerTest
class ActuatorTest {

    @Autowired
    Caller caller;

    @Autowired
    PathMappedEndpoints exposed;

    @Test
    void exposesHealthAndPrometheusAndNothingElse() {
        assertThat(exposed.getAllPaths())
                .containsExactlyInAnyOrderElementsOf(List.of("/actuator/health", "/actuator/prometheus"));
        assertThat(caller.authorized("GET", "/actuator/prometheus").send().status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/auditevents",
                "/beans",
                "/caches",
                "/conditions",
                "/configprops",
                "/env",
                "/flyway",
                "/heapdump",
                "/httpexchanges",
                "/info",
                "/integrationgraph",
                "/jolokia",
                "/logfile",
                "/loggers",
                "/mappings",
                "/metrics",
                "/sbom",
                "/scheduledtasks",
                "/sessions",
                "/shutdown",
                "/startup",
                "/threaddump"
            })
    void hasNothingElse(String endpoint) {
        assertThat(caller.authorized("GET", "/actuator" + endpoint).send().status())
                .isEqualTo(404);
    }

    @Test
    void hasNoDatabaseConsole() {
        assertThat(caller.authorized("GET", "/h2-console").send().status()).isEqualTo(404);
        assertThat(ClassUtils.isPresent(
                        "org.springframework.boot.h2console.autoconfigure.H2ConsoleAutoConfiguration", null))
                .isFalse();
    }
}
