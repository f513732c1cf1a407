package io.signalbox.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Why a job ended.
 */
public enum Outcome {
    FINISHED,
    EARLY_STOPPED,
    STOPPED_BY_COMMAND,
    TERMINATED_ON_NAN,
    TIME_LIMIT,
    MEMORY_LIMIT,
    ERROR,
    LOST;

    /** The name on the wire, such as {@code early_stopped}. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
