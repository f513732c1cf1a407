package io.signalbox.server.job;

import io.signalbox.server.web.Problems;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an Idempotency-Key may look like: visible ASCII, at most 255 characters. */
final class IdempotencyKey {

    private static final Pattern VALID = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private IdempotencyKey() {}

    static void check(@Nullable String key) {
        if (key != null && !VALID.matcher(key).matches()) {
            throw Problems.unreadable(
                    "Idempotency-Key must be 1 to 255 visible ASCII characters without spaces; a UUID is a good one.");
        }
    }
}
