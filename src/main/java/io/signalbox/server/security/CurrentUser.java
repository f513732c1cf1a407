package io.signalbox.server.security;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Who makes the request at hand. */
public final class CurrentUser {

    /** The one who holds the token. */
    static final String LOCAL = "local";

    private CurrentUser() {}

    /** The name, for {@code requested_by}; {@code local} outside of requests. */
    public static String name() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? LOCAL : authentication.getName();
    }
}
