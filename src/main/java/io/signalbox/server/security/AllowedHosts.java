package io.signalbox.server.security;

import io.signalbox.server.SignalboxProperties;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Which {@code Host} headers are ours: the loopback names with the port that the request came in by, and those that the
 * settings name. All others are names that somebody made point here.
 */
@Component
final class AllowedHosts {

    private static final Pattern HOST = Pattern.compile("([a-z0-9._-]+|\\[[0-9a-f:.]+\\])(?::(\\d{1,5}))?");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Set<String> configured;

    AllowedHosts(SignalboxProperties properties) {
        configured = Set.copyOf(properties.security().allowedHosts());
    }

    /**
     * @param header the {@code Host} header as sent
     * @param port that the request came in by
     */
    boolean allows(String header, int port, boolean secure) {
        Matcher host = HOST.matcher(header.toLowerCase(Locale.ROOT));
        if (!host.matches()) {
            return false;
        }
        String name = host.group(1);
        String given = host.group(2);
        int named = given == null ? (secure ? HTTPS_PORT : HTTP_PORT) : Integer.parseInt(given);
        return (LOOPBACK.contains(name) && named == port)
                || configured.contains(name)
                || configured.contains(name + ":" + named);
    }
}
