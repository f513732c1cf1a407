package io.signalbox.e2e;

import io.signalbox.harness.ServerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The main job on a real PostgreSQL. */
class MainJobOnPostgresIT extends MainJobSpecification {

    private EmbeddedPostgres postgres;
    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        postgres = EmbeddedPostgres.start();
        server = ServerProcess.start(
                folder,
                "signalbox.workers.slots=2",
                "spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "spring.datasource.username=postgres",
                "spring.datasource.password=postgres");
        uploadDatasets(server);
    }

    @AfterAll
    void end() throws IOException {
        if (server != null) {
            server.close();
        }
        postgres.close();
    }

    @Override
    ServerProcess server() {
        return server;
    }
}
