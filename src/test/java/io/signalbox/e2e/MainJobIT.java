package io.signalbox.e2e;

import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The main job with no set-up at all: on H2 in the service's home. */
class MainJobIT extends MainJobSpecification {

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path folder) {
        server = ServerProcess.unstarted(folder, "signalbox.workers.slots=2").in("ar", "EG");
        server.start();
        uploadDatasets(server);
    }

    @AfterAll
    void end() {
        server.close();
    }

    @Override
    ServerProcess server() {
        return server;
    }
}
