package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A start that finds no database to work with. */
class DatabaseStartTest {

    private static final int TRY_LATER = 75;

    @Test
    void isGivenUpForTheTimeBeingWhenTheDatabaseDoesNotComeInTime() throws IOException {
        int nobodys;
        try (ServerSocket port = new ServerSocket(0)) {
            nobodys = port.getLocalPort();
        }
        String url = "jdbc:postgresql://localhost:" + nobodys + "/signalbox";

        assertThatExceptionOfType(StartRefusedException.class)
                .isThrownBy(() -> DatabaseStart.await(new Database(url, "ann", "secret", null), Duration.ofMillis(1)))
                .withMessageContaining(url)
                .withMessageNotContaining("secret")
                .satisfies(refusal ->
                        assertThat(StartRefusedException.exitCode(refusal)).isEqualTo(TRY_LATER));
    }
}
