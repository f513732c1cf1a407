package io.signalbox.server.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.tuple;

import io.signalbox.callback.Callbacks;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.web.ApiException;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.SpecParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The queue over the real tables, without anybody who takes jobs from it but the test. */
class JobQueueTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String GIB = "1073741824";

    private static SingleConnectionDataSource database;
    private static JdbcTemplate jdbc;

    @BeforeAll
    static void migrate() {
        database = new SingleConnectionDataSource("jdbc:h2:mem:" + UUID.randomUUID(), true);
        jdbc = new JdbcTemplate(database);
        Flyway.configure()
                .dataSource(database)
                .loggers("slf4j")
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    @BeforeEach
    void anEmptyQueue() {
        jdbc.update("delete from job");
    }

    @AfterAll
    static void closeIt() {
        database.destroy();
    }

    @Test
    void theOldestOfTheHighestPriorityIsNext() {
        long first = queued(0, "a", 1, null);
        long second = queued(0, "a", 1, null);
        long low = queued(-1, "a", 1, null);
        long high = queued(5, "a", 1, null);

        assertThat(startAll(queue("signalbox.workers.slots=8"))).containsExactly(high, first, second, low);
    }

    @Test
    void noMoreJobsStartThanThereAreSlots() {
        queued(0, "a", 1, null);
        queued(0, "a", 1, null);
        long third = queued(0, "a", 1, null);
        JobQueue queue = queue("signalbox.workers.slots=2");

        assertThat(startAll(queue)).hasSize(2).doesNotContain(third);
        assertThat(queue.next(Set.of())).isNull();
        assertThat(reason(queue, third)).isEqualTo("Waits for a trainer: all 2 have a job (signalbox.workers.slots).");
    }

    @Test
    void jobsOfAFullExperimentArePassedOver() {
        long first = queued(9, "a", 1, null);
        long second = queued(9, "a", 1, null);
        long other = queued(0, "b", 1, null);
        JobQueue queue = queue("signalbox.workers.slots=8", "signalbox.queue.per-experiment=1");

        assertThat(startAll(queue)).containsExactly(first, other);
        assertThat(reason(queue, second)).contains("of its experiment", "1 run at once");
        queue.release(first);
        assertThat(queue.next(Set.of())).isEqualTo(second);
    }

    @Test
    void jobsWithoutAnExperimentAreOfNone() {
        JobQueue queue = queue("signalbox.workers.slots=8", "signalbox.queue.per-experiment=1");

        assertThat(List.of(queued(0, null, 1, null), queued(0, null, 1, null))).isEqualTo(startAll(queue));
    }

    @Test
    void jobsOfABusyUserArePassedOver() {
        long mine = queued(0, "a", 1, null);
        long mineToo = queued(0, "a", 1, null);
        long hers = queued(0, "a", 1, null);
        jdbc.update("update job set submitted_by = 'ada' where id = ?", hers);
        JobQueue queue = queue("signalbox.workers.slots=8", "signalbox.queue.per-user=1");

        assertThat(startAll(queue)).containsExactly(mine, hers);
        assertThat(reason(queue, mineToo)).contains("a job of local", "signalbox.queue.per-user");
    }

    @Test
    void whatALargeJobLacksIsGivenToNoJobBehindIt() {
        long small = queued(0, "a", 1, GIB);
        long large = queued(0, "a", 1, 3 + GIB.substring(1)); // 3073741824 bytes
        long behind = queued(0, "a", 1, GIB);
        long frugal = queued(0, "a", 1, null);
        JobQueue queue = queue("signalbox.workers.slots=8", "signalbox.workers.memory=3500MB");

        assertThat(startAll(queue)).containsExactly(small, frugal);
        assertThat(reason(queue, large)).isEqualTo("Waits for 2931MiB of memory: 1024MiB of 3500MiB are taken.");
        assertThat(reason(queue, behind)).contains("jobs before it");
        queue.release(small);
        assertThat(startAll(queue)).containsExactly(large);
    }

    @Test
    void aGraphicsProcessorIsGivenToOneJobAtATime() {
        long first = queued(0, "a", 1, null);
        long second = queued(0, "a", 1, GIB);
        long third = queued(0, "a", 1, null);
        jdbc.update("update job set gpus = 1 where id in (?, ?)", first, second);
        JobQueue queue = queue("signalbox.workers.slots=8", "signalbox.workers.gpus=1");

        assertThat(startAll(queue)).containsExactly(first, third);
        assertThat(reason(queue, second)).isEqualTo("Waits for a graphics processor: 1 of 1 are taken.");
        queue.release(first);
        assertThat(startAll(queue)).containsExactly(second);
    }

    @Test
    void aJobThatNeedsMoreProcessorsThanAreFreeHoldsBackAllBehindIt() {
        Machine machine = machine(properties("signalbox.workers.slots=4"));
        long one = queued(0, "a", 1, null);
        long all = queued(0, "a", machine.cpus(), null);
        long behind = queued(0, "a", 1, null);
        JobQueue queue = queue("signalbox.workers.slots=4");

        assertThat(startAll(queue)).containsExactly(one);
        assertThat(reason(queue, all)).isEqualTo("Waits for %1$d cpus: 1 of %1$d are taken.".formatted(machine.cpus()));
        assertThat(reason(queue, behind)).contains("jobs before it");
    }

    @Test
    void aJobLargerThanTheMachineHasBecomeRunsAlone() {
        long large = queued(0, "a", 9999, "9" + GIB);

        assertThat(queue("signalbox.workers.slots=4", "signalbox.workers.memory=1GB")
                        .next(Set.of()))
                .isEqualTo(large);
    }

    @Test
    void aCrashedJobWaitsForItsTimeAndKeepsNobodyFromHis() {
        long crashed = queued(9, "a", 1, null);
        long other = queued(0, "a", 1, null);
        jdbc.update(
                "update job set not_before = ? where id = ?", NOW.plusSeconds(7).atOffset(ZoneOffset.UTC), crashed);
        JobQueue queue = queue("signalbox.workers.slots=2");

        assertThat(queue.next(Set.of())).isEqualTo(other);
        jdbc.update("update job set not_before = ? where id = ?", NOW.atOffset(ZoneOffset.UTC), crashed);
        assertThat(queue.next(Set.of())).isEqualTo(crashed);
    }

    /** Its time was noted down before the clock was set back by two days. */
    @Test
    void noJobWaitsLongerThanAnyDoesThoughTheClockIsSetBack() {
        long crashed = queued(0, "a", 1, null);
        jdbc.update(
                "update job set not_before = ? where id = ?",
                NOW.plus(Duration.ofDays(2)).atOffset(ZoneOffset.UTC),
                crashed);
        JobQueue queue = queue("signalbox.workers.slots=2");

        assertThat(reason(queue, crashed)).isNull();
        assertThat(queue.next(Set.of())).isEqualTo(crashed);
    }

    @Test
    void aFullQueueRefusesAndSaysWhenToComeAgain() {
        queued(0, "a", 1, null);
        JobQueue queue = queue("signalbox.queue.capacity=2");
        queue.requireRoom();
        long second = queued(0, "a", 1, null);

        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(queue::requireRoom)
                .satisfies(e -> {
                    assertThat(e.getStatusCode().value()).isEqualTo(429);
                    assertThat(e.getHeaders().getFirst("Retry-After")).isEqualTo("10");
                    assertThat(e.getBody().getDetail()).contains("2 jobs", "signalbox.queue.capacity");
                });
        jdbc.update("update job set state = 'RUNNING' where id = ?", second);
        assertThatNoException().isThrownBy(queue::requireRoom);
    }

    @Test
    void theHeadOfALongQueueIsFoundInTheOrderOfAnIndexAndNotBySorting() {
        many(10_000);
        jdbc.execute("analyze");

        assertThat(plan(JobQueue.headOfQueue(""))).contains("JOB_QUEUE").contains("index sorted");
    }

    /** Once for a whole page of them: not by a query that the database repeats for each. */
    @Test
    void wherePartOfALongQueueStandsIsReadInTheOrderOfAnIndexOnce() {
        many(10_000);
        jdbc.execute("analyze");
        long last = jdbc.queryForObject("select max(id) from job", Long.class);
        jdbc.update("update job set priority = 1 where id = ?", last - 1);

        Map<Long, JobQueue.Place> places =
                queue("signalbox.workers.slots=1").places(List.of(last - 1, last - 9_999, last, last + 1));

        assertThat(places).hasSize(3);
        assertThat(places.get(last - 1).position()).isEqualTo(1);
        assertThat(places.get(last - 9_999).position()).isEqualTo(2);
        assertThat(places.get(last).position()).isEqualTo(10_000);
        assertThat(jdbc.queryForObject("explain " + JobQueue.ORDER, String.class))
                .contains("JOB_QUEUE")
                .contains("index sorted");
    }

    @Test
    void aMachineRefusesWhatItCanNeverGive() {
        Machine machine = machine(
                properties("signalbox.workers.slots=3", "signalbox.workers.memory=1GB", "signalbox.workers.gpus=0"));
        List<Problem> problems = new ArrayList<>();

        machine.check(spec("{\"cpus\": 255, \"memory\": \"2GiB\", \"gpus\": 1}"), problems);

        assertThat(problems)
                .extracting(Problem::pointer, Problem::code)
                .containsExactly(
                        tuple("#/resources/cpus", "resource.cpus"),
                        tuple("#/resources/gpus", "resource.gpus"),
                        tuple("#/resources/memory", "resource.memory"));
        assertThat(problems.get(0).detail()).contains("must be " + machine.cpus() + " or less", "was 255");
        assertThat(problems.get(1).detail()).contains("must be 0", "was 1");
        assertThat(problems.get(2).detail()).contains("must be 1024MiB or less", "was 2GiB");
        List<Problem> none = new ArrayList<>();
        machine.check(spec("{\"cpus\": 3, \"memory\": \"1GiB\"}"), none);
        assertThat(none).isEmpty();
    }

    @Test
    void aJobForAGraphicsProcessorIsTakenWhereThereIsOne() {
        List<Problem> problems = new ArrayList<>();

        machine(properties("signalbox.workers.gpus=1")).check(spec("{\"gpus\": 1}"), problems);

        assertThat(problems).isEmpty();
    }

    @Test
    void graphicsProcessorsAreThoseThatTheDriverHasAFolderFor(@TempDir Path driver) throws IOException {
        Files.createDirectory(driver.resolve("0000:01:00.0"));
        Files.createDirectory(driver.resolve("0000:02:00.0"));

        assertThat(Gpus.count(driver)).isEqualTo(2);
        assertThat(Gpus.count(driver.resolve("none"))).isZero();
    }

    private static JobSpec spec(String resources) {
        return new SpecParser(new Callbacks(List.of()))
                .parse(SpecParser.readJson("""
                        {"epochs": 1, "data": {"dataset": "d"}, "model": {"type": "logistic"}, "resources": %s}
                        """.formatted(resources).getBytes(StandardCharsets.UTF_8)));
    }

    /** Starts what can be started, in order. */
    private List<Long> startAll(JobQueue queue) {
        List<Long> started = new ArrayList<>();
        for (Long id = queue.next(List.of()); id != null; id = queue.next(List.of())) {
            queue.hold(id);
            jdbc.update("update job set state = 'STARTING' where id = ?", id);
            started.add(id);
        }
        return started;
    }

    private @Nullable String reason(JobQueue queue, long id) {
        return queue.places(List.of(id)).get(id).reason();
    }

    private String plan(String sql) {
        OffsetDateTime now = NOW.atOffset(ZoneOffset.UTC);
        return jdbc.queryForObject("explain " + sql, String.class, now, now);
    }

    private long queued(int priority, @Nullable String experiment, int cpus, @Nullable String memory) {
        jdbc.update(
                "insert into job (" + COLUMNS + ") values (0, 'QUEUED', now(), 0, 0, 0, ?, 'd', '', '{}', '[]', '',"
                        + " 'loss', 'min', ?, ?, ?)",
                new Object[] {priority, experiment, cpus, memory == null ? null : Long.valueOf(memory)},
                new int[] {Types.INTEGER, Types.VARCHAR, Types.INTEGER, Types.BIGINT});
        return jdbc.queryForObject("select max(id) from job", Long.class);
    }

    private static final String COLUMNS = "version, state, created_at, attempt, crashes, retries, priority, dataset,"
            + " dataset_sha256, spec, warnings, body_sha256, best_metric, best_direction, experiment, cpus, memory";

    private void many(int count) {
        jdbc.update(
                "insert into job (" + COLUMNS + ") select 0, 'QUEUED', now(), 0, 0, 0, 0, 'd', '', '{}', '[]', '',"
                        + " 'loss', 'min', 'a', 1, null from system_range(1, ?)",
                count);
    }

    private JobQueue queue(String... settings) {
        SignalboxProperties properties = properties(settings);
        return new JobQueue(jdbc, Clock.fixed(NOW, ZoneOffset.UTC), machine(properties), properties);
    }

    private static Machine machine(SignalboxProperties properties) {
        return new Machine(properties);
    }

    private static SignalboxProperties properties(String... settings) {
        Map<String, String> map = new HashMap<>();
        for (String setting : settings) {
            map.put(setting.split("=")[0], setting.split("=")[1]);
        }
        return new Binder(new MapConfigurationPropertySource(map)).bindOrCreate("signalbox", SignalboxProperties.class);
    }
}
