package io.signalbox.server.command;

import io.signalbox.server.security.CurrentUser;
import org.jspecify.annotations.Nullable;

/** Who asks for a command, and from where. */
record Requester(String name, @Nullable String address) {

    /** Whoever makes the request at hand. */
    static Requester current() {
        return new Requester(CurrentUser.name(), CurrentUser.address());
    }
}
