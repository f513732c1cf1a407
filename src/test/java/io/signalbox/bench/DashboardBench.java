package io.signalbox.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.signalbox.harness.Chromium;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** How long people wait for the dashboard, in Chromium without a cache. Skipped where there is no Chromium. */
class DashboardBench {

    private static final int LOADS = 5;
    private static final int OPENINGS = 5;
    private static final int REDRAWS = 20;
    private static final int POINTS = 1_000_000;
    private static final int NEWEST = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final double KIBI = 1024;

    /** When the page is there, in milliseconds since the navigation began. */
    private static final String SINCE_NAVIGATION = "performance.now()";

    private static final String SCRIPT_BYTES = """
            performance.getEntriesByType('resource').filter((one) => one.name.endsWith('.js'))
              .map((one) => [one.encodedBodySize, one.decodedBodySize])
              .reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]).join(' ')""";

    /** Presses the job's link and answers the milliseconds until its chart by step is painted. */
    private static final String OPEN = """
            (link) => new Promise((done) => {
              const begin = performance.now();
              link.click();
              const look = () => {
                const chart = document.querySelector('[data-testid=chart-loss-step]');
                if (Number(chart?.dataset.points ?? 0) > 0 && chart.querySelector('canvas'))
                  requestAnimationFrame(() => done(performance.now() - begin));
                else requestAnimationFrame(look);
              };
              look();
            })""";

    /** Changes the smoothing of all charts, and answers when that is painted. */
    private static final String REDRAW = """
            (key) => new Promise((done) => {
              document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
              requestAnimationFrame(() => requestAnimationFrame(() => done(null)));
            })""";

    /** The number of the last job that is shown. */
    private static final String LAST_JOB = """
            Math.min(...[...document.querySelectorAll('[data-testid^=job-row-]')]
              .map((row) => Number(row.dataset.testid.split('-').at(-1))))""";

    private static final int JOBS = 10_000;
    private static final int SCROLLED_MILLIS = 15_000;

    private final Report report = new Report("dashboard");

    @Test
    void opens(@TempDir Path folder) throws Exception {
        assumeTrue(Chromium.isInstalled(), "no Chromium on the PATH");
        try (ServerProcess server = ServerProcess.startPlain(folder, "signalbox.workers.slots=1")) {
            Fixtures.uploadFlowers(server.api()).expect(201);
            long id = server.jobs().submit(Fixtures.flowersJob(1));
            server.jobs().awaitState(id, "completed");
            server.term();
            try (Connection database = server.database()) {
                new RecordedRun(id, POINTS).write(database);
            }
            server.start();
            JsonNode curve = server.api()
                    .get("/jobs/" + id + "/metrics/loss?by=step&max_points=1000")
                    .json()
                    .path("points");
            report.line(
                    "a spike of one step in %,d, %.0f high: the %d points of the whole curve reach %.0f",
                    POINTS, RecordedRun.SPIKE, curve.size(), highest(curve));
            try (Chromium chromium = Chromium.start()) {
                firstLoad(chromium.browser(), server);
                openings(chromium.browser(), server, id);
            }
            server.term();
        }
    }

    @Test
    void scrollsThroughTenThousandJobs(@TempDir Path folder) throws Exception {
        assumeTrue(Chromium.isInstalled(), "no Chromium on the PATH");
        try (ServerProcess server = ServerProcess.startPlain(folder, "signalbox.workers.slots=1")) {
            server.term();
            try (Connection database = server.database()) {
                RunningJobs.insert(database, JOBS);
                database.createStatement().execute("update job set state = 'COMPLETED', ended_at = now()");
            }
            server.start();
            try (Chromium chromium = Chromium.start();
                    BrowserContext context = chromium.browser().newContext()) {
                Page page = context.newPage();
                page.navigate(server.loginUrl().toString());
                page.waitForSelector("[data-testid^=job-row-]");
                PageMetrics.Frames frames = PageMetrics.frames(page, SCROLLED_MILLIS, "window.scrollBy(0, 2000)");
                report.line(
                        "scrolling through %,d jobs from the newest, 2000 pixels a frame: %.1f frames a second, longest pause"
                                + " %.0f ms; after %d s the list is at job %s (aim: 60 frames a second, job 1)",
                        JOBS, frames.perSecond(), frames.longest(), SCROLLED_MILLIS / 1000, page.evaluate(LAST_JOB));
            }
        }
    }

    private static double highest(JsonNode points) {
        double highest = Double.NEGATIVE_INFINITY;
        for (JsonNode point : points) {
            highest = Math.max(highest, point.path("max").doubleValue());
        }
        return highest;
    }

    private void firstLoad(Browser browser, ServerProcess server) {
        List<Double> loads = new ArrayList<>();
        String bytes = "";
        for (int i = 0; i < LOADS; i++) {
            try (BrowserContext context = browser.newContext()) {
                Page page = context.newPage();
                page.navigate(server.loginUrl().toString());
                page.waitForSelector("[data-testid^=job-row-]");
                loads.add(((Number) page.evaluate(SINCE_NAVIGATION)).doubleValue());
                bytes = (String) page.evaluate(SCRIPT_BYTES);
            }
        }
        String[] sizes = bytes.split(" ");
        report.line(
                "first load until the jobs are listed: median %.0f ms, worst %.0f ms of %d (aim: under 1000 ms)",
                Report.median(loads), Report.max(loads), LOADS);
        report.line(
                "script of the first page: %.0f KiB as sent, %.0f KiB as run (aim: under 250 KiB as sent)",
                Double.parseDouble(sizes[0]) / KIBI, Double.parseDouble(sizes[1]) / KIBI);
    }

    private void openings(Browser browser, ServerProcess server, long id) {
        List<Double> openings = new ArrayList<>();
        List<Double> pages = new ArrayList<>();
        List<Double> servers = new ArrayList<>();
        for (int i = 0; i < OPENINGS; i++) {
            try (BrowserContext context = browser.newContext()) {
                Page page = context.newPage();
                page.navigate(server.loginUrl().toString());
                page.waitForSelector("[data-testid=job-row-" + id + "]");
                CDPSession session = context.newCDPSession(page);
                PageMetrics.enable(session);
                double pageBefore = PageMetrics.of(session, "TaskDuration");
                double serverBefore = Report.cpuSeconds(server.pid());
                openings.add(((Number) page.locator("[data-testid=job-row-" + id + "] a")
                                .first()
                                .evaluate(OPEN))
                        .doubleValue());
                pages.add((PageMetrics.of(session, "TaskDuration") - pageBefore) * 1000);
                servers.add((Report.cpuSeconds(server.pid()) - serverBefore) * 1000);
                if (i == OPENINGS - 1) {
                    redraws(context, page);
                }
            }
        }
        report.line(
                "a job of %,d recorded points, from the click to its chart: median %.0f ms, worst %.0f ms of %d (aim: under"
                        + " 300 ms); of a processor the page's thread took %.0f ms of it, the server %.0f ms (medians)",
                POINTS,
                Report.median(openings),
                Report.max(openings),
                OPENINGS,
                Report.median(pages),
                Report.median(servers));
    }

    private void redraws(BrowserContext context, Page page) {
        Locator chart = page.getByTestId("chart-loss-step");
        Awaitility.await("the newest steps, which come by the live connection")
                .atMost(PATIENCE)
                .until(() -> Integer.parseInt(chart.getAttribute("data-points")) > NEWEST);
        int charts = page.locator("[data-testid^=chart-] canvas").count();
        CDPSession session = context.newCDPSession(page);
        PageMetrics.enable(session);
        page.evaluate(REDRAW, "m");
        double before = PageMetrics.of(session, "TaskDuration");
        for (int i = 0; i < REDRAWS; i++) {
            page.evaluate(REDRAW, i % 2 == 0 ? "m" : "n");
        }
        double millis = (PageMetrics.of(session, "TaskDuration") - before) / REDRAWS * 1000;
        report.line(
                "redrawing its %d charts, smoothed anew: %.1f ms of the page's thread, %.1f ms a chart (aim: under 16 ms)",
                charts, millis, millis / charts);
    }
}
