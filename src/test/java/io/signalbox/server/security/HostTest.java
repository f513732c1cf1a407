package io.signalbox.server.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.ServerTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class HostTest {

    @Autowired
    Caller caller;

    @ParameterizedTest
    @ValueSource(strings = {"localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"})
    void answersUnderItsOwnNames(String host) {
        assertThat(health(host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:{port}",
                "127.0.0.1.nip.io:{port}",
                "localhost.evil.com:{port}",
                "localhost.:{port}",
                "localhost",
                "localhost:1",
                "localhost:{port}@evil.example",
                "127.1:{port}",
                "0.0.0.0:{port}",
                ""
            })
    void refusesOtherNamesAndPorts(String host) {
        Response response = health(host);

        assertThat(response.status()).isIn(400, 421);
        assertThat(response.isProblem()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/assets/x.js", "/api/v1/system", "/swagger-ui/index.html", "/error"})
    void refusesForeignNamesForEveryKindOfPath(String path) {
        assertThat(caller.authorized("GET", path)
                        .only("Host", "evil.example")
                        .send()
                        .status())
                .isEqualTo(421);
    }

    @Test
    void refusesTwoHosts() {
        Response response = caller.request("GET", "/actuator/health")
                .header("Host", "localhost:" + caller.port())
                .send();

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.isProblem()).isTrue();
    }

    @Test
    void refusesAnAbsoluteTargetOfAnotherHost() {
        String own = "GET http://evil.example/ HTTP/1.1\r\nHost: localhost:" + caller.port();
        String both = "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example";

        assertThat(caller.exchange((own + "\r\n\r\n").getBytes(ISO_8859_1)).status())
                .isEqualTo(400);
        assertThat(caller.exchange((both + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1))
                        .status())
                .isEqualTo(421);
    }

    @Test
    void refusesNoHostAtAll() {
        assertThat(caller.exchange("GET / HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1))
                        .status())
                .isEqualTo(421);
        assertThat(caller.exchange("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1))
                        .status())
                .isEqualTo(400);
    }

    private Response health(String host) {
        return caller.request("GET", "/actuator/health")
                .only("Host", host.replace("{port}", String.valueOf(caller.port())))
                .send();
    }
}
