package io.signalbox.callback;

import org.jspecify.annotations.Nullable;

/**
 * What a command did.
 *
 * @param message for people
 * @param before what it changed, as it was; null where there is nothing to compare
 * @param after likewise, as it is now
 */
record Deed(
        String message, @Nullable String before, @Nullable String after) {

    static Deed of(String message) {
        return new Deed(message, null, null);
    }
}
