package io.signalbox.bench;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;

/** What Chromium tells of a page. */
final class PageMetrics {

    private PageMetrics() {}

    /** Has them counted from now on: durations in processor time, so that others who load the machine make no difference. */
    static void enable(CDPSession session) {
        JsonObject processorTime = new JsonObject();
        processorTime.addProperty("timeDomain", "threadTicks");
        session.send("Performance.enable", processorTime);
    }

    /** Seconds or a count; {@code TaskDuration} is what the page's main thread used so far. */
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
