package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.server.SignalboxProperties.TokenMode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class SignalboxPropertiesTest {

    @Test
    void needNoneToBeSet() {
        SignalboxProperties properties = bind(Map.of());

        assertThat(properties.home()).isEqualTo(Path.of("data"));
        assertThat(properties.launcher()).isEqualTo(SignalboxProperties.Launcher.LOCAL);
        assertThat(properties.workers().slots()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(properties.workers().warm()).isEqualTo(1);
        assertThat(properties.security().token()).isEqualTo(TokenMode.FILE);
        assertThat(properties.uploads().maxSize()).isEqualTo(DataSize.ofGigabytes(10));
    }

    @ParameterizedTest
    @CsvSource({
        "signalbox.launcher, teleport",
        "signalbox.workers.slots, 0",
        "signalbox.workers.slots, many",
        "signalbox.workers.warm, -1",
        "signalbox.workers.memory, 0B",
        "signalbox.queue.capacity, 0",
        "signalbox.queue.per-experiment, 0",
        "signalbox.queue.per-user, -1",
        "signalbox.workers.orphan-timeout, 0s",
        "signalbox.shutdown, kill",
        "signalbox.shutdown-timeout, -1s",
        "signalbox.security.token, perhaps",
        "signalbox.security.allowed-hosts, http://box.example.org",
        "signalbox.notifications.allowed-networks, 10.0.0.1",
        "signalbox.notifications.allowed-networks, 10.0.0.0/33",
        "signalbox.notifications.allowed-networks, example.org/8",
        "signalbox.uploads.max-size, 0B",
        "signalbox.disk.keep-free, -1MB",
        "signalbox.disk.quota, 0B",
    })
    void refusesWhatMakesNoSense(String setting, String value) {
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> bind(Map.of(setting, value)));
    }

    @Test
    void readsOffAsYamlWritesIt() {
        assertThat(bind(Map.of("signalbox.security.token", "false")).security().token())
                .isEqualTo(TokenMode.OFF);
    }

    private static SignalboxProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("signalbox", SignalboxProperties.class);
    }
}
