package io.signalbox.server.history;

import java.util.Locale;

/** What a curve runs over. */
public enum Axis {
    STEP,
    EPOCH;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
