package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.server.SignalboxProperties.Build;
import io.signalbox.server.SignalboxProperties.Security;
import io.signalbox.server.SignalboxProperties.TokenMode;
import io.signalbox.server.SignalboxProperties.Uploads;
import io.signalbox.server.SignalboxProperties.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class HomeTest {

    @TempDir
    Path folder;

    @Test
    void isHeldByOneServerAtATime() throws Exception {
        try (Home first = home()) {
            Files.writeString(first.serverFile(), "{\"port\":1234,\"pid\":99}");

            assertThatExceptionOfType(StartRefusedException.class)
                    .isThrownBy(this::home)
                    .withMessageContaining("\"pid\":99")
                    .satisfies(e -> assertThat(StartRefusedException.exitCode(new IllegalStateException(e)))
                            .isEqualTo(75));
            assertThat(first.serverFile()).exists();
        }
    }

    @Test
    void isFreeAgainWhenItsServerEnds() {
        home().close();

        try (Home second = home()) {
            assertThat(second.serverFile()).doesNotExist();
            assertThat(second.datasets()).isDirectory();
        }
    }

    @Test
    void refusesToStartWhereItCannotWrite() throws Exception {
        Files.writeString(folder.resolve("home"), "a file");

        assertThatExceptionOfType(StartRefusedException.class).isThrownBy(this::home);
    }

    private Home home() {
        return new Home(new SignalboxProperties(
                folder.resolve("home"),
                SignalboxProperties.Launcher.LOCAL,
                SignalboxProperties.Shutdown.SUSPEND,
                Duration.ZERO,
                new Workers(1, 0, null, Duration.ofHours(1)),
                new SignalboxProperties.Queue(1, null, null),
                new Security(TokenMode.FILE, List.of()),
                new Uploads(DataSize.ofMegabytes(1)),
                new SignalboxProperties.Disk(DataSize.ofMegabytes(1), null),
                new SignalboxProperties.Notifications(List.of(), ""),
                new SignalboxProperties.Files(
                        SignalboxProperties.Store.FOLDER,
                        new SignalboxProperties.S3("", "", null, ""),
                        folder,
                        DataSize.ofMegabytes(1)),
                new SignalboxProperties.Models(false),
                new Build("", "")));
    }
}
