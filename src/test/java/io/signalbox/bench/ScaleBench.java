package io.signalbox.bench;

import io.signalbox.harness.ServerProcess;
import io.signalbox.link.SimulatedTrainer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one server on PostgreSQL takes in, told over the real link by trainers that train nothing: points a second when they
 * catch up, and how late acknowledgements come when many tell ten events a second each.
 */
class ScaleBench {

    private static final int FRAME = 500;
    private static final int POINTS_OF_EVENT = 3; // loss, accuracy and the learning rate beside them
    private static final Duration LASTS = Duration.ofSeconds(Long.getLong("bench.seconds", 30));
    private static final Duration WARM_UP = Duration.ofSeconds(Long.getLong("bench.warm", 10));
    private static final int EVENTS_A_SECOND = 10;
    private static final int STACK_BYTES = 512 << 10;

    private final Report report = new Report("scale");
    private RunningJobs running;
    private EmbeddedPostgres postgres;
    private ServerProcess server;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "50")
                .setServerConfig("shared_buffers", "256MB")
                .setDataDirectory(folder.resolve("postgres"))
                .start();
        server = ServerProcess.unstartedPlain(
                folder,
                "signalbox.workers.warm=0",
                "spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "spring.datasource.username=postgres",
                "spring.datasource.password=postgres");
        server.start();
        server.term();
        running = new RunningJobs(server.home());
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        running.close();
        postgres.close();
    }

    @Test
    void pointsASecondWhenTrainersCatchUp() throws Exception {
        int trainers = 8;
        running(trainers);
        AtomicLong events = new AtomicLong();
        each(trainers, events, (trainer, warm) -> {
            long end = warm + LASTS.toNanos();
            while (System.nanoTime() - end < 0) {
                trainer.tell(FRAME);
                events.addAndGet(FRAME);
            }
        });
        report.line("these were %d trainers that catch up (aim: 100,000 points/s)", trainers);
    }

    /** Reports what is told between the warm-up and the end, and what it costs, in time that does not hang on other load. */
    private Thread meter(AtomicLong events) {
        Thread meter = new Thread(() -> {
            try {
                LockSupport.parkNanos(WARM_UP.toNanos());
                long eventsBefore = events.get();
                Cost before = cost();
                LockSupport.parkNanos(LASTS.toNanos());
                double told = events.get() - eventsBefore;
                Cost spent = cost().minus(before);
                double seconds = LASTS.toMillis() / 1e3;
                report.line(
                        "%.0f events/s, %.0f points/s; a CPU second of the server takes in %.0f events, one of PostgreSQL %.0f;"
                                + " an event is %.0f bytes of tables, %.0f of the log",
                        told / seconds,
                        told * POINTS_OF_EVENT / seconds,
                        told / spent.server(),
                        told / spent.postgres(),
                        spent.tables() / told,
                        spent.log() / told);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        meter.start();
        return meter;
    }

    /** CPU seconds and bytes so far. */
    private record Cost(double server, double postgres, double tables, double log) {

        Cost minus(Cost other) {
            return new Cost(server - other.server, postgres - other.postgres, tables - other.tables, log - other.log);
        }
    }

    private Cost cost() throws Exception {
        long postmaster = Long.parseLong(
                Files.readAllLines(folder.resolve("postgres/postmaster.pid")).get(0));
        try (Connection database = postgres.getPostgresDatabase().getConnection();
                var row = database.createStatement().executeQuery("""
                        select sum(pg_total_relation_size(c.oid)), pg_current_wal_lsn() - '0/0' from pg_class c
                        join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r'""")) {
            row.next();
            return new Cost(
                    cpu(ProcessHandle.of(server.pid()).stream()),
                    cpu(ProcessHandle.of(postmaster).stream().flatMap(ProcessHandle::descendants)),
                    row.getDouble(1),
                    row.getDouble(2));
        }
    }

    private static double cpu(Stream<ProcessHandle> processes) {
        return processes
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .mapToDouble(used -> used.toMillis() / 1e3)
                .sum();
    }

    @Test
    void manyJobsTellTenEventsASecondEach() throws Exception {
        for (String jobs : System.getProperty("bench.jobs", "250,500,1000,2000").split(",")) {
            steady(Integer.parseInt(jobs));
            server.term();
            running.close();
        }
    }

    private void steady(int trainers) throws Exception {
        running(trainers);
        Queue<double[]> latencies = new ConcurrentLinkedQueue<>();
        AtomicLong frames = new AtomicLong();
        AtomicLong told = new AtomicLong();
        long period = Duration.ofSeconds(1).toNanos() / EVENTS_A_SECOND;
        each(trainers, told, (trainer, warm) -> {
            long end = warm + LASTS.toNanos();
            double[] mine = new double[(int) (LASTS.toSeconds() * EVENTS_A_SECOND * 2)];
            int count = 0;
            long due = System.nanoTime() + (long) (Math.random() * 10 * period);
            int sinceSign = 0;
            while (due - end < 0) {
                long now = System.nanoTime();
                while (now - due < 0) { // it may return early
                    LockSupport.parkNanos(due - now);
                    now = System.nanoTime();
                }
                int events = (int) Math.min(FRAME, (now - due) / period + 1);
                trainer.tell(events);
                long acked = System.nanoTime();
                for (int i = 0; i < events; i++, due += period) {
                    if (due - warm > 0 && count < mine.length) {
                        mine[count++] = (acked - due) / 1e6;
                    }
                }
                frames.incrementAndGet();
                told.addAndGet(events);
                sinceSign += events;
                if (sinceSign >= EVENTS_A_SECOND) {
                    sinceSign = 0;
                    trainer.signOfLife();
                }
            }
            latencies.add(Arrays.copyOf(mine, count));
        });
        double[] all =
                latencies.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        double seconds = LASTS.toMillis() / 1e3;
        report.line(
                "%d jobs at %d events/s: acknowledged %.0f events/s, median %.0f ms, p99 %.0f ms, worst %.0f ms; %.0f frames/s"
                        + " (aim: 2,000 jobs within 1,000 ms at p99)",
                trainers,
                EVENTS_A_SECOND,
                all.length / seconds,
                all[all.length / 2],
                all[(int) (all.length * 0.99)],
                all[all.length - 1],
                frames.get() / (seconds + WARM_UP.toSeconds()));
    }

    @Test
    void aLargeJobIsDeleted() throws Exception {
        running(1);
        try (Connection database = postgres.getPostgresDatabase().getConnection()) {
            var statement = database.createStatement();
            statement.execute("update job set state = 'COMPLETED' where id = " + first);
            statement.execute("insert into event_block select " + first
                    + ", 10 * i, decode(repeat(md5(i::text), 160), 'hex') from generate_series(0, 99999) i");
            long begin = System.nanoTime();
            server.api().call("DELETE", "/jobs/" + first).expect(204);
            double answered = (System.nanoTime() - begin) / 1e6;
            Awaitility.await("nothing to be left")
                    .atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        var left = database.createStatement().executeQuery("select count(*) from removed_job");
                        left.next();
                        return left.getLong(1) == 0;
                    });
            report.line(
                    "a job with 1,000,000 events in 100,000 rows: deleted for its caller in %.0f ms, the rest gone after %.1f s",
                    answered, (System.nanoTime() - begin) / 1e9);
        }
    }

    private interface Work {
        /** @param warm when the warm-up is over, in nanoseconds */
        void with(SimulatedTrainer trainer, long warm) throws Exception;
    }

    /** Gives each trainer a thread, as the trainers' own processes would; they begin when all are connected. */
    private void each(int trainers, AtomicLong told, Work work) throws Exception {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch connecting = new CountDownLatch(trainers);
        CompletableFuture<Long> warm = new CompletableFuture<>();
        for (int i = 0; i < trainers; i++) {
            long job = first + i;
            Runnable life = () -> {
                try (SimulatedTrainer trainer = running.trainer(job)) {
                    connecting.countDown();
                    while (!connecting.await(1, TimeUnit.SECONDS)) {
                        trainer.signOfLife();
                    }
                    work.with(trainer, warm.join());
                } catch (Throwable e) {
                    connecting.countDown();
                    failures.add(e);
                }
            };
            threads.add(new Thread(null, life, "simulated-trainer", STACK_BYTES));
        }
        threads.forEach(Thread::start);
        connecting.await();
        warm.complete(System.nanoTime() + WARM_UP.toNanos());
        Thread meter = meter(told);
        for (Thread thread : threads) {
            thread.join();
        }
        meter.join();
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " trainers failed", failures.peek());
        }
    }

    private long first;

    private void running(int jobs) throws Exception {
        try (Connection database = postgres.getPostgresDatabase().getConnection()) {
            first = running.begin(database, jobs);
        }
        server.start();
    }
}
