package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.harness.TinyDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

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

    @Test
    void refusesToStartWhereItsFoldersAreOnSeveralFileSystems() {
        try (TinyDisk disk = TinyDisk.mount(folder.resolve("home/datasets"), "size=64k")) {
            assertThatExceptionOfType(StartRefusedException.class)
                    .isThrownBy(this::home)
                    .withMessageContaining(disk.root() + " is on another file system")
                    .satisfies(
                            e -> assertThat(StartRefusedException.exitCode(e)).isEqualTo(78));
            assertThat(disk.root()).isEmptyDirectory();
        }
    }

    private Home home() {
        return new Home(new Binder(new MapConfigurationPropertySource(
                        Map.of("signalbox.home", folder.resolve("home").toString())))
                .bindOrCreate("signalbox", SignalboxProperties.class));
    }
}
