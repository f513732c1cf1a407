package io.signalbox.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.signalbox.server.Caller.Response;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class BusyDatabaseTest {

    @Autowired
    private HikariDataSource pool;

    @Autowired
    private Caller caller;

    /** With as many as the pool has in use, as by queries that do not end. */
    @Test
    void aCallThatGetsNoConnectionInTimeIsToldToComeAgain() throws SQLException {
        List<Connection> inUse = new ArrayList<>();
        try {
            while (inUse.size() < pool.getMaximumPoolSize()) {
                inUse.add(pool.getConnection());
            }
            Response answer = jobs();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers()).anyMatch(header -> header.startsWith("Retry-After:"));
        } finally {
            for (Connection connection : inUse) {
                connection.close();
            }
        }
        assertThat(jobs().status()).isEqualTo(200);
    }

    private Response jobs() {
        return caller.authorized("GET", "/api/v1/jobs").send();
    }
}
