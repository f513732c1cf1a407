package io.signalbox.bench;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;

/** What Chromium tells of a page, where {@code Performance.enable} was sent. */
final class PageMetrics {

    private PageMetrics() {}

    /** Seconds or a count; {@code TaskDuration} is for how long the page's main thread was busy so far. */
    static double of(CDPSession session, String name) {
        for (var metric : session.send("Performance.getMetrics").getAsJsonArray("metrics")) {
            JsonObject named = metric.getAsJsonObject();
            if (named.get("name").getAsString().equals(name)) {
                return named.get("value").getAsDouble();
            }
        }
        throw new IllegalStateException("Chromium does not tell its " + name);
    }
}
