package io.signalbox.server.security;

import io.signalbox.server.web.PagePaths;
import io.signalbox.server.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Knows who makes a request, as Jupyter does: by the token as {@code Authorization: Bearer}, or by the cookie that a browser
 * got for the token, or for the code that the start URL holds once, in {@code /?token=…}. A cookie alone changes nothing and opens no WebSocket: browsers
 * send it along with what other pages make them do, so the request's {@code Origin} must be there and be ours.
 */
final class TokenFilter extends OncePerRequestFilter {

    private static final String BEARER = "bearer ";
    private static final String PARAMETER = "token";
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private final AccessToken token;

    TokenFilter(AccessToken token) {
        this.token = token;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String offered = offeredByPage(request);
        if (offered != null) {
            start(request, response, offered);
            return;
        }
        List<String> authorization = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
        if (!token.asked() || isBearer(authorization)) {
            authenticate();
        } else if (authorization.isEmpty() && hasCookie(request)) {
            if (needsOrigin(request) && request.getHeader(HttpHeaders.ORIGIN) == null) {
                ProblemWriter.write(
                        request,
                        response,
                        HttpStatus.FORBIDDEN,
                        "With a cookie this needs an Origin header; without a browser use a bearer token.");
                return;
            }
            authenticate();
        }
        chain.doFilter(request, response);
    }

    /** Only pages take the token in the URL: they drop it from there at once. */
    private static @Nullable String offeredByPage(HttpServletRequest request) {
        boolean page = request.getMethod().equals("GET") && PagePaths.isPage(request.getRequestURI());
        return page ? request.getParameter(PARAMETER) : null;
    }

    private void start(HttpServletRequest request, HttpServletResponse response, String offered) throws IOException {
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (token.asked() && !token.useStartCode(offered) && !token.isToken(offered)) {
            LoginPage.refuse(
                    request,
                    response,
                    HttpStatus.FORBIDDEN,
                    "That is not this server's token, or a start link that was used before.");
            return;
        }
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(cookieName(request), token.cookie())
                        .path("/")
                        .httpOnly(true)
                        .sameSite("Strict")
                        .secure(request.isSecure())
                        .build()
                        .toString());
        response.setStatus(HttpStatus.FOUND.value());
        response.setHeader(HttpHeaders.LOCATION, withoutToken(request));
    }

    private static String withoutToken(HttpServletRequest request) {
        return UriComponentsBuilder.fromPath(request.getRequestURI())
                .query(request.getQueryString())
                .replaceQueryParam(PARAMETER)
                .build(true)
                .toUriString();
    }

    private boolean isBearer(List<String> authorization) {
        String only = authorization.size() == 1 ? authorization.get(0) : "";
        return only.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && token.isToken(only.substring(BEARER.length()).strip());
    }

    private boolean hasCookie(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        String name = cookieName(request);
        return cookies != null
                && Arrays.stream(cookies)
                        .anyMatch(cookie -> cookie.getName().equals(name) && token.isCookie(cookie.getValue()));
    }

    /** By the port that the browser sees: it keeps one jar for all ports of a host, and several servers may share an address. */
    private static String cookieName(HttpServletRequest request) {
        return "signalbox-" + request.getServerPort();
    }

    private static boolean needsOrigin(HttpServletRequest request) {
        return !SAFE_METHODS.contains(request.getMethod())
                || "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    }

    private static void authenticate() {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(
                UsernamePasswordAuthenticationToken.authenticated(CurrentUser.LOCAL, null, List.of()));
        SecurityContextHolder.setContext(context);
    }
}
