package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class SchemaTest {

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
}
