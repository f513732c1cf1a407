package io.signalbox.server.security;

import io.signalbox.server.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Before everything else, static files and the WebSocket handshake included: refuses requests made under a name that is not
 * ours (421; somebody's page whose name was pointed here) and those that another site's page makes (403).
 */
final class HostFilter extends OncePerRequestFilter {

    private final AllowedHosts hosts;

    HostFilter(AllowedHosts hosts) {
        this.hosts = hosts;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<String> host = Collections.list(request.getHeaders(HttpHeaders.HOST));
        List<String> origin = Collections.list(request.getHeaders(HttpHeaders.ORIGIN));
        if (host.size() != 1 || !hosts.allows(host.get(0), request.getLocalPort(), request.isSecure())) {
            ProblemWriter.write(
                    request,
                    response,
                    HttpStatus.MISDIRECTED_REQUEST,
                    "This server is not known by that name. Use localhost, or add the name to"
                            + " signalbox.security.allowed-hosts.");
        } else if (!origin.isEmpty() && !isOwn(origin, host.get(0))) {
            ProblemWriter.write(
                    request, response, HttpStatus.FORBIDDEN, "Pages of other origins cannot use this server.");
        } else {
            chain.doFilter(request, response);
        }
    }

    /** HTTPS ends in front of us where there is any, so both schemes of our own name are ours. */
    private static boolean isOwn(List<String> origin, String host) {
        String only = origin.size() == 1 ? origin.get(0) : "";
        return only.equalsIgnoreCase("http://" + host) || only.equalsIgnoreCase("https://" + host);
    }
}
