package io.signalbox.server.security;

import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.TokenMode;
import io.signalbox.server.StartRefusedException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.stereotype.Component;

/** Refuses to let everybody in from everywhere: without a token the server listens on a loopback address only. */
@Component
final class OpenListening {

    OpenListening(SignalboxProperties properties, ServerProperties server) {
        if (properties.security().token() == TokenMode.OFF && !isLoopback(server.getAddress())) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "signalbox.security.token=off is allowed only with a loopback server.address.",
                    "Set server.address=127.0.0.1, or leave the token on.");
        }
    }

    private static boolean isLoopback(@Nullable InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }
}
