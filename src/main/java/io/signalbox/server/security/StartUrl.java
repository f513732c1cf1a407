package io.signalbox.server.security;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Prints the URL that opens the dashboard, once: the token itself leaves the process nowhere. */
@Component
class StartUrl {

    private static final Logger LOG = LoggerFactory.getLogger("io.signalbox");

    private final AccessToken token;
    private final Environment environment;

    StartUrl(AccessToken token, Environment environment) {
        this.token = token;
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void print() {
        String port = environment.getProperty("local.server.port");
        if (port != null) {
            String query = token.asked() ? "?token=" + token.startCode() : "";
            LOG.info("Open the dashboard at http://localhost:{}/{}", port, query);
        }
    }
}
