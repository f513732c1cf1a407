package io.signalbox.server.security;

import io.signalbox.server.SignalboxProperties.TokenMode;
import io.signalbox.server.StartRefusedException;
import java.net.InetAddress;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses to let everybody in from everywhere: without a token the server listens on a loopback address only. Looked at
 * before anything is made or opened.
 */
@Component
final class OpenListening implements BeanFactoryPostProcessor {

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        Binder settings = Binder.get(beans.getBean(Environment.class));
        boolean open = settings.bind("signalbox.security.token", TokenMode.class)
                .map(TokenMode.OFF::equals)
                .orElse(false);
        boolean loopback = settings.bind("server.address", InetAddress.class)
                .map(InetAddress::isLoopbackAddress)
                .orElse(false);
        if (open && !loopback) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "signalbox.security.token=off is allowed only with a loopback server.address.",
                    "Set server.address=127.0.0.1, or leave the token on.");
        }
    }
}
