package io.signalbox.bench;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/** What Chromium tells of a page. */
final class PageMetrics {

    /** Counts frames for so many milliseconds, and does something at each. */
    private static final String FRAMES = """
            (millis) => new Promise((done) => {
              let frames = 0, longest = 0, long = 0;
              new PerformanceObserver((list) => { long += list.getEntries().length; }).observe({ entryTypes: ['longtask'] });
              const begin = performance.now();
              let last = begin;
              const next = (now) => {
                frames++;
                longest = Math.max(longest, now - last);
                last = now;
                %s;
                if (now - begin < millis) requestAnimationFrame(next);
                else done(`${(frames * 1000) / (now - begin)} ${longest} ${long}`);
              };
              requestAnimationFrame(next);
            })""";

    private PageMetrics() {}

    /**
     * What a page drew.
     *
     * @param longest pause between two frames, in milliseconds
     * @param longTasks how many tasks took longer than 50 ms
     */
    record Frames(double perSecond, double longest, int longTasks) {}

    /** @param each what the page does at each frame; empty for nothing */
    static Frames frames(Page page, int millis, String each) {
        String[] seen = ((String) page.evaluate(FRAMES.formatted(each), millis)).split(" ");
        return new Frames(Double.parseDouble(seen[0]), Double.parseDouble(seen[1]), Integer.parseInt(seen[2]));
    }

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
