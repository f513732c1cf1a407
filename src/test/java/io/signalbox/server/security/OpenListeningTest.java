package io.signalbox.server.security;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.signalbox.server.StartRefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.mock.env.MockEnvironment;

class OpenListeningTest {

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", ""})
    void refusesToLetEverybodyInFromEverywhere(String address) {
        assertThatExceptionOfType(StartRefusedException.class).isThrownBy(() -> start("off", address));
    }

    @ParameterizedTest
    @CsvSource({"off, 127.0.0.1", "false, ::1", "file, 0.0.0.0", "file, 127.0.0.1"})
    void startsWithATokenOrForThisMachineOnly(String token, String address) {
        assertThatNoException().isThrownBy(() -> start(token, address));
    }

    private static void start(String token, String address) {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("signalbox.security.token", token)
                .withProperty("server.address", address);
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerSingleton("environment", environment);
        new OpenListening().postProcessBeanFactory(beans);
    }
}
