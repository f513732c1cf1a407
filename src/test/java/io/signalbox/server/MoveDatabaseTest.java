package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class MoveDatabaseTest {

    private static final int MANY = 2500;

    private static EmbeddedPostgres postgres;

    @TempDir
    Path folder;

    private SignalboxProperties properties;
    private DataSourceProperties target;
    private JdbcTemplate there;
    private Path file;
    private long job;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void end() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void aHomeWithAJobAndAnEmptyDatabaseToMoveTo() throws SQLException {
        there = new JdbcTemplate(postgres.getPostgresDatabase());
        there.execute("drop schema public cascade");
        there.execute("create schema public");
        target = new DataSourceProperties();
        target.setUrl(postgres.getJdbcUrl("postgres", "postgres"));
        target.setUsername("postgres");
        target.setPassword("postgres");
        properties = new Binder(new MapConfigurationPropertySource(Map.of("signalbox.home", folder)))
                .bind("signalbox", SignalboxProperties.class)
                .get();
        try (Home home = new Home(properties)) {
            file = Database.file(home);
            try (Database embedded = Database.of(home, new DataSourceProperties())) {
                fill(embedded);
            }
        }
    }

    /** Something in every table. */
    private void fill(Database embedded) {
        var source = new DriverManagerDataSource(embedded.getJdbcUrl(), "sa", "");
        Schema.migrate(source);
        JdbcTemplate here = new JdbcTemplate(source);
        PausedJob.insert(here);
        long deleted = PausedJob.insert(here);
        here.update("delete from job where id = ?", deleted);
        job = here.queryForObject("select max(id) from job", Long.class);
        for (int i = 0; i < MANY; i++) {
            here.update("insert into event_block values (?, ?, ?)", job, i, new byte[] {0, 1, (byte) i, -1});
        }
        here.update("insert into job_tag values (?, 0, 'Grüße \uD83D\uDE82')", job);
        here.update("""
                insert into command (job_id, id, type, body, requested_by, requested_at, state)
                values (?, 'c', 'stop', '{"type":"stop"}', 'local', timestamp with time zone '2026-01-02 03:04:05.678901+02', 'PENDING')""", job);
        here.update("insert into checkpoint values (?, 'best', 1, 2, '{}', 3, '', now(), 'full', true, false)", job);
        here.update("insert into epoch_log values (?, 0, '{\"loss\":\"NaN\"}')", job);
        here.update(
                "insert into series (job_id, name, axis, points, last_x, last_value) values (?, 'loss', 'step', 1, 0, 'NaN')",
                job);
        here.update("insert into point_block select id, 0, X'0001ff' from series");
        here.update("insert into bucket select id, 64, 0, 0.1, 1e300, -0.0, 0, 'Infinity', 1 from series");
        here.update("""
                insert into notification (job_id, seq, callback, event, way, body, state, attempts, due_at)
                values (?, 0, 'n', 'e', 'WEBHOOK', '', 'PENDING', 0, now())""", job);
        here.update(
                "insert into audit (at, job_id, type, what, requested_by) values (now(), ?, 'stop', 'requested', 'local')",
                job);
        here.update("insert into leader values (1, 1)");
        here.update("insert into removed_job values (?)", deleted);
        here.update("insert into artifact values (?, 0, 'a', 'histogram', 0, 1, '', now())", job);
        for (String table : tables(here)) {
            assertThat(here.queryForObject("select count(*) from " + table, Long.class))
                    .as("rows of %s: what a new migration adds is to be filled here", table)
                    .isPositive();
        }
    }

    private static List<String> tables(JdbcTemplate database) {
        return database.queryForList(
                "select lower(table_name) from information_schema.tables where lower(table_schema) = 'public'"
                        + " and table_type = 'BASE TABLE' and lower(table_name) <> 'flyway_schema_history' order by 1",
                String.class);
    }

    /** The rows of a table, each as text that does not depend on the database. */
    private static List<String> rows(JdbcTemplate database, String table) {
        return database
                .query("select * from " + table, (row, n) -> {
                    StringBuilder text = new StringBuilder();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        Object value = row.getMetaData()
                                        .getColumnTypeName(i)
                                        .toLowerCase()
                                        .startsWith("timestamp")
                                ? row.getObject(i, java.time.OffsetDateTime.class)
                                : row.getObject(i);
                        text.append(row.getMetaData().getColumnName(i).toLowerCase())
                                .append('=')
                                .append(
                                        value instanceof byte[] bytes
                                                ? java.util.HexFormat.of().formatHex(bytes)
                                                : value instanceof java.time.OffsetDateTime time
                                                        ? time.toInstant()
                                                        : value)
                                .append(' ');
                    }
                    return text.toString();
                })
                .stream()
                .sorted()
                .toList();
    }

    @Test
    void everyRowOfEveryTableIsThereAfterwardsAndNumbersGoOn() throws Exception {
        MoveDatabase.run(properties, target);

        assertThat(file).doesNotExist();
        var moved = new DriverManagerDataSource(
                "jdbc:h2:" + file.resolveSibling("copy").toUri(), "sa", "");
        Files.copy(file.resolveSibling("signalbox.mv.db.moved"), file.resolveSibling("copy.mv.db"));
        JdbcTemplate before = new JdbcTemplate(moved);
        assertThat(tables(there)).isEqualTo(tables(before)).hasSizeGreaterThan(10);
        for (String table : tables(before)) {
            assertThat(rows(there, table)).as(table).isEqualTo(rows(before, table));
        }
        assertThat(PausedJob.insert(there))
                .as("not the number of the deleted job")
                .isGreaterThan(job + 1);
    }

    @Test
    void aServerWithoutTheNewAddressRefusesToBeginAnew() throws Exception {
        MoveDatabase.run(properties, target);

        try (Home home = new Home(properties)) {
            assertThatExceptionOfType(StartRefusedException.class)
                    .isThrownBy(() -> Database.of(home, new DataSourceProperties()))
                    .withMessageContaining("was moved");
        }
    }

    @Test
    void aMoveThatFailsLeavesNothingBehindAndCanBeDoneAgain() throws Exception {
        Schema.migrate(postgres.getPostgresDatabase());
        there.execute("alter table epoch_log add constraint broken check (epoch > 0)");

        assertThatThrownBy(() -> MoveDatabase.run(properties, target)).hasStackTraceContaining("broken");
        assertThat(file).exists();
        for (String table : tables(there)) {
            assertThat(rows(there, table)).as(table).isEmpty();
        }

        there.execute("alter table epoch_log drop constraint broken");
        MoveDatabase.run(properties, target);
        assertThat(rows(there, "event_block")).hasSize(MANY);
    }

    @Test
    void aDatabaseThatHoldsSomethingIsNotMovedTo() {
        Schema.migrate(postgres.getPostgresDatabase());
        PausedJob.insert(there);

        assertThatExceptionOfType(StartRefusedException.class)
                .isThrownBy(() -> MoveDatabase.run(properties, target))
                .withMessageContaining("not empty");
        assertThat(file).exists();
    }

    @Test
    void aHomeThatAServerHoldsIsNotMoved() {
        try (Home held = new Home(properties)) {
            assertThatExceptionOfType(StartRefusedException.class)
                    .isThrownBy(() -> MoveDatabase.run(properties, target))
                    .withMessageContaining("is held by another server");
            assertThat(held.root()).isEqualTo(folder);
        }
    }
}
