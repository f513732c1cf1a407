package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class SchemaTest {

    private static final String OURS = "classpath:db/migration";

    @TempDir
    Path folder;

    @Test
    void refusesTablesOfANewerVersion() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:newer;DB_CLOSE_DELAY=-1");
        Schema.migrate(database);
        new JdbcTemplate(database).update("""
                insert into "flyway_schema_history" ("installed_rank", "version", "description", "type", "script",
                    "checksum", "installed_by", "execution_time", "success")
                values (9999, '9999', 'of tomorrow', 'SQL', 'V9999__of_tomorrow.sql', 1, 'sa', 1, true)""");

        assertThatExceptionOfType(StartRefusedException.class)
                .isThrownBy(() -> Schema.migrate(database))
                .withMessageContaining("was not made by this version");
    }

    @Test
    void aChangeOfTablesThatWasCutOffBeginsAgainFromWhatWasThere() throws Exception {
        Path file = folder.resolve("signalbox.mv.db");
        String url = "jdbc:h2:file:" + folder.resolve("signalbox");
        migrate(url, file, OURS);
        new JdbcTemplate(new DriverManagerDataSource(url, "sa", "")).execute("create table marker (id integer)");

        assertThatExceptionOfType(FlywayException.class)
                .isThrownBy(() -> migrate(url, file, OURS, "classpath:io/signalbox/server/halfway"));
        assertThat(tables(url)).contains("HALFWAY");

        DatabaseStart.open(url, file, folder).close();
        assertThat(tables(url)).contains("MARKER", "JOB").doesNotContain("HALFWAY");
        migrate(url, file, OURS);
        assertThat(folder.resolve("before-migration.zip")).doesNotExist();
    }

    private static void migrate(String url, Path file, String... locations) {
        Schema.migrate(Flyway.configure().dataSource(url, "sa", "").locations(locations), new MigrationBackup(file));
    }

    private static List<String> tables(String url) {
        return new JdbcTemplate(new DriverManagerDataSource(url, "sa", ""))
                .queryForList(
                        "select table_name from information_schema.tables where table_schema = 'PUBLIC'", String.class);
    }
}
