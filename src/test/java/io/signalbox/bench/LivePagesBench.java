package io.signalbox.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import io.signalbox.harness.Chromium;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the dashboard's pages cost while much comes in live. The pages are the server's; what comes in is made up in the page
 * itself, as messages of its own socket, so that the browser alone is measured.
 */
class LivePagesBench {

    private static final int JOBS = 500;
    private static final int RUNS = 20;
    private static final int POINTS = 1000;
    private static final int WATCHED_MILLIS = 10_000;
    private static final Duration REPLAYED = Duration.ofMinutes(Long.getLong("bench.minutes", 2));
    private static final double MEBI = 1024.0 * 1024;

    /** Keeps the page's socket at hand, and has answers made up for what it fetches. */
    private static final String FAKE = """
            const RealSocket = window.WebSocket;
            window.WebSocket = class extends RealSocket {
              constructor(...given) { super(...given); window.liveSocket = this; }
            };
            window.arrive = (message) =>
              window.liveSocket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
            const realFetch = window.fetch;
            const answers = [];
            window.fetch = (url, init) => {
              const found = answers.find(([pattern]) => pattern.test(url));
              return found
                ? Promise.resolve(new Response(JSON.stringify(found[1](url)), { status: 200 }))
                : realFetch(url, init);
            };
            const job = (id) => ({
              id, name: `run ${id}`, experiment: 'bench', tags: [], state: 'running', created_at: '2026-03-01T12:00:00.000Z',
              started_at: '2026-03-01T12:00:00.000Z', attempt: 1, last_seq: 1, latest: { loss: 1, val_loss: 1 },
              learning_rate: 0.01, spec: { seed: id }, progress: { epoch: 1, epochs: 50, step: 1, steps_per_epoch: 100,
              examples_per_second: 100, eta_seconds: 60 } });
            const curve = (from, to) => ({ name: 'loss', by: 'epoch', points:
              Array.from({ length: Math.max(0, to - from) }, (_, n) => {
                const x = from + n, y = 1 / (1 + x * 0.01) + 0.01 * Math.sin(x);
                return { x, min: y, max: y, mean: y, last: y, count: 1 };
              }) });
            """;

    /** Ten summaries a second of each of so many jobs. */
    private static final String TABLE = """
            answers.push(
              [/\\/jobs\\?limit/, () => ({ items: Array.from({ length: %1$d }, (_, n) => job(n + 1)), next_cursor: null })],
              [/\\/metrics\\//, () => curve(0, 50)]);
            let seq = 10;
            window.begin = () => setInterval(() => {
              seq++;
              for (let id = 1; id <= %1$d; id++) {
                const loss = 1 / (seq + id), { spec, ...summary } = job(id);
                window.arrive({ job: { ...summary, last_seq: seq, latest: { loss, val_loss: loss * 1.1 },
                  progress: { ...summary.progress, step: seq, epoch: seq %% 40 } } });
              }
            }, 100);""".formatted(JOBS);

    /** Runs whose curves have a point more each second. */
    private static final String COMPARED = """
            const began = performance.now();
            const recorded = () => Math.min(%1$d, Math.round(%1$d - 60 + (performance.now() - began) / 1000));
            answers.push(
              [/\\/jobs\\/\\d+$/, (url) => job(Number(/\\d+$/.exec(url)))],
              [/\\/metrics$/, () => ({ items: ['loss', 'val_loss'].map((name) => ({ name, by: 'epoch', count: 9, last: 1 })) })],
              [/\\/metrics\\//, (url) => curve(Number(new URLSearchParams(url.split('?')[1]).get('from') ?? 0), recorded())]);
            """.formatted(POINTS);

    /** A thousand events a second of a job, as a trainer that tells ten would send them at a hundred times its speed. */
    private static final String EVENTS = """
            ([jobId, after]) => {
              let seq = after;
              setInterval(() => {
                const events = [];
                for (let i = 0; i < 50; i++) {
                  seq++;
                  events.push({ seq, at: new Date(seq * 100).toISOString(), job_id: jobId, attempt: 1, type: 'batch_end',
                    epoch: Math.floor(seq / 1000), step: seq, batch: seq % 1000, logs: { loss: 1 / seq, accuracy: 0.5 } });
                  if (seq % 1000 === 0) {
                    seq++;
                    events.push({ seq, at: new Date(seq * 100).toISOString(), job_id: jobId, attempt: 1, type: 'epoch_end',
                      epoch: seq / 1000 | 0, step: seq, logs: { loss: 1 / seq, val_loss: 2 / seq }, seconds: 1,
                      examples_per_second: 1 });
                  }
                }
                window.arrive({ events });
              }, 50);
            }""";

    private final Report report = new Report("live-pages");
    private ServerProcess server;
    private Chromium chromium;
    private BrowserContext context;
    private Page page;

    @BeforeEach
    void start(@TempDir Path folder) {
        assumeTrue(Chromium.isInstalled(), "no Chromium on the PATH");
        server = ServerProcess.start(folder, "signalbox.workers.slots=1");
        chromium = Chromium.start();
        context = chromium.browser().newContext();
        page = context.newPage();
        page.navigate(server.loginUrl().toString());
    }

    @AfterEach
    void end() {
        if (chromium != null) {
            chromium.close();
            server.close();
        }
    }

    @Test
    void manyRunsInTheTable() {
        context.addInitScript(FAKE + TABLE);
        page.reload();
        page.waitForSelector("[data-testid=job-row-1]");
        page.evaluate("window.begin()");
        frames(JOBS + " runs in the table at 10 summaries a second each", 50);
    }

    @Test
    void manyRunsCompared() {
        context.addInitScript(FAKE + COMPARED);
        page.navigate(server.api().uri("//compare").toString() + "?jobs="
                + IntStream.rangeClosed(1, RUNS).mapToObj(String::valueOf).collect(Collectors.joining(",")));
        page.waitForSelector("[data-testid=chart-val_loss] canvas");
        frames(RUNS + " live runs of " + POINTS + " points over one another", 60);
    }

    @Test
    void memoryOfALongRun() {
        Fixtures.uploadFlowers(server.api()).expect(201);
        long id = server.jobs().submit(Fixtures.flowersJob(1));
        server.jobs().awaitState(id, "completed");
        long last = server.jobs().events(id).size() - 1L;
        context.addInitScript(FAKE);
        page.navigate(server.api().uri("//jobs/" + id).toString());
        page.waitForSelector("[data-testid=chart-loss-step] canvas");
        CDPSession session = context.newCDPSession(page);
        PageMetrics.enable(session);
        page.evaluate(EVENTS, new Object[] {(double) id, (double) last});
        // The store is full, and lets go as much as comes in, after its 20,000 steps.
        page.waitForTimeout(30_000);
        double before = heap(session);
        double nodes = PageMetrics.of(session, "Nodes");
        page.waitForTimeout(REPLAYED.toMillis());
        double after = heap(session);
        report.line(
                "a job's page while %d minutes of a run come in at 1,000 events a second: heap %.1f MiB at first, %.1f at last, %.0f"
                        + " and %.0f nodes (aim: flat)",
                REPLAYED.toMinutes(), before, after, nodes, PageMetrics.of(session, "Nodes"));
    }

    private void frames(String what, int aim) {
        CDPSession session = context.newCDPSession(page);
        PageMetrics.enable(session);
        double before = PageMetrics.of(session, "TaskDuration");
        PageMetrics.Frames frames = PageMetrics.frames(page, WATCHED_MILLIS, "");
        double busy = (PageMetrics.of(session, "TaskDuration") - before) * 1000 / WATCHED_MILLIS;
        report.line(
                "%s: %.1f frames a second (aim: %d), longest pause %.0f ms, %d tasks over 50 ms in %d s; the page's thread"
                        + " takes %.0f %% of a processor",
                what, frames.perSecond(), aim, frames.longest(), frames.longTasks(), WATCHED_MILLIS / 1000, busy * 100);
    }

    private static double heap(CDPSession session) {
        session.send("HeapProfiler.collectGarbage");
        return session.send("Runtime.getHeapUsage").get("usedSize").getAsDouble() / MEBI;
    }
}
