package io.signalbox.chaos;

import io.signalbox.harness.ServerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The faults of the server on a real PostgreSQL. */
class FaultsOnPostgresIT extends FaultsSpecification {

    private EmbeddedPostgres postgres;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        postgres = EmbeddedPostgres.start();
        begin(ServerProcess.unstarted(
                folder,
                "signalbox.workers.slots=2",
                "spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "spring.datasource.username=postgres",
                "spring.datasource.password=postgres"));
    }

    @AfterAll
    void end() throws IOException {
        endServer();
        postgres.close();
    }
}
