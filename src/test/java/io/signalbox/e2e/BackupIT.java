package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import io.signalbox.harness.SystemPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The steps of docs/operations.md, taken by an installation with one job that has ended and one that trains all the while: a
 * backup of the embedded database, the move to PostgreSQL, and a backup of that while it runs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupIT {

    private static final int LONG = 10_000;
    private static final int BAD_SETTINGS = 78;
    private static final String CONTENT = "/checkpoints/final/files/model.safetensors";

    private Path folder;
    private SystemPostgres postgres;
    private ServerProcess server;
    private long ended;
    private long training;
    private JsonNode history;
    private List<JsonNode> events;
    private String weights;

    @BeforeAll
    void anInstallation(@TempDir Path temporary) {
        folder = temporary;
        postgres = new SystemPostgres();
        server = ServerProcess.start(folder.resolve("first"), "signalbox.workers.slots=1");
        Fixtures.uploadFlowers(server.api()).expect(201);
        Fixtures.uploadCorners(server.api(), 640).expect(201);
        Jobs jobs = server.jobs();
        ended = jobs.submit(Fixtures.flowersJob(3));
        jobs.awaitState(ended, "completed");
        history = jobs.history(ended);
        events = jobs.events(ended);
        weights = server.api().get("/jobs/" + ended + CONTENT).expect(200).text();
        training = jobs.submit(Fixtures.cornersJob(LONG) + "retries: 1\n");
        jobs.awaitEpochs(training, 2);
        server.term();
    }

    @AfterAll
    void end() {
        if (server != null) {
            server.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    private void assertNothingIsLost(ServerProcess on) {
        assertThat(on.jobs().history(ended)).isEqualTo(history);
        assertThat(on.jobs().events(ended)).isEqualTo(events);
        assertThat(on.api().get("/jobs/" + ended + CONTENT).expect(200).text()).isEqualTo(weights);
    }

    private void assertItGoesOn(ServerProcess on, int epochs) {
        List<Integer> known = on.jobs().epochs(training);
        assertThat(known).hasSizeGreaterThanOrEqualTo(epochs);
        on.jobs().awaitEpochs(training, known.size() + 1);
        assertThat(on.jobs().epochs(training)).doesNotHaveDuplicates().startsWith(known.toArray(Integer[]::new));
    }

    private static void run(int most, String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isBetween(0, most);
    }

    @Test
    @Order(1)
    void aCopyOfTheHomeOfAStoppedServerIsABackup() throws Exception {
        Files.createDirectories(folder.resolve("copy"));
        run(
                0,
                "cp",
                "--archive",
                server.home().toString(),
                folder.resolve("copy").toString());

        try (ServerProcess restored = ServerProcess.start(folder.resolve("copy"), "signalbox.workers.slots=1")) {
            assertNothingIsLost(restored);
            assertItGoesOn(restored, 2);
        }
    }

    @Test
    @Order(2)
    void movesToPostgresByOneCommand() throws IOException {
        postgres.run("createdb", "signalbox");
        assertThat(server.run("move-database")).isEqualTo(BAD_SETTINGS);

        assertThat(server.run("move-database", postgres.settings("signalbox"))).isZero();

        assertThat(server.home().resolve("db/signalbox.mv.db")).doesNotExist();
        ServerProcess before = server;
        server = before.anotherOnTheSameHome("moved", postgres.settings("signalbox"));
        before.close();
        server.start();
        assertNothingIsLost(server);
        assertItGoesOn(server, 2);
    }

    @Test
    @Order(3)
    void isRestoredFromADumpAndAnArchiveThatWereMadeWhileItRan() throws Exception {
        String dump = postgres.folder().resolve("signalbox.dump").toString();
        String archive = folder.resolve("home.tar").toString();
        int epochs = server.jobs().epochs(training).size();
        postgres.run("pg_dump", "--format=custom", "--file=" + dump, "signalbox");
        server.jobs().awaitEpochs(training, epochs + 2);
        run(1, "tar", "--create", "--file=" + archive, "--directory=" + server.home(), ".");
        server.close(); // and all trainers: the machine is lost

        postgres.run("createdb", "restored");
        postgres.run("pg_restore", "--dbname=restored", dump);
        Path home = Files.createDirectories(folder.resolve("restored/home"));
        run(0, "tar", "--extract", "--file=" + archive, "--directory=" + home);
        server = ServerProcess.start(folder.resolve("restored"), postgres.settings("restored"));

        assertNothingIsLost(server);
        assertItGoesOn(server, epochs);
        Jobs jobs = server.jobs();
        assertThat(jobs.submit(Fixtures.flowersJob(1)))
                .as("a number of its own")
                .isGreaterThan(training);
        jobs.applied(training, "{\"type\": \"stop\"}");
        jobs.awaitState(training, "stopped");
        jobs.wholeStream(training, "stopped");
    }
}
