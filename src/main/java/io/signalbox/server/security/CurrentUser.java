package io.signalbox.server.security;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Who makes the request at hand. */
public final class CurrentUser {

    /** The one who holds the token. */
    static final String LOCAL = "local";

    private CurrentUser() {}

    /** The address that the request at hand comes from; null outside of requests. */
    public static @Nullable String address() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
                ? request.getRequest().getRemoteAddr()
                : null;
    }

    /** The name, for {@code requested_by}; {@code local} outside of requests. */
    public static String name() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? LOCAL : authentication.getName();
    }
}
