package io.signalbox.bench;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.signalbox.harness.Chromium;
import io.signalbox.harness.ServerProcess;
import io.signalbox.harness.TcpProxy;
import io.signalbox.link.SimulatedTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How late it comes to many what many jobs tell: simulated trainers over the real link, a thousand live connections that watch
 * a job each, a page in Chromium, and one connection that reads far more slowly than the job tells that it watches.
 */
class FanOutBench {

    private static final int JOBS = 100;
    private static final int CONNECTIONS = 1000;
    private static final int TIMES_A_SECOND = 10;
    private static final Duration PERIOD = Duration.ofSeconds(1).dividedBy(TIMES_A_SECOND);

    /** What the job tells each time that only the slow connection watches, and what of its 400 kB a second comes through. */
    private static final int MANY = 200;

    private static final long SLOW = 100_000;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration LASTS = Duration.ofSeconds(Long.getLong("bench.seconds", 60));
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Notes how old the events are that come to the page: when they come, and when they are painted. */
    private static final String NOTE_AGES = """
            window.ages = { come: [], painted: [] };
            const Real = window.WebSocket;
            window.WebSocket = class extends Real {
              constructor(...given) {
                super(...given);
                this.addEventListener('message', ({ data }) => {
                  const { events } = JSON.parse(data);
                  if (events === undefined) return;
                  const made = events.map(({ at }) => Date.parse(at));
                  const note = (where) => where.push(...made.map((at) => Date.now() - at));
                  note(window.ages.come);
                  requestAnimationFrame(() => setTimeout(() => note(window.ages.painted), 0));
                });
              }
            };""";

    private final Report report = new Report("fan-out");
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final HttpClient http = HttpClient.newBuilder().executor(executor).build();
    private final List<Viewer> viewers = new ArrayList<>();
    private ServerProcess server;
    private RunningJobs running;
    private TcpProxy line;
    private long first;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = ServerProcess.startPlain(
                folder,
                "signalbox.workers.warm=0",
                "signalbox.security.allowed-hosts=localhost"); // at the proxy's port
        server.term();
        running = new RunningJobs(server.home());
        try (Connection database = server.database()) {
            first = running.begin(database, JOBS + 1);
        }
        server.start();
    }

    @AfterEach
    void end() throws IOException {
        viewers.forEach(Viewer::close);
        if (line != null) {
            line.close();
        }
        server.close();
        running.close();
        executor.shutdownNow();
    }

    @Test
    void manyConnectionsAndASlowOne() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no Chromium on the PATH");
        double idle = JvmMemory.liveHeap(server.pid());
        var ages = new Ages();
        for (int i = 0; i < CONNECTIONS; i++) {
            viewers.add(connect(ages, first + i % JOBS, server.api().uri("/").getPort()));
        }
        line = new TcpProxy(server.api().uri("/").getPort());
        Viewer slow = connect(new Ages(), first + JOBS, line.port());
        viewers.add(slow);
        double connected = JvmMemory.liveHeap(server.pid());
        try (Chromium chromium = Chromium.start();
                BrowserContext context = chromium.browser().newContext()) {
            context.addInitScript(NOTE_AGES);
            Page page = context.newPage();
            page.navigate(server.loginUrl().toString());
            page.navigate(server.api().uri("//jobs/" + first).toString());
            AtomicLong told = new AtomicLong();
            AtomicLong toldMany = new AtomicLong();
            List<Thread> trainers = trainers(told, toldMany);
            LockSupport.parkNanos(WARM_UP.toNanos());
            line.slowDown(SLOW);
            ages.clear();
            page.evaluate("window.ages.come.length = window.ages.painted.length = 0");
            double cpu = Report.cpuSeconds(server.pid());
            long before = told.get();
            LockSupport.parkNanos(LASTS.toNanos());
            report.line(
                    "%d jobs, %.0f events/s together, %d connections that watch one each: %.0f events/s delivered, %.2f CPU"
                            + " seconds of the server a second",
                    JOBS,
                    (told.get() - before) / (double) LASTS.toSeconds(),
                    CONNECTIONS,
                    ages.count() / (double) LASTS.toSeconds(),
                    (Report.cpuSeconds(server.pid()) - cpu) / LASTS.toSeconds());
            report.line(
                    "from the event to a connection: median %d ms, p99 %d ms, worst %d ms",
                    ages.quantile(0.5), ages.quantile(0.99), ages.quantile(1));
            browser(page, "come", "to a page in Chromium");
            browser(page, "painted", "until its chart is painted");
            for (Thread trainer : trainers) {
                trainer.interrupt();
                trainer.join();
            }
            slowOne(slow, toldMany.get(), idle, connected);
        }
        report.line("events that a connection missed or got twice: %d (aim: 0)", Viewer.FAULTS.get());
    }

    private void browser(Page page, String which, String where) {
        List<?> sorted = (List<?>) page.evaluate("(which) => window.ages[which].sort((a, b) => a - b)", which);
        report.line(
                "from the event %s: p50 %s ms, p99 %s ms of %d events",
                where, sorted.get(sorted.size() / 2), sorted.get((int) (sorted.size() * 0.99)), sorted.size());
    }

    private void slowOne(Viewer slow, long told, double idle, double connected) throws IOException {
        long behind = told - slow.events();
        double stalled = JvmMemory.liveHeap(server.pid());
        line.slowDown(Long.MAX_VALUE);
        Awaitility.await("what it did not read").atMost(PATIENCE).until(() -> slow.events() >= told || slow.dropped());
        report.line(
                "live heap of the server: %.0f MiB without connections, %.0f with, %.0f when one was %d events behind; told to"
                        + " resync %d times it got %d of %d events%s",
                idle,
                connected,
                stalled,
                behind,
                slow.resyncs(),
                slow.events(),
                told,
                slow.dropped() ? ", and was dropped as dead" : "");
    }

    private Viewer connect(Ages ages, long job, int port) throws IOException {
        String token = Files.readString(server.home().resolve("token")).strip();
        var viewer = new Viewer(ages);
        URI live = URI.create("ws://localhost:" + port + "/api/v1/live");
        viewer.open(http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(live, viewer)
                .join());
        viewer.watch(job);
        return viewer;
    }

    /** Each tells in a thread of its own, at times of its own, until it is interrupted. */
    private List<Thread> trainers(AtomicLong told, AtomicLong toldMany) throws IOException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i <= JOBS; i++) {
            SimulatedTrainer trainer = running.trainer(first + i);
            long begin = System.nanoTime() + i * PERIOD.toNanos() / JOBS;
            boolean many = i == JOBS;
            threads.add(new Thread(
                    () -> tell(trainer, begin, many ? MANY : 1, many ? toldMany : told), "simulated-trainer"));
        }
        threads.forEach(Thread::start);
        return threads;
    }

    private static void tell(SimulatedTrainer trainer, long begin, int events, AtomicLong told) {
        try (trainer) {
            int times = 0;
            for (long due = begin; !Thread.currentThread().isInterrupted(); due += PERIOD.toNanos()) {
                LockSupport.parkNanos(due - System.nanoTime());
                trainer.tell(events);
                told.addAndGet(events);
                if (++times % TIMES_A_SECOND == 0) {
                    trainer.signOfLife();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
