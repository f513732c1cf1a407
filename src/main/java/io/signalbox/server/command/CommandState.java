package io.signalbox.server.command;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What became of a command. */
enum CommandState {
    /** On its way: handed to the trainer at every connect until it answers. */
    PENDING,
    /** Took effect. */
    APPLIED,
    /** Could not take effect; its message says why. */
    REJECTED,
    /** The job ended first. */
    EXPIRED;

    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
